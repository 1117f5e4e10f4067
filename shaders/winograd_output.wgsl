// y[n,h,w,o] = (Aᵀ·m·A) + bias[o] + shift[n,o] + residual[n,h,w,o] for the 4×4
// products m of every 2×2 output tile (Lavin & Gray 2015, arXiv:1509.09308, §4.1)
// m: [16, tiles, O], tiles = N·tiles_h·tiles_w; bias: [O]; shift: [N, O];
// residual, y: [N, H, W, O]; O a multiple of 4.
// With MOMENTS = 1 also the moments of what is stored, for a norm that follows:
// moments: [N, groups, tiles_h·tiles_w·width/4] of (origin, Σ(x − mean)², count,
// mean − origin), width the channels of a group, a multiple of 4; origin is the first
// value. Of a tile's 16 values, one of which is the origin, Σ(x − origin)² is at most so
// many times Σ(x − mean)²: one is the other less a mean, and few digits are lost.
// One invocation: four channels of one tile.
// Reference: model/cpu.Conv2D

alias act4 = vec4<f32>; // storage of activations: f16 where the program says so

override WORKGROUP: u32 = 64u;
override MOMENTS: u32 = 0u;

// part: winograd_output_params
struct Params {
  batch: u32,
  height: u32,
  width: u32,
  channels: u32,
  tiles_h: u32,
  tiles_w: u32,
  bias: u32,     // 0 or 1
  shift: u32,       // values between the shifts of two pictures; 0: none
  shift_first: u32, // where those of the first begin
  residual: u32, // 0 or 1
  groups: u32,   // of the norm that follows
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> m: array<vec4f>;
@group(0) @binding(2) var<storage, read> bias: array<vec4f>;
@group(0) @binding(3) var<storage, read> shift: array<act4>;
@group(0) @binding(4) var<storage, read> residual: array<act4>;
@group(0) @binding(5) var<storage, read_write> y: array<act4>;
@group(0) @binding(6) var<storage, read_write> moments: array<vec4f>;

var<private> origin: f32;
var<private> sum_d: vec4f; // of x − origin
var<private> sum_dd: vec4f; // of its squares
var<private> count: f32;

// part: moments_note
// note counts four values, as they are stored, among the moments.
fn note(stored: vec4f) {
  if (count == 0.0) {
    origin = stored.x;
  }
  let d = stored - origin;
  sum_d += d;
  sum_dd += d * d;
  count += 4.0;
}

// part: moments_keep
// keep stores the moments of tile t.
fn keep(t: u32, o: u32) {
  let offset = dot(sum_d, vec4f(1.0)) / count;
  let squares = max(dot(sum_dd, vec4f(1.0)) - count * offset * offset, 0.0);
  let tiles = params.tiles_h * params.tiles_w;
  let width4 = params.channels / params.groups / 4u;
  let at = ((t / tiles * params.groups + o / width4) * tiles + t % tiles) * width4 + o % width4;
  moments[at] = vec4f(origin, squares, count, offset);
}

// part: winograd_store
// store finishes four channels of one pixel; beyond the picture it does nothing.
fn store(n: u32, py: u32, px: u32, o: u32, value: vec4f) {
  if (py >= params.height || px >= params.width) {
    return;
  }
  let out4 = params.channels / 4u;
  let at = ((n * params.height + py) * params.width + px) * out4 + o;
  var sum = value;
  if (params.bias != 0u) {
    sum += bias[o];
  }
  if (params.shift != 0u) {
    sum += vec4f(shift[(params.shift_first + n * params.shift) / 4u + o]);
  }
  if (params.residual != 0u) {
    sum += vec4f(residual[at]);
  }
  y[at] = act4(sum);
  if (MOMENTS == 1u) {
    note(vec4f(act4(sum)));
  }
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let out4 = params.channels / 4u;
  let tiles = params.batch * params.tiles_h * params.tiles_w;
  let at = (group.y * groups.x + group.x) * WORKGROUP + local;
  if (at >= tiles * out4) {
    return;
  }
  let o = at % out4;
  let t = at / out4;
  let px = t % params.tiles_w * 2u;
  let py = t / params.tiles_w % params.tiles_h * 2u;
  let n = t / params.tiles_w / params.tiles_h;
  let plane = tiles * out4;
  let m00 = m[at];
  let m01 = m[plane + at];
  let m02 = m[2u * plane + at];
  let m03 = m[3u * plane + at];
  let m10 = m[4u * plane + at];
  let m11 = m[5u * plane + at];
  let m12 = m[6u * plane + at];
  let m13 = m[7u * plane + at];
  let m20 = m[8u * plane + at];
  let m21 = m[9u * plane + at];
  let m22 = m[10u * plane + at];
  let m23 = m[11u * plane + at];
  let m30 = m[12u * plane + at];
  let m31 = m[13u * plane + at];
  let m32 = m[14u * plane + at];
  let m33 = m[15u * plane + at];
  // Aᵀ·m
  let f00 = m00 + m10 + m20;
  let f10 = m10 - m20 - m30;
  let f01 = m01 + m11 + m21;
  let f11 = m11 - m21 - m31;
  let f02 = m02 + m12 + m22;
  let f12 = m12 - m22 - m32;
  let f03 = m03 + m13 + m23;
  let f13 = m13 - m23 - m33;
  // (Aᵀ·m)·A
  store(n, py, px, o, f00 + f01 + f02);
  store(n, py, px + 1u, o, f01 - f02 - f03);
  store(n, py + 1u, px, o, f10 + f11 + f12);
  store(n, py + 1u, px + 1u, o, f11 - f12 - f13);
  if (MOMENTS == 1u) {
    keep(t, o);
  }
}
