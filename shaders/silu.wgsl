// y = x·sigmoid(x) + residual
// x, residual, y: any shape, count values.
// One invocation: one value.
// Reference: model/cpu.SiLU

alias act = f32; // what activations are stored as: f16 where the program says so
override WORKGROUP: u32 = 64u;

struct Params {
  count: u32,
  residual: u32, // 0 or 1
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<act>;
@group(0) @binding(2) var<storage, read> residual: array<act>;
@group(0) @binding(3) var<storage, read_write> y: array<act>;

// The exponential of a negative magnitude only: it cannot overflow.
fn sigmoid(v: f32) -> f32 {
  let e = exp(-abs(v));
  return select(e, 1.0, v >= 0.0) / (1.0 + e);
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = (group.y * groups.x + group.x) * WORKGROUP + local;
  if (i >= params.count) {
    return;
  }
  let v = f32(x[i]);
  var sum = v * sigmoid(v);
  if (params.residual != 0u) {
    sum += f32(residual[i]);
  }
  y[i] = act(sum);
}
