// y[z,r,o] = act(Σ_i x[z,r,i]·w[z,i,o] + bias[o] + residual[z,r,o])
// x: [batch, rows, I]; w: [batch, I, O]; bias: [O]; residual, y: [batch, rows, O];
// I and O multiples of 4.
// One invocation: 8 rows by 8 columns, in registers, without workgroup memory.
// Reference: model/cpu.Linear, and the products of a Winograd convolution.
//
// Rows and columns of the tile are variables of their own, not an array: adapters
// that compute on the CPU keep an indexed array in memory, ten times slower.

override WORKGROUP: u32 = 64u;
// 1: all invocations of a workgroup have the same rows, group.x, of the same matrix,
// group.z, and differ in columns. An adapter that computes on the CPU then reads x
// once for all its lanes. 0: tiles are numbered through, for any shape.
override SAME_ROWS: u32 = 0u;

struct Params {
  batch: u32,
  rows: u32,
  in_channels: u32,
  out_channels: u32,
  bias: u32,     // 0 or 1
  residual: u32, // 0 or 1
  silu: u32,     // 0 or 1
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> w: array<vec4f>;
@group(0) @binding(3) var<storage, read> bias: array<vec4f>;
@group(0) @binding(4) var<storage, read> residual: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> y: array<vec4f>;

// step adds four products to four columns: sum + a·(b0 b1 b2 b3)ᵀ.
fn step(a: vec4f, b0: vec4f, b1: vec4f, b2: vec4f, b3: vec4f, sum: vec4f) -> vec4f {
  return fma(vec4f(a.w), b3, fma(vec4f(a.z), b2, fma(vec4f(a.y), b1, fma(vec4f(a.x), b0, sum))));
}

fn sigmoid(v: vec4f) -> vec4f {
  let e = exp(-abs(v));
  return select(e, vec4f(1.0), v >= vec4f(0.0)) / (1.0 + e);
}

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
    sum += residual[at];
  }
  if (params.silu != 0u) {
    sum *= sigmoid(sum);
  }
  y[at] = sum;
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let in4 = params.in_channels / 4u;
  let out4 = params.out_channels / 4u;
  let across = (out4 + 1u) / 2u;
  let down = (params.rows + 7u) / 8u;
  let number = (group.y * groups.x + group.x) * WORKGROUP + local;
  var o = number % across * 2u;
  var r = number / across % down * 8u;
  var z = number / across / down;
  if (SAME_ROWS == 1u) {
    o = (group.y * WORKGROUP + local) * 2u;
    r = group.x * 8u;
    z = group.z;
  }
  if (z >= params.batch || o >= out4) {
    return;
  }
  let o1 = min(o + 1u, out4 - 1u);
  let last = params.rows - 1u; // rows beyond repeat it, and are not stored
  let first = z * params.rows * in4;
  let x0 = first + min(r + 0u, last) * in4;
  let x1 = first + min(r + 1u, last) * in4;
  let x2 = first + min(r + 2u, last) * in4;
  let x3 = first + min(r + 3u, last) * in4;
  let x4 = first + min(r + 4u, last) * in4;
  let x5 = first + min(r + 5u, last) * in4;
  let x6 = first + min(r + 6u, last) * in4;
  let x7 = first + min(r + 7u, last) * in4;
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
  var k = z * params.in_channels * out4;
  for (var i = 0u; i < in4; i++) {
    let b0 = w[k + o];
    let c0 = w[k + o1];
    let b1 = w[k + out4 + o];
    let c1 = w[k + out4 + o1];
    let b2 = w[k + 2u * out4 + o];
    let c2 = w[k + 2u * out4 + o1];
    let b3 = w[k + 3u * out4 + o];
    let c3 = w[k + 3u * out4 + o1];
    k += 4u * out4;
    var a: vec4f;
    a = x[x0 + i];
    p0 = step(a, b0, b1, b2, b3, p0);
    q0 = step(a, c0, c1, c2, c3, q0);
    a = x[x1 + i];
    p1 = step(a, b0, b1, b2, b3, p1);
    q1 = step(a, c0, c1, c2, c3, q1);
    a = x[x2 + i];
    p2 = step(a, b0, b1, b2, b3, p2);
    q2 = step(a, c0, c1, c2, c3, q2);
    a = x[x3 + i];
    p3 = step(a, b0, b1, b2, b3, p3);
    q3 = step(a, c0, c1, c2, c3, q3);
    a = x[x4 + i];
    p4 = step(a, b0, b1, b2, b3, p4);
    q4 = step(a, c0, c1, c2, c3, q4);
    a = x[x5 + i];
    p5 = step(a, b0, b1, b2, b3, p5);
    q5 = step(a, c0, c1, c2, c3, q5);
    a = x[x6 + i];
    p6 = step(a, b0, b1, b2, b3, p6);
    q6 = step(a, c0, c1, c2, c3, q6);
    a = x[x7 + i];
    p7 = step(a, b0, b1, b2, b3, p7);
    q7 = step(a, c0, c1, c2, c3, q7);
  }
  store(z, r + 0u, o, p0);
  store(z, r + 0u, o + 1u, q0);
  store(z, r + 1u, o, p1);
  store(z, r + 1u, o + 1u, q1);
  store(z, r + 2u, o, p2);
  store(z, r + 2u, o + 1u, q2);
  store(z, r + 3u, o, p3);
  store(z, r + 3u, o + 1u, q3);
  store(z, r + 4u, o, p4);
  store(z, r + 4u, o + 1u, q4);
  store(z, r + 5u, o, p5);
  store(z, r + 5u, o + 1u, q5);
  store(z, r + 6u, o, p6);
  store(z, r + 6u, o + 1u, q6);
  store(z, r + 7u, o, p7);
  store(z, r + 7u, o + 1u, q7);
}
