// y[n,h,w,o] = (Aᵀ·m·A) + bias[o] + shift[n,o] + residual[n,h,w,o] for the 6×6
// products m of every 4×4 output tile (Lavin & Gray 2015, arXiv:1509.09308, §4.3,
// F(4×4, 3×3), interpolated at 0, ±5/8, ±3/2 and ∞ as winograd4_input)
// m: [36, tiles, O], tiles = N·tiles_h·tiles_w; bias: [O]; shift: [N, O];
// residual, y: [N, H, W, O]; O a multiple of 4.
// With MOMENTS = 1 also the moments of what is stored, for a norm that follows:
// moments: [N, groups, tiles_h·tiles_w·width/4] of (origin, Σ(x − mean)², count,
// mean − origin), width the channels of a group, a multiple of 4; origin is the first
// value. Of a tile's 64 values, one of which is the origin, Σ(x − origin)² is at most so
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

// Column is Aᵀ·m of one column m.
struct Column {
  f0: vec4f,
  f1: vec4f,
  f2: vec4f,
  f3: vec4f,
}

// transform is Aᵀ·m. The columns of Aᵀ are the powers 0 to 3 of 0, ±5/8, ±3/2 and ∞.
fn transform(m0: vec4f, m1: vec4f, m2: vec4f, m3: vec4f, m4: vec4f, m5: vec4f) -> Column {
  let even_p = m1 + m2;
  let odd_p = m1 - m2;
  let even_q = m3 + m4;
  let odd_q = m3 - m4;
  return Column(
    m0 + even_p + even_q,
    0.625 * odd_p + 1.5 * odd_q,
    0.390625 * even_p + 2.25 * even_q,
    0.244140625 * odd_p + 3.375 * odd_q + m5);
}

// column transforms column j of the products.
fn column(at: u32, j: u32) -> Column {
  let plane = params.batch * params.tiles_h * params.tiles_w * (params.channels / 4u);
  let first = j * plane + at;
  return transform(
    m[first],
    m[first + 6u * plane],
    m[first + 12u * plane],
    m[first + 18u * plane],
    m[first + 24u * plane],
    m[first + 30u * plane]);
}

// row stores four pixels.
fn row(n: u32, py: u32, px: u32, o: u32, f: Column) {
  store(n, py, px, o, f.f0);
  store(n, py, px + 1u, o, f.f1);
  store(n, py, px + 2u, o, f.f2);
  store(n, py, px + 3u, o, f.f3);
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
  let px = t % params.tiles_w * 4u;
  let py = t / params.tiles_w % params.tiles_h * 4u;
  let n = t / params.tiles_w / params.tiles_h;
  let c0 = column(at, 0u);
  let c1 = column(at, 1u);
  let c2 = column(at, 2u);
  let c3 = column(at, 3u);
  let c4 = column(at, 4u);
  let c5 = column(at, 5u);
  row(n, py, px, o, transform(c0.f0, c1.f0, c2.f0, c3.f0, c4.f0, c5.f0));
  row(n, py + 1u, px, o, transform(c0.f1, c1.f1, c2.f1, c3.f1, c4.f1, c5.f1));
  row(n, py + 2u, px, o, transform(c0.f2, c1.f2, c2.f2, c3.f2, c4.f2, c5.f2));
  row(n, py + 3u, px, o, transform(c0.f3, c1.f3, c2.f3, c3.f3, c4.f3, c5.f3));
  if (MOMENTS == 1u) {
    keep(t, o);
  }
}
