// sums[n,s,c] = Σ_p y·g over slab s of the positions
// y, g: [N, positions, C]; sums: [N, slabs, C]; slab s has positions s·per_slab and on.
// One invocation: one slab of one channel.
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
@group(0) @binding(3) var<storage, read_write> sums: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = (group.y * groups.x + group.x) * WORKGROUP + local;
  if (i >= params.batch * params.slabs * params.channels) {
    return;
  }
  let c = i % params.channels;
  let s = i / params.channels % params.slabs;
  let n = i / params.channels / params.slabs;
  let first = s * params.per_slab;
  let last = min(first + params.per_slab, params.positions);
  var sum = 0.0;
  for (var p = first; p < last; p++) {
    let at = (n * params.positions + p) * params.channels + c;
    sum += y[at] * g[at];
  }
  sums[i] = sum;
}
