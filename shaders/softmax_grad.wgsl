// x = y·(g − Σ y·g) over each row
// y, g, x: [rows, width]: a row is the innermost extent, or one group of it.
// One invocation: one row.
// Reference: model/cpu.SoftmaxGrad

override WORKGROUP: u32 = 64u;

// part: softmax_params
struct Params {
  rows: u32,
  width: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> y: array<f32>;
@group(0) @binding(2) var<storage, read> g: array<f32>;
@group(0) @binding(3) var<storage, read_write> x: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let row = (group.y * groups.x + group.x) * WORKGROUP + local;
  if (row >= params.rows) {
    return;
  }
  let first = row * params.width;
  let end = first + params.width;
  var mean = 0.0;
  for (var i = first; i < end; i++) {
    mean += y[i] * g[i];
  }
  for (var i = first; i < end; i++) {
    x[i] = y[i] * (g[i] - mean);
  }
}
