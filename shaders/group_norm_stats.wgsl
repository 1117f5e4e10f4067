// stats[n,g,s] = (origin, Σ(x − mean)², count, mean − origin) over slab s of picture
// n's pixels and the channels of group g; origin is the slab's first value
// x: [N, pixels, A] and [N, pixels, B] side by side, C = A+B channels (B may be 0);
// stats: [N, groups, slabs] of vec4f; slab s has pixels s·per_slab and on.
// One invocation: one slab of one group, read twice. The mean is kept in two parts,
// so that one far larger than the deviation costs no digits.
// Reference: model/cpu.GroupNorm

alias act = f32; // what activations are stored as: f16 where the program says so
override WORKGROUP: u32 = 64u;

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
@group(0) @binding(1) var<storage, read> a: array<act>;
@group(0) @binding(2) var<storage, read> b: array<act>;
@group(0) @binding(3) var<storage, read_write> stats: array<vec4f>;

// part: group_norm_load
fn load(pixel: u32, c: u32) -> f32 {
  if (c < params.channels_a) {
    return f32(a[pixel * params.channels_a + c]);
  }
  return f32(b[pixel * params.channels_b + c - params.channels_a]);
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = (group.y * groups.x + group.x) * WORKGROUP + local;
  if (i >= params.batch * params.groups * params.slabs) {
    return;
  }
  let g = i % params.groups; // neighbours read neighbouring channels
  let s = i / params.groups % params.slabs;
  let n = i / params.groups / params.slabs;
  let width = (params.channels_a + params.channels_b) / params.groups;
  let first = s * params.per_slab;
  let last = min(first + params.per_slab, params.pixels);
  let count = f32((last - first) * width);

  let origin = load(n * params.pixels + first, g * width);
  var sum = 0.0;
  for (var p = first; p < last; p++) {
    for (var c = 0u; c < width; c++) {
      sum += load(n * params.pixels + p, g * width + c) - origin;
    }
  }
  let offset = sum / count;
  var squares = 0.0;
  for (var p = first; p < last; p++) {
    for (var c = 0u; c < width; c++) {
      let d = load(n * params.pixels + p, g * width + c) - origin - offset;
      squares += d * d;
    }
  }
  stats[(n * params.groups + g) * params.slabs + s] = vec4f(origin, squares, count, offset);
}
