// y = act(((x − mean)·rsqrt(var + eps)·weight + bias)·(1 + scale) + shift)
// x: [N, pixels, A] and [N, pixels, B] side by side, C = A+B channels (B may be 0);
// weight, bias: [C]; scale_shift: [N, 2C]; y: [N, pixels, C];
// stats: [N, groups, slabs] of (origin, Σ(x − mean)², count, mean − origin).
// One invocation: RUN pixels of four channels; it joins the slabs' statistics itself
// (Chan, Golub & LeVeque 1979), which spares a dispatch.
// Reference: model/cpu.GroupNorm
//
// A and B are multiples of 4, with MIXED = 0 the channels of a group too; group_norm
// takes any.

alias act4 = vec4<f32>; // what activations are stored as: f16 where the program says so
override WORKGROUP: u32 = 64u;
override RUN: u32 = 16u;
override DUAL: u32 = 1u; // 0: there is no b, and no branch for it
override MIXED: u32 = 1u; // 0: the four channels are all of one group

// part: group_norm_params
struct Params {
  batch: u32,
  pixels: u32,
  channels_a: u32,
  channels_b: u32,
  groups: u32,
  slabs: u32,
  norm_eps: f32,
  weight: u32,      // 0 or 1
  bias: u32,        // 0 or 1
  scale_shift: u32,       // values between those of two pictures; 0: none
  scale_shift_first: u32, // where those of the first begin
  silu: u32,        // 0 or 1
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<act4>;
@group(0) @binding(2) var<storage, read> b: array<act4>;
@group(0) @binding(3) var<storage, read> stats: array<vec4f>;
@group(0) @binding(4) var<storage, read> weight: array<vec4f>;
@group(0) @binding(5) var<storage, read> bias: array<vec4f>;
@group(0) @binding(6) var<storage, read> scale_shift: array<act4>;
@group(0) @binding(7) var<storage, read_write> y: array<act4>;

// part: group_norm_load4
// load reads channels 4c and on of a pixel.
fn load(pixel: u32, c: u32) -> vec4f {
  let a4 = params.channels_a / 4u;
  if (DUAL == 0u || c < a4) {
    return vec4f(a[pixel * a4 + c]);
  }
  return vec4f(b[pixel * (params.channels_b / 4u) + c - a4]);
}

// part: sigmoid4
fn sigmoid(v: vec4f) -> vec4f {
  let e = exp(-abs(v));
  return select(e, vec4f(1.0), v >= vec4f(0.0)) / (1.0 + e);
}

// part: group_norm_joined
// joined is the statistics of all slabs of a group.
fn joined(n: u32, g: u32) -> vec4f {
  let first = (n * params.groups + g) * params.slabs;
  var total = stats[first];
  for (var s = 1u; s < params.slabs; s++) {
    let part = stats[first + s];
    let count = total.z + part.z;
    let delta = part.x - total.x + (part.w - total.w);
    total = vec4f(
      total.x,
      total.y + part.y + delta * delta * (total.z * part.z / count),
      count,
      total.w + delta * (part.z / count));
  }
  return total;
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = (group.y * groups.x + group.x) * WORKGROUP + local;
  let channels4 = (params.channels_a + params.channels_b) / 4u;
  let runs = (params.pixels + RUN - 1u) / RUN;
  if (i >= params.batch * runs * channels4) {
    return;
  }
  let c = i % channels4;
  let run = i / channels4 % runs;
  let n = i / channels4 / runs;

  // Of each of the four channels: origin, mean − origin, variance.
  var origin: vec4f;
  var mean: vec4f;
  var variance: vec4f;
  if (MIXED == 0u) {
    let total = joined(n, c / (channels4 / params.groups));
    origin = vec4f(total.x);
    mean = vec4f(total.w);
    variance = vec4f(total.y / total.z);
  } else {
    let width = 4u * channels4 / params.groups;
    let t0 = joined(n, 4u * c / width);
    let t1 = joined(n, (4u * c + 1u) / width);
    let t2 = joined(n, (4u * c + 2u) / width);
    let t3 = joined(n, (4u * c + 3u) / width);
    origin = vec4f(t0.x, t1.x, t2.x, t3.x);
    mean = vec4f(t0.w, t1.w, t2.w, t3.w);
    variance = vec4f(t0.y / t0.z, t1.y / t1.z, t2.y / t2.z, t3.y / t3.z);
  }
  var factor = inverseSqrt(variance + params.norm_eps);
  var offset = vec4f();
  if (params.weight != 0u) {
    factor *= weight[c];
  }
  if (params.bias != 0u) {
    offset = bias[c];
  }
  if (params.scale_shift != 0u) {
    let at = (params.scale_shift_first + n * params.scale_shift) / 4u + c;
    let scale = 1.0 + vec4f(scale_shift[at]);
    factor *= scale;
    offset = offset * scale + vec4f(scale_shift[at + channels4]);
  }
  let last = min((run + 1u) * RUN, params.pixels);
  for (var p = run * RUN; p < last; p++) {
    let pixel = n * params.pixels + p;
    var v = (load(pixel, c) - origin - mean) * factor + offset;
    if (params.silu != 0u) {
      v *= sigmoid(v);
    }
    y[pixel * channels4 + c] = act4(v);
  }
}
