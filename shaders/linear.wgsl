// y[r,o] = act(Σ_i x[r,i]·w[i,o] + bias[o] + residual[r,o])
// x: [rows, I]; w: [I, O] with its own distances between values; bias: [O]; residual, y: [rows, O].
// One invocation: one value of y. Any I and O: the plain path.
// Reference: model/cpu.Linear

alias act = f32; // what activations are stored as: f16 where the program says so
override WORKGROUP: u32 = 64u;

struct Params {
  rows: u32,
  in_channels: u32,
  out_channels: u32,
  in_step: u32,  // values of w between channels of x
  out_step: u32, // and between those of y
  bias: u32,     // 0 or 1
  residual: u32, // 0 or 1
  silu: u32,     // 0 or 1
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<act>;
@group(0) @binding(2) var<storage, read> w: array<act>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read> residual: array<act>;
@group(0) @binding(5) var<storage, read_write> y: array<act>;

// part: sigmoid
fn sigmoid(v: f32) -> f32 {
  let e = exp(-abs(v));
  return select(e, 1.0, v >= 0.0) / (1.0 + e);
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let at = (group.y * groups.x + group.x) * WORKGROUP + local;
  if (at >= params.rows * params.out_channels) {
    return;
  }
  let o = at % params.out_channels;
  let r = at / params.out_channels;
  var sum = 0.0;
  for (var i = 0u; i < params.in_channels; i++) {
    sum += f32(x[r * params.in_channels + i]) * f32(w[i * params.in_step + o * params.out_step]);
  }
  if (params.bias != 0u) {
    sum += bias[o];
  }
  if (params.residual != 0u) {
    sum += f32(residual[at]);
  }
  if (params.silu != 0u) {
    sum *= sigmoid(sum);
  }
  y[at] = act(sum);
}
