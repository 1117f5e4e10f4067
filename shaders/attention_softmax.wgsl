// scores[r,·] becomes exp(scores[r,·] − max), norms[r] = 1/Σ exp(scores[r,·] − max)
// scores: [rows, row], of which the first keys values count and the others become 0;
// norms: [rows].
// One invocation: one row, four scores at a time.
// Reference: model/cpu.Attention

override WORKGROUP: u32 = 64u;

struct Params {
  rows: u32,
  keys: u32,
  row: u32, // scores between rows, a multiple of 4
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read_write> scores: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> norms: array<f32>;

// Less than any score: exp of its distance to one is 0.
const lowest = -3.0e38;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let r = (group.y * groups.x + group.x) * WORKGROUP + local;
  if (r >= params.rows) {
    return;
  }
  let first = r * (params.row / 4u);
  let last = params.row / 4u - 1u;
  // Beyond the keys is whatever was in memory.
  let there = vec4u(4u * last) + vec4u(0u, 1u, 2u, 3u) < vec4u(params.keys);
  let tail = select(vec4f(lowest), scores[first + last], there);
  var most = tail;
  for (var j = 0u; j < last; j++) {
    most = max(most, scores[first + j]);
  }
  let largest = max(max(most.x, most.y), max(most.z, most.w));
  let tail_weights = exp(tail - largest);
  var sum = tail_weights;
  for (var j = 0u; j < last; j++) {
    let weights = exp(scores[first + j] - largest);
    scores[first + j] = weights;
    sum += weights;
  }
  scores[first + last] = tail_weights;
  norms[r] = 1.0 / (sum.x + sum.y + (sum.z + sum.w));
}
