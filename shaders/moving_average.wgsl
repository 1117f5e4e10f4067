// y = a + rate·(x − a), or x² for x where square is 1
// a, x, y: any shape, count values.
// One invocation: one value.
// Reference: model/cpu.MovingAverage

override WORKGROUP: u32 = 64u;

struct Params {
  count: u32,
  rate: f32,
  square: u32, // 0 or 1
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> x: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = (group.y * groups.x + group.x) * WORKGROUP + local;
  if (i >= params.count) {
    return;
  }
  let value = select(x[i], x[i] * x[i], params.square != 0u);
  y[i] = a[i] + params.rate * (value - a[i]);
}
