// y = g·σ(x)·(1 + x·(1 − σ(x)))
// x, g, y: any shape, count values.
// One invocation: one value.
// Reference: model/cpu.SiLUGrad

override WORKGROUP: u32 = 64u;

struct Params {
  count: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> g: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = (group.y * groups.x + group.x) * WORKGROUP + local;
  if (i >= params.count) {
    return;
  }
  let v = x[i];
  // σ(v) and σ(−v) = 1 − σ(v), each without overflow or cancellation.
  let e = exp(-abs(v));
  let near = 1.0 / (1.0 + e);
  let far = e / (1.0 + e);
  let sigmoid = select(far, near, v >= 0.0);
  let rest = select(near, far, v >= 0.0);
  y[i] = g[i] * sigmoid * (1.0 + v * rest);
}
