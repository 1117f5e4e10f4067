// stats[n,s,c] = (max, Σ exp(x − max)) over slab s of the positions
// x: [N, positions, C]; stats: [N, slabs, C]; slab s has positions s·per_slab and on.
// One invocation: one slab of one channel.
// Reference: model/cpu.SoftmaxPositions

alias act = f32; // what activations are stored as: f16 where the program says so
override WORKGROUP: u32 = 64u;

// part: softmax_positions_params
struct Params {
  batch: u32,
  positions: u32,
  channels: u32,
  slabs: u32,
  per_slab: u32, // positions; the last slab may have fewer
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<act>;
@group(0) @binding(2) var<storage, read_write> stats: array<vec2f>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = (group.y * groups.x + group.x) * WORKGROUP + local;
  if (i >= params.batch * params.slabs * params.channels) {
    return;
  }
  let c = i % params.channels; // neighbours read neighbouring channels
  let s = i / params.channels % params.slabs;
  let n = i / params.channels / params.slabs;
  let first = s * params.per_slab;
  let last = min(first + params.per_slab, params.positions);
  let base = n * params.positions * params.channels + c;
  var largest = f32(x[base + first * params.channels]);
  for (var p = first + 1u; p < last; p++) {
    largest = max(largest, f32(x[base + p * params.channels]));
  }
  var sum = 0.0;
  for (var p = first; p < last; p++) {
    sum += exp(f32(x[base + p * params.channels]) - largest);
  }
  stats[i] = vec2f(largest, sum);
}
