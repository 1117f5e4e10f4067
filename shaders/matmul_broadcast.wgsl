// y[z,r,o] = act(Σ_i x[z,r,i]·w[z,i,o] + bias[o] + residual[z,r,o])
// x: [batch, rows, A] and b: [batch, rows, B] side by side, I = A+B (B may be 0);
// w: [batch, I, O]; bias: [O]; residual, y: [batch, rows, O]; A, B and O multiples
// of 4.
// One workgroup: ROWS rows by 4·WORKGROUP columns. The lanes of a subgroup load
// different rows of x, 8 at a time, and hand them to each other in registers.
// One invocation: ROWS rows by 4 columns.
// Reference: model/cpu.Linear, and the products of a Winograd convolution.
//
// A load costs much more than a product where lanes are emulated, and everywhere
// takes a slot of the memory unit: of x there is one for 8 rows, of w one for ROWS.
// It needs the feature subgroups, of 8 lanes or more.

enable subgroups;

alias act4 = vec4<f32>; // storage of activations and expanded weights: f16 where the program says so

override WORKGROUP: u32 = 32u;
override ROWS: u32 = 8u; // 8, 16 or 32
override DUAL: u32 = 1u; // 0: there is no b, and no branch for it
override TURNED: u32 = 0u; // 1: w is [batch, O, I]

// part: matmul_params
struct Params {
  batch: u32,
  rows: u32,
  in_channels: u32, // of x and b together
  out_channels: u32,
  bias: u32,     // 0 or 1
  residual: u32, // 0 or 1
  silu: u32,     // 0 or 1
  in_channels_b: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<act4>;
@group(0) @binding(2) var<storage, read> b: array<act4>;
@group(0) @binding(3) var<storage, read> w: array<act4>;
@group(0) @binding(4) var<storage, read> bias: array<vec4f>;
@group(0) @binding(5) var<storage, read> residual: array<act4>;
@group(0) @binding(6) var<storage, read_write> y: array<act4>;

// part: matmul_load
// load reads four channels of a row, counted over all matrices.
fn load(row: u32, i: u32) -> vec4f {
  let x4 = (params.in_channels - params.in_channels_b) / 4u;
  if (DUAL == 0u || i < x4) {
    return vec4f(x[row * x4 + i]);
  }
  return vec4f(b[row * (params.in_channels_b / 4u) + i - x4]);
}

// part: matmul_block
// block reads channels 4i to 4i+3 of columns 4o to 4o+3, a column of it for each channel;
// k is where channel 4i of the first columns stands.
fn block(k: u32, z: u32, i: u32, o: u32) -> mat4x4f {
  if (TURNED == 1u) {
    let in4 = params.in_channels / 4u;
    let at = (z * params.out_channels + 4u * o) * in4 + i;
    return transpose(mat4x4f(vec4f(w[at]), vec4f(w[at + in4]), vec4f(w[at + 2u * in4]), vec4f(w[at + 3u * in4])));
  }
  let out4 = params.out_channels / 4u;
  return mat4x4f(vec4f(w[k + o]), vec4f(w[k + out4 + o]), vec4f(w[k + 2u * out4 + o]), vec4f(w[k + 3u * out4 + o]));
}

// part: step
// step adds four products to four columns: sum + a·(b0 b1 b2 b3)ᵀ.
fn step(a: vec4f, b0: vec4f, b1: vec4f, b2: vec4f, b3: vec4f, sum: vec4f) -> vec4f {
  return fma(vec4f(a.w), b3, fma(vec4f(a.z), b2, fma(vec4f(a.y), b1, fma(vec4f(a.x), b0, sum))));
}

// part: sigmoid4
fn sigmoid(v: vec4f) -> vec4f {
  let e = exp(-abs(v));
  return select(e, vec4f(1.0), v >= vec4f(0.0)) / (1.0 + e);
}

// part: matmul_store
// store finishes four columns of one row; beyond the matrix it does nothing.
fn store(z: u32, r: u32, o: u32, value: vec4f) {
  let out4 = params.out_channels / 4u;
  if (r >= params.rows || o >= out4) {
    return;
  }
  let at = (z * params.rows + r) * out4 + o;
  var sum = value;
  if (params.bias != 0u) {
    sum += bias[o];
  }
  if (params.residual != 0u) {
    sum += vec4f(residual[at]);
  }
  if (params.silu != 0u) {
    sum *= sigmoid(sum);
  }
  y[at] = act4(sum);
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32, @builtin(subgroup_invocation_id) lane: u32) {
  let in4 = params.in_channels / 4u;
  let out4 = params.out_channels / 4u;
  let o = group.y * WORKGROUP + local;
  let r = group.x * ROWS;
  let z = group.z;
  // No lane returns early, for all must load: columns beyond repeat the last, rows
  // too, and are not stored.
  let column = min(o, out4 - 1u);
  let last = params.rows - 1u;
  let mine = r + lane % 8u;
  let x0 = z * params.rows + min(mine, last);
  let x8 = z * params.rows + min(mine + 8u, last);
  let x16 = z * params.rows + min(mine + 16u, last);
  let x24 = z * params.rows + min(mine + 24u, last);
  var p0 = vec4f();
  var p1 = vec4f();
  var p2 = vec4f();
  var p3 = vec4f();
  var p4 = vec4f();
  var p5 = vec4f();
  var p6 = vec4f();
  var p7 = vec4f();
  var p8 = vec4f();
  var p9 = vec4f();
  var p10 = vec4f();
  var p11 = vec4f();
  var p12 = vec4f();
  var p13 = vec4f();
  var p14 = vec4f();
  var p15 = vec4f();
  var p16 = vec4f();
  var p17 = vec4f();
  var p18 = vec4f();
  var p19 = vec4f();
  var p20 = vec4f();
  var p21 = vec4f();
  var p22 = vec4f();
  var p23 = vec4f();
  var p24 = vec4f();
  var p25 = vec4f();
  var p26 = vec4f();
  var p27 = vec4f();
  var p28 = vec4f();
  var p29 = vec4f();
  var p30 = vec4f();
  var p31 = vec4f();
  var k = z * params.in_channels * out4;
  for (var i = 0u; i < in4; i++) {
    let columns = block(k, z, i, column);
    k += 4u * out4;
    let a0 = load(x0, i);
    p0 = step(subgroupBroadcast(a0, 0u), columns[0], columns[1], columns[2], columns[3], p0);
    p1 = step(subgroupBroadcast(a0, 1u), columns[0], columns[1], columns[2], columns[3], p1);
    p2 = step(subgroupBroadcast(a0, 2u), columns[0], columns[1], columns[2], columns[3], p2);
    p3 = step(subgroupBroadcast(a0, 3u), columns[0], columns[1], columns[2], columns[3], p3);
    p4 = step(subgroupBroadcast(a0, 4u), columns[0], columns[1], columns[2], columns[3], p4);
    p5 = step(subgroupBroadcast(a0, 5u), columns[0], columns[1], columns[2], columns[3], p5);
    p6 = step(subgroupBroadcast(a0, 6u), columns[0], columns[1], columns[2], columns[3], p6);
    p7 = step(subgroupBroadcast(a0, 7u), columns[0], columns[1], columns[2], columns[3], p7);
    if (ROWS > 8u) {
      let a8 = load(x8, i);
      p8 = step(subgroupBroadcast(a8, 0u), columns[0], columns[1], columns[2], columns[3], p8);
      p9 = step(subgroupBroadcast(a8, 1u), columns[0], columns[1], columns[2], columns[3], p9);
      p10 = step(subgroupBroadcast(a8, 2u), columns[0], columns[1], columns[2], columns[3], p10);
      p11 = step(subgroupBroadcast(a8, 3u), columns[0], columns[1], columns[2], columns[3], p11);
      p12 = step(subgroupBroadcast(a8, 4u), columns[0], columns[1], columns[2], columns[3], p12);
      p13 = step(subgroupBroadcast(a8, 5u), columns[0], columns[1], columns[2], columns[3], p13);
      p14 = step(subgroupBroadcast(a8, 6u), columns[0], columns[1], columns[2], columns[3], p14);
      p15 = step(subgroupBroadcast(a8, 7u), columns[0], columns[1], columns[2], columns[3], p15);
    }
    if (ROWS > 16u) {
      let a16 = load(x16, i);
      p16 = step(subgroupBroadcast(a16, 0u), columns[0], columns[1], columns[2], columns[3], p16);
      p17 = step(subgroupBroadcast(a16, 1u), columns[0], columns[1], columns[2], columns[3], p17);
      p18 = step(subgroupBroadcast(a16, 2u), columns[0], columns[1], columns[2], columns[3], p18);
      p19 = step(subgroupBroadcast(a16, 3u), columns[0], columns[1], columns[2], columns[3], p19);
      p20 = step(subgroupBroadcast(a16, 4u), columns[0], columns[1], columns[2], columns[3], p20);
      p21 = step(subgroupBroadcast(a16, 5u), columns[0], columns[1], columns[2], columns[3], p21);
      p22 = step(subgroupBroadcast(a16, 6u), columns[0], columns[1], columns[2], columns[3], p22);
      p23 = step(subgroupBroadcast(a16, 7u), columns[0], columns[1], columns[2], columns[3], p23);
      let a24 = load(x24, i);
      p24 = step(subgroupBroadcast(a24, 0u), columns[0], columns[1], columns[2], columns[3], p24);
      p25 = step(subgroupBroadcast(a24, 1u), columns[0], columns[1], columns[2], columns[3], p25);
      p26 = step(subgroupBroadcast(a24, 2u), columns[0], columns[1], columns[2], columns[3], p26);
      p27 = step(subgroupBroadcast(a24, 3u), columns[0], columns[1], columns[2], columns[3], p27);
      p28 = step(subgroupBroadcast(a24, 4u), columns[0], columns[1], columns[2], columns[3], p28);
      p29 = step(subgroupBroadcast(a24, 5u), columns[0], columns[1], columns[2], columns[3], p29);
      p30 = step(subgroupBroadcast(a24, 6u), columns[0], columns[1], columns[2], columns[3], p30);
      p31 = step(subgroupBroadcast(a24, 7u), columns[0], columns[1], columns[2], columns[3], p31);
    }
  }
  store(z, r + 0u, o, p0);
  store(z, r + 1u, o, p1);
  store(z, r + 2u, o, p2);
  store(z, r + 3u, o, p3);
  store(z, r + 4u, o, p4);
  store(z, r + 5u, o, p5);
  store(z, r + 6u, o, p6);
  store(z, r + 7u, o, p7);
  if (ROWS > 8u) {
    store(z, r + 8u, o, p8);
    store(z, r + 9u, o, p9);
    store(z, r + 10u, o, p10);
    store(z, r + 11u, o, p11);
    store(z, r + 12u, o, p12);
    store(z, r + 13u, o, p13);
    store(z, r + 14u, o, p14);
    store(z, r + 15u, o, p15);
  }
  if (ROWS > 16u) {
    store(z, r + 16u, o, p16);
    store(z, r + 17u, o, p17);
    store(z, r + 18u, o, p18);
    store(z, r + 19u, o, p19);
    store(z, r + 20u, o, p20);
    store(z, r + 21u, o, p21);
    store(z, r + 22u, o, p22);
    store(z, r + 23u, o, p23);
    store(z, r + 24u, o, p24);
    store(z, r + 25u, o, p25);
    store(z, r + 26u, o, p26);
    store(z, r + 27u, o, p27);
    store(z, r + 28u, o, p28);
    store(z, r + 29u, o, p29);
    store(z, r + 30u, o, p30);
    store(z, r + 31u, o, p31);
  }
}
