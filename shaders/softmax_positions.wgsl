// y[n,p,c] = exp(x[n,p,c] − max)/Σ_p exp(x[n,p,c] − max)
// x, y: [N, positions, C]; stats: [N, slabs, C] of (max, Σ exp(x − max)) over slab s,
// which has positions s·per_slab and on.
// One invocation: one slab of one channel; it joins the slabs' statistics itself.
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
@group(0) @binding(2) var<storage, read> stats: array<vec2f>;
@group(0) @binding(3) var<storage, read_write> y: array<act>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = (group.y * groups.x + group.x) * WORKGROUP + local;
  if (i >= params.batch * params.slabs * params.channels) {
    return;
  }
  let c = i % params.channels;
  let s = i / params.channels % params.slabs;
  let n = i / params.channels / params.slabs;
  var total = stats[n * params.slabs * params.channels + c];
  for (var other = 1u; other < params.slabs; other++) {
    let part = stats[(n * params.slabs + other) * params.channels + c];
    let largest = max(total.x, part.x);
    total = vec2f(largest, total.y * exp(total.x - largest) + part.y * exp(part.x - largest));
  }
  let factor = 1.0 / total.y;
  let first = s * params.per_slab;
  let last = min(first + params.per_slab, params.positions);
  for (var p = first; p < last; p++) {
    let at = (n * params.positions + p) * params.channels + c;
    y[at] = act(exp(f32(x[at]) - total.x) * factor);
  }
}
