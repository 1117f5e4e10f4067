// m becomes m + rate1·(g − m), v becomes v + rate2·(g² − v), average becomes
// average + rate·(p − average), and then p becomes
// p·(1 − r·decay) − r·(m/c1)/(√(v/c2) + eps)
// g, m, v, average, p: any shape, count values; c1, c2, r: [1].
// One invocation: one value.
// Reference: model/cpu.MovingAverage, model/cpu.AdamStep

override WORKGROUP: u32 = 64u;
override AVERAGE: u32 = 1u; // 0: there is no average of p

struct Params {
  count: u32,
  eps: f32,
  decay: f32,
  rate1: f32,
  rate2: f32,
  average: f32, // its rate
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> g: array<f32>;
@group(0) @binding(2) var<storage, read> c1: array<f32>;
@group(0) @binding(3) var<storage, read> c2: array<f32>;
@group(0) @binding(4) var<storage, read> r: array<f32>;
@group(0) @binding(5) var<storage, read_write> m: array<f32>;
@group(0) @binding(6) var<storage, read_write> v: array<f32>;
@group(0) @binding(7) var<storage, read_write> average: array<f32>;
@group(0) @binding(8) var<storage, read_write> p: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = (group.y * groups.x + group.x) * WORKGROUP + local;
  if (i >= params.count) {
    return;
  }
  let grad = g[i];
  let first = m[i] + params.rate1 * (grad - m[i]);
  let second = v[i] + params.rate2 * (grad * grad - v[i]);
  m[i] = first;
  v[i] = second;
  let value = p[i];
  if (AVERAGE == 1u) {
    average[i] += params.average * (value - average[i]);
  }
  let rate = r[0];
  let step = first / c1[0] / (sqrt(second / c2[0]) + params.eps);
  p[i] = value * (1.0 - rate * params.decay) - rate * step;
}
