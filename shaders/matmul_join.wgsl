// y[r,o] = act(Σ_s sums[s,r,o] + bias[o] + residual[r,o])
// sums: [slabs, rows, O], of matmul_split; bias: [O]; residual, y: [rows, O]; O a multiple
// of 4; rows are those of all matrices.
// One invocation: four columns of one row.
// Reference: model/cpu.Linear, and the products of a Winograd convolution.

alias act4 = vec4<f32>; // storage of activations and expanded weights: f16 where the program says so

override WORKGROUP: u32 = 64u;

struct Params {
  rows: u32,
  out_channels: u32,
  slabs: u32,
  bias: u32,     // 0 or 1
  residual: u32, // 0 or 1
  silu: u32,     // 0 or 1
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> sums: array<vec4f>;
@group(0) @binding(2) var<storage, read> bias: array<vec4f>;
@group(0) @binding(3) var<storage, read> residual: array<act4>;
@group(0) @binding(4) var<storage, read_write> y: array<act4>;

// part: sigmoid4
fn sigmoid(v: vec4f) -> vec4f {
  let e = exp(-abs(v));
  return select(e, vec4f(1.0), v >= vec4f(0.0)) / (1.0 + e);
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let at = (group.y * groups.x + group.x) * WORKGROUP + local;
  let out4 = params.out_channels / 4u;
  let count = params.rows * out4;
  if (at >= count) {
    return;
  }
  var sum = sums[at];
  for (var s = 1u; s < params.slabs; s++) {
    sum += sums[s * count + at];
  }
  if (params.bias != 0u) {
    sum += bias[at % out4];
  }
  if (params.residual != 0u) {
    sum += vec4f(residual[at]);
  }
  if (params.silu != 0u) {
    sum *= sigmoid(sum);
  }
  y[at] = act4(sum);
}
