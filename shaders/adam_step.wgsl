// y = p·(1 − r·decay) − r·(m/c1)/(√(v/c2) + eps)
// p, m, v, y: any shape, count values; c1, c2, r: [1].
// One invocation: one value.
// Reference: model/cpu.AdamStep

override WORKGROUP: u32 = 64u;

struct Params {
  count: u32,
  eps: f32,
  decay: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> p: array<f32>;
@group(0) @binding(2) var<storage, read> m: array<f32>;
@group(0) @binding(3) var<storage, read> v: array<f32>;
@group(0) @binding(4) var<storage, read> c1: array<f32>;
@group(0) @binding(5) var<storage, read> c2: array<f32>;
@group(0) @binding(6) var<storage, read> r: array<f32>;
@group(0) @binding(7) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = (group.y * groups.x + group.x) * WORKGROUP + local;
  if (i >= params.count) {
    return;
  }
  let rate = r[0];
  let step = m[i] / c1[0] / (sqrt(v[i] / c2[0]) + params.eps);
  y[i] = p[i] * (1.0 - rate * params.decay) - rate * step;
}
