// v[4i+j, t, c] = (Bᵀ·d·B)[i,j] for the 4×4 input tile d of every 2×2 output tile
// (see winograd_input.wgsl) of d = act(((x − mean)·rsqrt(var + eps)·weight + bias)·(1 + scale) + shift)
// x: [N, H, W, A] and [N, H, W, B] side by side, C = A+B channels (B may be 0);
// weight, bias: [C]; scale_shift: [N, 2C];
// stats: [N, groups, slabs] of (origin, Σ(x − mean)², count, mean − origin);
// d is padded with one zero; v: [16, tiles, C], tiles = N·tiles_h·tiles_w;
// A, B and the channels of a group are multiples of 4.
// One invocation: four channels of one tile; it joins the slabs' statistics itself.
// Reference: model/cpu.GroupNorm, model/cpu.Conv2D
//
// The value between the norm and the convolution is stored nowhere. v is f32 also where
// activations are f16: the transform back cancels digits.

alias act4 = vec4<f32>; // storage of activations: f16 where the program says so

override WORKGROUP: u32 = 64u;
override DUAL: u32 = 1u; // 0: there is no b, and no branch for it
override SILU: u32 = 1u; // 0: act is nothing

// part: winograd_norm_params
struct Params {
  batch: u32,
  height: u32, // of x
  width: u32,
  channels_a: u32,
  channels_b: u32,
  tiles_h: u32,
  tiles_w: u32,
  groups: u32,
  slabs: u32,
  norm_eps: f32,
  weight: u32,            // 0 or 1
  bias: u32,              // 0 or 1
  scale_shift: u32,       // values between those of two pictures; 0: none
  scale_shift_first: u32, // where those of the first begin
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<act4>;
@group(0) @binding(2) var<storage, read> b: array<act4>;
@group(0) @binding(3) var<storage, read> stats: array<vec4f>;
@group(0) @binding(4) var<storage, read> weight: array<vec4f>;
@group(0) @binding(5) var<storage, read> bias: array<vec4f>;
@group(0) @binding(6) var<storage, read> scale_shift: array<act4>;
@group(0) @binding(7) var<storage, read_write> v: array<vec4f>;

// What the norm makes of a value: (x − origin − mean)·factor + offset.
var<private> origin: f32;
var<private> mean: f32;
var<private> factor: vec4f;
var<private> offset: vec4f;

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

// part: winograd_norm_prepare
// prepare finds what the norm makes of channels 4c and on of a picture.
fn prepare(n: u32, c: u32) {
  let channels4 = (params.channels_a + params.channels_b) / 4u;
  let total = joined(n, c / (channels4 / params.groups));
  origin = total.x;
  mean = total.w;
  factor = vec4f(inverseSqrt(total.y / total.z + params.norm_eps));
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
}

// part: winograd_norm_load
// load reads channels 4c and on of a pixel, normalised; zero outside the picture.
fn load(n: u32, y: u32, x: u32, c: u32) -> vec4f {
  if (y >= params.height || x >= params.width) {
    return vec4f();
  }
  let pixel = (n * params.height + y) * params.width + x;
  let a4 = params.channels_a / 4u;
  var v: vec4f;
  if (DUAL == 0u || c < a4) {
    v = vec4f(a[pixel * a4 + c]);
  } else {
    v = vec4f(b[pixel * (params.channels_b / 4u) + c - a4]);
  }
  v = (v - origin - mean) * factor + offset;
  if (SILU != 0u) {
    v *= sigmoid(v);
  }
  return v;
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let in4 = (params.channels_a + params.channels_b) / 4u;
  let tiles = params.batch * params.tiles_h * params.tiles_w;
  let at = (group.y * groups.x + group.x) * WORKGROUP + local;
  if (at >= tiles * in4) {
    return;
  }
  let c = at % in4;
  let t = at / in4;
  let x = t % params.tiles_w * 2u - 1u; // wraps below 0, and is then outside
  let y = t / params.tiles_w % params.tiles_h * 2u - 1u;
  let n = t / params.tiles_w / params.tiles_h;
  prepare(n, c);
  let d00 = load(n, y, x, c);
  let d01 = load(n, y, x + 1u, c);
  let d02 = load(n, y, x + 2u, c);
  let d03 = load(n, y, x + 3u, c);
  let d10 = load(n, y + 1u, x, c);
  let d11 = load(n, y + 1u, x + 1u, c);
  let d12 = load(n, y + 1u, x + 2u, c);
  let d13 = load(n, y + 1u, x + 3u, c);
  let d20 = load(n, y + 2u, x, c);
  let d21 = load(n, y + 2u, x + 1u, c);
  let d22 = load(n, y + 2u, x + 2u, c);
  let d23 = load(n, y + 2u, x + 3u, c);
  let d30 = load(n, y + 3u, x, c);
  let d31 = load(n, y + 3u, x + 1u, c);
  let d32 = load(n, y + 3u, x + 2u, c);
  let d33 = load(n, y + 3u, x + 3u, c);
  // Bᵀ·d
  let e00 = d00 - d20;
  let e10 = d10 + d20;
  let e20 = d20 - d10;
  let e30 = d10 - d30;
  let e01 = d01 - d21;
  let e11 = d11 + d21;
  let e21 = d21 - d11;
  let e31 = d11 - d31;
  let e02 = d02 - d22;
  let e12 = d12 + d22;
  let e22 = d22 - d12;
  let e32 = d12 - d32;
  let e03 = d03 - d23;
  let e13 = d13 + d23;
  let e23 = d23 - d13;
  let e33 = d13 - d33;
  // (Bᵀ·d)·B
  let plane = tiles * in4;
  v[at] = e00 - e02;
  v[plane + at] = e01 + e02;
  v[2u * plane + at] = e02 - e01;
  v[3u * plane + at] = e01 - e03;
  v[4u * plane + at] = e10 - e12;
  v[5u * plane + at] = e11 + e12;
  v[6u * plane + at] = e12 - e11;
  v[7u * plane + at] = e11 - e13;
  v[8u * plane + at] = e20 - e22;
  v[9u * plane + at] = e21 + e22;
  v[10u * plane + at] = e22 - e21;
  v[11u * plane + at] = e21 - e23;
  v[12u * plane + at] = e30 - e32;
  v[13u * plane + at] = e31 + e32;
  v[14u * plane + at] = e32 - e31;
  v[15u * plane + at] = e31 - e33;
}
