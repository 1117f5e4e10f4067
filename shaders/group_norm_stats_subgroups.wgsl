// stats[n,g,s] = (origin, Σ(x − mean)², count, mean − origin) over slab s of picture
// n's pixels and the channels of group g; origin is the slab's first value
// x: [N, pixels, A] and [N, pixels, B] side by side, C = A+B channels (B may be 0);
// stats: [N, groups, slabs] of vec4f; slab s has pixels s·per_slab and on.
// One workgroup: one slab of one group, read twice; the lanes of a subgroup add up
// without workgroup memory, the subgroups through it.
// One invocation: every 64th four channels of the slab.
// Reference: model/cpu.GroupNorm
//
// Right for subgroups of any size, of which WGSL says neither how many there are nor
// which invocations they have: one is known by the least index in it, and the lanes
// number themselves. A, B and the channels of a group are multiples of 4. It needs
// the feature subgroups; group_norm_stats_vec4 does not.

enable subgroups;

alias act4 = vec4<f32>; // what activations are stored as: f16 where the program says so
override WORKGROUP: u32 = 64u;
override DUAL: u32 = 1u; // 0: there is no b, and no branch for it

// part: group_norm_stats_params
struct Params {
  batch: u32,
  pixels: u32,
  channels_a: u32,
  channels_b: u32,
  groups: u32,
  slabs: u32,
  per_slab: u32, // pixels; the last slab may have fewer
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<act4>;
@group(0) @binding(2) var<storage, read> b: array<act4>;
@group(0) @binding(3) var<storage, read_write> stats: array<vec4f>;

var<workgroup> partial: array<f32, 2 * WORKGROUP>; // of both passes: one barrier each

// part: group_norm_load4
// load reads channels 4c and on of a pixel.
fn load(pixel: u32, c: u32) -> vec4f {
  let a4 = params.channels_a / 4u;
  if (DUAL == 0u || c < a4) {
    return vec4f(a[pixel * a4 + c]);
  }
  return vec4f(b[pixel * (params.channels_b / 4u) + c - a4]);
}

// part: subgroups_total
// total adds up the workgroup's values; base is where partial is free.
fn total(value: f32, base: u32, local: u32) -> f32 {
  let sum = subgroupAdd(value);
  partial[base + local] = select(0.0, sum, local == subgroupMin(local));
  workgroupBarrier();
  let lane = subgroupExclusiveAdd(1u);
  let lanes = subgroupAdd(1u);
  var part = 0.0;
  for (var i = lane; i < WORKGROUP; i += lanes) {
    part += partial[base + i];
  }
  return subgroupAdd(part);
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = group.y * groups.x + group.x;
  if (i >= params.batch * params.groups * params.slabs) {
    return;
  }
  let g = i % params.groups; // neighbours read neighbouring channels
  let s = i / params.groups % params.slabs;
  let n = i / params.groups / params.slabs;
  let width = (params.channels_a + params.channels_b) / params.groups / 4u;
  let first = n * params.pixels + s * params.per_slab;
  let values4 = (min((s + 1u) * params.per_slab, params.pixels) - s * params.per_slab) * width;
  let count = f32(4u * values4);

  let origin = load(first, g * width).x;
  var sum = vec4f();
  for (var v = local; v < values4; v += WORKGROUP) {
    sum += load(first + v / width, g * width + v % width) - origin;
  }
  let offset = total(dot(sum, vec4f(1.0)), 0u, local) / count;
  var squares = vec4f();
  for (var v = local; v < values4; v += WORKGROUP) {
    let d = load(first + v / width, g * width + v % width) - origin - offset;
    squares += d * d;
  }
  let square = total(dot(squares, vec4f(1.0)), WORKGROUP, local);
  if (local == 0u) {
    stats[(n * params.groups + g) * params.slabs + s] = vec4f(origin, square, count, offset);
  }
}
