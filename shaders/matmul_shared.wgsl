// y[z,r,o] = act(Σ_i x[z,r,i]·w[z,i,o] + bias[o] + residual[z,r,o])
// x: [batch, rows, A] and b: [batch, rows, B] side by side, I = A+B (B may be 0);
// w: [batch, I, O]; bias: [O]; residual, y: [batch, rows, O]; A, B and O multiples
// of 4.
// One workgroup of 256: 64 rows by 64 columns, through 8 KiB of workgroup memory,
// 16 of I at a time. Each value of x and w is read once for 64 uses.
// One invocation: 4 rows by 4 columns.
// Reference: model/cpu.Linear, and the products of a Winograd convolution.

alias act4 = vec4<f32>; // storage of activations and expanded weights: f16 where the program says so

override DUAL: u32 = 1u; // 0: there is no b, and no branch for it

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

var<workgroup> x_tile: array<vec4f, 256>; // [64 rows][4 vec4 of I]
var<workgroup> w_tile: array<vec4f, 256>; // [16 of I][16 vec4 of O]

// part: shared_step
// step adds four products to four columns: sum + a·(w[k] … w[k+3])ᵀ of the tile.
fn step(a: vec4f, k: u32, column: u32, sum: vec4f) -> vec4f {
  let at = k * 16u + column;
  return fma(vec4f(a.w), w_tile[at + 48u], fma(vec4f(a.z), w_tile[at + 32u],
    fma(vec4f(a.y), w_tile[at + 16u], fma(vec4f(a.x), w_tile[at], sum))));
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

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let in4 = params.in_channels / 4u;
  let out4 = params.out_channels / 4u;
  let z = group.z;
  let column = local % 16u;
  let row = local / 16u * 4u;

  // What this invocation brings into workgroup memory: one vec4f of each.
  let x_row = group.x * 64u + local / 4u;
  let x_part = local % 4u;
  let w_row = local / 16u;
  let w_column = group.y * 16u + column;

  var p0 = vec4f();
  var p1 = vec4f();
  var p2 = vec4f();
  var p3 = vec4f();
  for (var i = 0u; i < in4; i += 4u) {
    var x_value = vec4f();
    if (x_row < params.rows && i + x_part < in4) {
      x_value = load(z * params.rows + x_row, i + x_part);
    }
    x_tile[local] = x_value;
    var w_value = vec4f();
    if (w_column < out4 && 4u * i + w_row < params.in_channels) {
      w_value = vec4f(w[(z * params.in_channels + 4u * i + w_row) * out4 + w_column]);
    }
    w_tile[local] = w_value;
    workgroupBarrier();
    for (var k = 0u; k < 4u; k++) {
      p0 = step(x_tile[row * 4u + k], 4u * k, column, p0);
      p1 = step(x_tile[row * 4u + 4u + k], 4u * k, column, p1);
      p2 = step(x_tile[row * 4u + 8u + k], 4u * k, column, p2);
      p3 = step(x_tile[row * 4u + 12u + k], 4u * k, column, p3);
    }
    workgroupBarrier();
  }
  let r = group.x * 64u + row;
  store(z, r, w_column, p0);
  store(z, r + 1u, w_column, p1);
  store(z, r + 2u, w_column, p2);
  store(z, r + 3u, w_column, p3);
}
