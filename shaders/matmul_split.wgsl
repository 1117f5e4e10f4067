// sums[s,z,r,o] = Σ x[z,r,i]·w[z,i,o] over the channels i of slab s
// x: [batch, rows, A] and b: [batch, rows, B] side by side, I = A+B (B may be 0);
// w: [batch, I, O]; sums: [slabs, batch, rows, O]; A, B and O multiples of 4;
// slab s has channels 4·s·per_slab and on. matmul_join adds up the slabs.
// One invocation: 4 rows by 4 columns of one slab, in registers. Where a product has few
// results and many channels, its slabs are work for more invocations than its results.
// Reference: model/cpu.Linear, and the products of a Winograd convolution.

alias act4 = vec4<f32>; // storage of activations and expanded weights: f16 where the program says so

override WORKGROUP: u32 = 64u;
override DUAL: u32 = 1u; // 0: there is no b, and no branch for it

struct Params {
  batch: u32,
  rows: u32,
  in_channels: u32, // of x and b together
  out_channels: u32,
  in_channels_b: u32,
  slabs: u32,
  per_slab: u32, // fours of channels; the last slab may have fewer
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<act4>;
@group(0) @binding(2) var<storage, read> b: array<act4>;
@group(0) @binding(3) var<storage, read> w: array<act4>;
@group(0) @binding(4) var<storage, read_write> sums: array<vec4f>;

// part: matmul_load
// load reads four channels of a row, counted over all matrices.
fn load(row: u32, i: u32) -> vec4f {
  let x4 = (params.in_channels - params.in_channels_b) / 4u;
  if (DUAL == 0u || i < x4) {
    return vec4f(x[row * x4 + i]);
  }
  return vec4f(b[row * (params.in_channels_b / 4u) + i - x4]);
}

// part: step
// step adds four products to four columns: sum + a·(b0 b1 b2 b3)ᵀ.
fn step(a: vec4f, b0: vec4f, b1: vec4f, b2: vec4f, b3: vec4f, sum: vec4f) -> vec4f {
  return fma(vec4f(a.w), b3, fma(vec4f(a.z), b2, fma(vec4f(a.y), b1, fma(vec4f(a.x), b0, sum))));
}

// store keeps four columns of one row; beyond the matrix it does nothing.
fn store(s: u32, z: u32, r: u32, o: u32, value: vec4f) {
  if (r < params.rows) {
    sums[((s * params.batch + z) * params.rows + r) * (params.out_channels / 4u) + o] = value;
  }
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let out4 = params.out_channels / 4u;
  let down = (params.rows + 3u) / 4u;
  let number = (group.y * groups.x + group.x) * WORKGROUP + local;
  if (number >= params.slabs * params.batch * down * out4) {
    return;
  }
  let o = number % out4;
  let r = number / out4 % down * 4u;
  let z = number / out4 / down % params.batch;
  let s = number / out4 / down / params.batch;
  let first = z * params.rows;
  let last = params.rows - 1u; // rows beyond repeat it, and are not stored
  let x0 = first + r;
  let x1 = first + min(r + 1u, last);
  let x2 = first + min(r + 2u, last);
  let x3 = first + min(r + 3u, last);
  var p0 = vec4f();
  var p1 = vec4f();
  var p2 = vec4f();
  var p3 = vec4f();
  let end = min((s + 1u) * params.per_slab, params.in_channels / 4u);
  var k = (z * params.in_channels + 4u * s * params.per_slab) * out4 + o;
  for (var i = s * params.per_slab; i < end; i++) {
    let b0 = vec4f(w[k]);
    let b1 = vec4f(w[k + out4]);
    let b2 = vec4f(w[k + 2u * out4]);
    let b3 = vec4f(w[k + 3u * out4]);
    k += 4u * out4;
    p0 = step(load(x0, i), b0, b1, b2, b3, p0);
    p1 = step(load(x1, i), b0, b1, b2, b3, p1);
    p2 = step(load(x2, i), b0, b1, b2, b3, p2);
    p3 = step(load(x3, i), b0, b1, b2, b3, p3);
  }
  store(s, z, r, o, p0);
  store(s, z, r + 1u, o, p1);
  store(s, z, r + 2u, o, p2);
  store(s, z, r + 3u, o, p3);
}
