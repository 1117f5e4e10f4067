// y[r,d] = Σ g[n,d] over the n with index[n] = r
// index: [items], whole numbers, clamped into the table; g: [items, D];
// y: [rows, D], count values.
// One invocation: one value of y. It looks at every index, in their order, so that the
// sum is the same every time, as it would not be with atomic additions.
// Reference: model/cpu.EmbeddingGrad

override WORKGROUP: u32 = 64u;

struct Params {
  count: u32,
  rows: u32,
  dim: u32,
  items: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> index: array<f32>;
@group(0) @binding(2) var<storage, read> g: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = (group.y * groups.x + group.x) * WORKGROUP + local;
  if (i >= params.count) {
    return;
  }
  let d = i % params.dim;
  let row = i / params.dim;
  var sum = 0.0;
  for (var n = 0u; n < params.items; n++) {
    if (u32(clamp(index[n], 0.0, f32(params.rows - 1u))) == row) {
      sum += g[n * params.dim + d];
    }
  }
  y[i] = sum;
}
