// y[z,r,o] = act(Σ_i x[z,r,i]·w[z,i,o] + bias[o] + residual[z,r,o])
// x: [batch, rows, A] and b: [batch, rows, B] side by side, I = A+B (B may be 0);
// w: [batch, I, O]; bias: [O]; residual, y: [batch, rows, O]; A, B and O multiples
// of 4.
// One invocation: ROWS rows by 8 columns, in registers, without workgroup memory.
// Reference: model/cpu.Linear, and the products of a Winograd convolution.
//
// Rows and columns of the tile are variables of their own, not an array: adapters
// that compute on the CPU keep an indexed array in memory, ten times slower.

alias act4 = vec4<f32>; // storage of activations and expanded weights: f16 where the program says so

override WORKGROUP: u32 = 64u;
override ROWS: u32 = 8u; // 4, 8 or 16
override DUAL: u32 = 1u; // 0: there is no b, and no branch for it
override TURNED: u32 = 0u; // 1: w is [batch, O, I]
// 1: all invocations of a workgroup have the same rows, group.x, of the same matrix,
// group.z, and differ in columns: neighbours then read the same values of x, and
// neighbouring ones of w. 0: tiles are numbered through, for any shape.
override SAME_ROWS: u32 = 0u;

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
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let in4 = params.in_channels / 4u;
  let out4 = params.out_channels / 4u;
  let across = (out4 + 1u) / 2u;
  let down = (params.rows + ROWS - 1u) / ROWS;
  let number = (group.y * groups.x + group.x) * WORKGROUP + local;
  var o = number % across * 2u;
  var r = number / across % down * ROWS;
  var z = number / across / down;
  if (SAME_ROWS == 1u) {
    o = (group.y * WORKGROUP + local) * 2u;
    r = group.x * ROWS;
    z = group.z;
  }
  if (z >= params.batch || o >= out4) {
    return;
  }
  let o1 = min(o + 1u, out4 - 1u);
  let first = z * params.rows;
  let last = params.rows - 1u; // rows beyond repeat it, and are not stored
  let x0 = first + min(r + 0u, last);
  let x1 = first + min(r + 1u, last);
  let x2 = first + min(r + 2u, last);
  let x3 = first + min(r + 3u, last);
  let x4 = first + min(r + 4u, last);
  let x5 = first + min(r + 5u, last);
  let x6 = first + min(r + 6u, last);
  let x7 = first + min(r + 7u, last);
  let x8 = first + min(r + 8u, last);
  let x9 = first + min(r + 9u, last);
  let x10 = first + min(r + 10u, last);
  let x11 = first + min(r + 11u, last);
  let x12 = first + min(r + 12u, last);
  let x13 = first + min(r + 13u, last);
  let x14 = first + min(r + 14u, last);
  let x15 = first + min(r + 15u, last);
  var p0 = vec4f();
  var q0 = vec4f();
  var p1 = vec4f();
  var q1 = vec4f();
  var p2 = vec4f();
  var q2 = vec4f();
  var p3 = vec4f();
  var q3 = vec4f();
  var p4 = vec4f();
  var q4 = vec4f();
  var p5 = vec4f();
  var q5 = vec4f();
  var p6 = vec4f();
  var q6 = vec4f();
  var p7 = vec4f();
  var q7 = vec4f();
  var p8 = vec4f();
  var q8 = vec4f();
  var p9 = vec4f();
  var q9 = vec4f();
  var p10 = vec4f();
  var q10 = vec4f();
  var p11 = vec4f();
  var q11 = vec4f();
  var p12 = vec4f();
  var q12 = vec4f();
  var p13 = vec4f();
  var q13 = vec4f();
  var p14 = vec4f();
  var q14 = vec4f();
  var p15 = vec4f();
  var q15 = vec4f();
  var k = z * params.in_channels * out4;
  for (var i = 0u; i < in4; i++) {
    let left = block(k, z, i, o);
    let right = block(k, z, i, o1);
    k += 4u * out4;
    var a: vec4f;
    a = load(x0, i);
    p0 = step(a, left[0], left[1], left[2], left[3], p0);
    q0 = step(a, right[0], right[1], right[2], right[3], q0);
    a = load(x1, i);
    p1 = step(a, left[0], left[1], left[2], left[3], p1);
    q1 = step(a, right[0], right[1], right[2], right[3], q1);
    a = load(x2, i);
    p2 = step(a, left[0], left[1], left[2], left[3], p2);
    q2 = step(a, right[0], right[1], right[2], right[3], q2);
    a = load(x3, i);
    p3 = step(a, left[0], left[1], left[2], left[3], p3);
    q3 = step(a, right[0], right[1], right[2], right[3], q3);
    if (ROWS > 4u) {
      a = load(x4, i);
      p4 = step(a, left[0], left[1], left[2], left[3], p4);
      q4 = step(a, right[0], right[1], right[2], right[3], q4);
      a = load(x5, i);
      p5 = step(a, left[0], left[1], left[2], left[3], p5);
      q5 = step(a, right[0], right[1], right[2], right[3], q5);
      a = load(x6, i);
      p6 = step(a, left[0], left[1], left[2], left[3], p6);
      q6 = step(a, right[0], right[1], right[2], right[3], q6);
      a = load(x7, i);
      p7 = step(a, left[0], left[1], left[2], left[3], p7);
      q7 = step(a, right[0], right[1], right[2], right[3], q7);
    }
    if (ROWS > 8u) {
      a = load(x8, i);
      p8 = step(a, left[0], left[1], left[2], left[3], p8);
      q8 = step(a, right[0], right[1], right[2], right[3], q8);
      a = load(x9, i);
      p9 = step(a, left[0], left[1], left[2], left[3], p9);
      q9 = step(a, right[0], right[1], right[2], right[3], q9);
      a = load(x10, i);
      p10 = step(a, left[0], left[1], left[2], left[3], p10);
      q10 = step(a, right[0], right[1], right[2], right[3], q10);
      a = load(x11, i);
      p11 = step(a, left[0], left[1], left[2], left[3], p11);
      q11 = step(a, right[0], right[1], right[2], right[3], q11);
      a = load(x12, i);
      p12 = step(a, left[0], left[1], left[2], left[3], p12);
      q12 = step(a, right[0], right[1], right[2], right[3], q12);
      a = load(x13, i);
      p13 = step(a, left[0], left[1], left[2], left[3], p13);
      q13 = step(a, right[0], right[1], right[2], right[3], q13);
      a = load(x14, i);
      p14 = step(a, left[0], left[1], left[2], left[3], p14);
      q14 = step(a, right[0], right[1], right[2], right[3], q14);
      a = load(x15, i);
      p15 = step(a, left[0], left[1], left[2], left[3], p15);
      q15 = step(a, right[0], right[1], right[2], right[3], q15);
    }
  }
  store(z, r + 0u, o, p0);
  store(z, r + 0u, o + 1u, q0);
  store(z, r + 1u, o, p1);
  store(z, r + 1u, o + 1u, q1);
  store(z, r + 2u, o, p2);
  store(z, r + 2u, o + 1u, q2);
  store(z, r + 3u, o, p3);
  store(z, r + 3u, o + 1u, q3);
  if (ROWS > 4u) {
    store(z, r + 4u, o, p4);
    store(z, r + 4u, o + 1u, q4);
    store(z, r + 5u, o, p5);
    store(z, r + 5u, o + 1u, q5);
    store(z, r + 6u, o, p6);
    store(z, r + 6u, o + 1u, q6);
    store(z, r + 7u, o, p7);
    store(z, r + 7u, o + 1u, q7);
  }
  if (ROWS > 8u) {
    store(z, r + 8u, o, p8);
    store(z, r + 8u, o + 1u, q8);
    store(z, r + 9u, o, p9);
    store(z, r + 9u, o + 1u, q9);
    store(z, r + 10u, o, p10);
    store(z, r + 10u, o + 1u, q10);
    store(z, r + 11u, o, p11);
    store(z, r + 11u, o + 1u, q11);
    store(z, r + 12u, o, p12);
    store(z, r + 12u, o + 1u, q12);
    store(z, r + 13u, o, p13);
    store(z, r + 13u, o + 1u, q13);
    store(z, r + 14u, o, p14);
    store(z, r + 14u, o + 1u, q14);
    store(z, r + 15u, o, p15);
    store(z, r + 15u, o + 1u, q15);
  }
}
