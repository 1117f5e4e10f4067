// v[6i+j, t, c] = (Bᵀ·d·B)[i,j] for the 6×6 input tile d of every 4×4 output tile
// (Lavin & Gray 2015, arXiv:1509.09308, §4.3, F(4×4, 3×3), interpolated at 0, ±5/8,
// ±3/2 and ∞: with 0, ±1, ±2 and ∞ as there the result has twice the error)
// x: [N, H, W, A] and [N, H, W, B] side by side, C = A+B channels (B may be 0), each
// pixel seen twice in both directions where upsample = 1; padded with one zero;
// v: [36, tiles, C], tiles = N·tiles_h·tiles_w; A and B multiples of 4.
// One invocation: four channels of one tile.
// Reference: model/cpu.Conv2D
//
// v is f32 also where activations are f16: the transform back cancels digits.

alias act4 = vec4<f32>; // storage of activations: f16 where the program says so

override WORKGROUP: u32 = 64u;
override DUAL: u32 = 1u; // 0: there is no b, and no branch for it

// part: winograd_input_params
struct Params {
  batch: u32,
  height: u32, // of x, before upsampling
  width: u32,
  channels_a: u32,
  channels_b: u32,
  tiles_h: u32,
  tiles_w: u32,
  upsample: u32, // 0 or 1
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<act4>;
@group(0) @binding(2) var<storage, read> b: array<act4>;
@group(0) @binding(3) var<storage, read_write> v: array<vec4f>;

// part: winograd_load
// load reads channels 4c and on of a pixel, zero outside the picture.
fn load(n: u32, y: u32, x: u32, c: u32) -> vec4f {
  if (y >= params.height << params.upsample || x >= params.width << params.upsample) {
    return vec4f();
  }
  let pixel = (n * params.height + (y >> params.upsample)) * params.width + (x >> params.upsample);
  let a4 = params.channels_a / 4u;
  if (DUAL == 0u || c < a4) {
    return vec4f(a[pixel * a4 + c]);
  }
  return vec4f(b[pixel * (params.channels_b / 4u) + c - a4]);
}

// part: winograd4_rows
// Column is Bᵀ·d of one column d.
struct Column {
  e0: vec4f,
  e1: vec4f,
  e2: vec4f,
  e3: vec4f,
  e4: vec4f,
  e5: vec4f,
}

// part: winograd4_transform
// transform is Bᵀ·d. With p = 5/8 and q = 3/2 the rows of Bᵀ are
//   p²q²   0      −p²−q²  0       1  0
//   0      ∓pq²   −q²     ±p      1  0
//   0      ∓p²q   −p²     ±q      1  0
//   0      p²q²   0       −p²−q²  0  1
fn transform(d0: vec4f, d1: vec4f, d2: vec4f, d3: vec4f, d4: vec4f, d5: vec4f) -> Column {
  let even_p = d4 - 2.25 * d2;
  let odd_p = 0.625 * d3 - 1.40625 * d1;
  let even_q = d4 - 0.390625 * d2;
  let odd_q = 1.5 * d3 - 0.5859375 * d1;
  return Column(
    0.87890625 * d0 - 2.640625 * d2 + d4,
    even_p + odd_p,
    even_p - odd_p,
    even_q + odd_q,
    even_q - odd_q,
    0.87890625 * d1 - 2.640625 * d3 + d5);
}

// part: winograd4_column
fn column(n: u32, y: u32, x: u32, c: u32) -> Column {
  return transform(
    load(n, y, x, c),
    load(n, y + 1u, x, c),
    load(n, y + 2u, x, c),
    load(n, y + 3u, x, c),
    load(n, y + 4u, x, c),
    load(n, y + 5u, x, c));
}

// part: winograd4_store_row
// store writes row i of the transformed tile.
fn store(at: u32, i: u32, e: Column) {
  let plane = params.batch * params.tiles_h * params.tiles_w * ((params.channels_a + params.channels_b) / 4u);
  let first = 6u * i * plane + at;
  v[first] = e.e0;
  v[first + plane] = e.e1;
  v[first + 2u * plane] = e.e2;
  v[first + 3u * plane] = e.e3;
  v[first + 4u * plane] = e.e4;
  v[first + 5u * plane] = e.e5;
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
  let x = t % params.tiles_w * 4u - 1u; // wraps below 0, and is then outside
  let y = t / params.tiles_w % params.tiles_h * 4u - 1u;
  let n = t / params.tiles_w / params.tiles_h;
  let c0 = column(n, y, x, c);
  let c1 = column(n, y, x + 1u, c);
  let c2 = column(n, y, x + 2u, c);
  let c3 = column(n, y, x + 3u, c);
  let c4 = column(n, y, x + 4u, c);
  let c5 = column(n, y, x + 5u, c);
  store(at, 0u, transform(c0.e0, c1.e0, c2.e0, c3.e0, c4.e0, c5.e0));
  store(at, 1u, transform(c0.e1, c1.e1, c2.e1, c3.e1, c4.e1, c5.e1));
  store(at, 2u, transform(c0.e2, c1.e2, c2.e2, c3.e2, c4.e2, c5.e2));
  store(at, 3u, transform(c0.e3, c1.e3, c2.e3, c3.e3, c4.e3, c5.e3));
  store(at, 4u, transform(c0.e4, c1.e4, c2.e4, c3.e4, c4.e4, c5.e4));
  store(at, 5u, transform(c0.e5, c1.e5, c2.e5, c3.e5, c4.e5, c5.e5));
}
