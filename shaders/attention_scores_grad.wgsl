// ds[r,j] = scale·p[r,j]·(dp[r,j] − Σ_j p·dp), p[r,j] = scores[r,j]·norms[r]
// scores: [rows, row] exponentials; norms: [rows]; ds: [rows, row], dp at first. What is
// beyond the keys becomes 0.
// One invocation: one row.
// Reference: model/cpu.AttentionGrad

override WORKGROUP: u32 = 64u;

struct Params {
  rows: u32,
  keys: u32,
  row: u32, // scores between rows
  scale: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> scores: array<f32>;
@group(0) @binding(2) var<storage, read> norms: array<f32>;
@group(0) @binding(3) var<storage, read_write> ds: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let r = (group.y * groups.x + group.x) * WORKGROUP + local;
  if (r >= params.rows) {
    return;
  }
  let first = r * params.row;
  var mean = 0.0;
  for (var j = 0u; j < params.keys; j++) {
    mean += scores[first + j] * ds[first + j];
  }
  mean *= norms[r];
  let factor = params.scale * norms[r];
  for (var j = 0u; j < params.keys; j++) {
    ds[first + j] = factor * scores[first + j] * (ds[first + j] - mean);
  }
  for (var j = params.keys; j < params.row; j++) {
    ds[first + j] = 0.0;
  }
}
