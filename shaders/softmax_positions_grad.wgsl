// x[n,p,c] = y[n,p,c]·(g[n,p,c] − Σ_p y·g)
// y, g, x: [N, positions, C]; sums: [N, slabs, C] of Σ y·g over slab s, which has
// positions s·per_slab and on.
// One invocation: one slab of one channel; it adds up the slabs' sums itself.
// Reference: model/cpu.SoftmaxPositionsGrad

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
@group(0) @binding(1) var<storage, read> y: array<f32>;
@group(0) @binding(2) var<storage, read> g: array<f32>;
@group(0) @binding(3) var<storage, read> sums: array<f32>;
@group(0) @binding(4) var<storage, read_write> x: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = (group.y * groups.x + group.x) * WORKGROUP + local;
  if (i >= params.batch * params.slabs * params.channels) {
    return;
  }
  let c = i % params.channels;
  let s = i / params.channels % params.slabs;
  let n = i / params.channels / params.slabs;
  var mean = 0.0;
  for (var other = 0u; other < params.slabs; other++) {
    mean += sums[(n * params.slabs + other) * params.channels + c];
  }
  let first = s * params.per_slab;
  let last = min(first + params.per_slab, params.positions);
  for (var p = first; p < last; p++) {
    let at = (n * params.positions + p) * params.channels + c;
    x[at] = y[at] * (g[at] - mean);
  }
}
