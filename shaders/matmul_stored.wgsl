// y[r,o] = act(Σ_i x[r,i]·w[o,i] + bias[o] + residual[r,o])
// x: [rows, I]; w: [O, I], as stored, in blocks of 32 of Q8_0 or Q4_0; bias: [O];
// residual, y: [rows, O]; I a multiple of 32.
// One invocation: 8 rows by 4 columns, in registers. It expands each block as it reads
// it: a quarter or an eighth of the memory of expanded weights, for more arithmetic.
// Reference: model/cpu.Linear, model/weights.Dequantize

alias act = f32; // what activations are stored as: f16 where the program says so
alias act4 = vec4<f32>;
override WORKGROUP: u32 = 64u;
override BITS: u32 = 8u; // of a stored number: 8 in Q8_0, 4 in Q4_0

struct Params {
  rows: u32,
  in_channels: u32,
  out_channels: u32,
  bias: u32,     // 0 or 1
  residual: u32, // 0 or 1
  silu: u32,     // 0 or 1
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<act4>;
@group(0) @binding(2) var<storage, read> w: array<u32>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read> residual: array<act>;
@group(0) @binding(5) var<storage, read_write> y: array<act>;

// A block has a scale, as f16, and 32 numbers of BITS bits after it; it may begin in
// the middle of a word. Positions are in units of two bytes.
const BLOCK = select(9u, 17u, BITS == 8u);

// part: stored_word_at
// word_at is four bytes from an even position on.
fn word_at(position: u32) -> u32 {
  let word = w[position / 2u];
  if (position % 2u == 0u) {
    return word;
  }
  return (word >> 16u) | (w[position / 2u + 1u] << 16u);
}

// part: stored_scale_at
// scale_at is a block's scale, exact also for subnormal numbers, which
// unpack2x16float may flush.
fn scale_at(block: u32) -> f32 {
  let bits = (w[block / 2u] >> (16u * (block % 2u))) & 0xffffu;
  let sign = (bits & 0x8000u) << 16u;
  let exponent = (bits >> 10u) & 31u;
  let mantissa = bits & 1023u;
  if (exponent == 0u) {
    return bitcast<f32>(bitcast<u32>(f32(mantissa) * 0x1p-24) | sign);
  }
  let high = select(exponent + 112u, 255u, exponent == 31u);
  return bitcast<f32>(sign | (high << 23u) | (mantissa << 13u));
}

// part: stored_four_at
// four_at is numbers 4k to 4k+3 of a block. Those of 4 bits are stored as the low
// halves of 16 bytes, then the high ones, eight too large.
fn four_at(block: u32, k: u32) -> vec4f {
  if (BITS == 8u) {
    let word = word_at(block + 1u + 2u * k);
    return vec4f(bitcast<vec4i>(vec4u(word) << vec4u(24u, 16u, 8u, 0u)) >> vec4u(24u));
  }
  let word = word_at(block + 1u + 2u * (k % 4u)) >> (4u * (k / 4u));
  return vec4f((vec4u(word) >> vec4u(0u, 8u, 16u, 24u)) & vec4u(15u)) - 8.0;
}

// dots is the products of four values with four columns.
fn dots(x: vec4f, w0: vec4f, w1: vec4f, w2: vec4f, w3: vec4f) -> vec4f {
  return vec4f(dot(x, w0), dot(x, w1), dot(x, w2), dot(x, w3));
}

// part: sigmoid
fn sigmoid(v: f32) -> f32 {
  let e = exp(-abs(v));
  return select(e, 1.0, v >= 0.0) / (1.0 + e);
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let across = (params.out_channels + 3u) / 4u;
  let tile = (group.y * groups.x + group.x) * WORKGROUP + local;
  if (tile >= (params.rows + 7u) / 8u * across) {
    return;
  }
  let o = tile % across * 4u;
  let r = tile / across * 8u;
  let in4 = params.in_channels / 4u;
  let row = params.in_channels / 32u * BLOCK;
  // Rows and columns beyond repeat the last, and are not stored.
  let last = params.rows - 1u;
  let x0 = min(r + 0u, last) * in4;
  let x1 = min(r + 1u, last) * in4;
  let x2 = min(r + 2u, last) * in4;
  let x3 = min(r + 3u, last) * in4;
  let x4 = min(r + 4u, last) * in4;
  let x5 = min(r + 5u, last) * in4;
  let x6 = min(r + 6u, last) * in4;
  let x7 = min(r + 7u, last) * in4;
  let b0 = min(o + 0u, params.out_channels - 1u) * row;
  let b1 = min(o + 1u, params.out_channels - 1u) * row;
  let b2 = min(o + 2u, params.out_channels - 1u) * row;
  let b3 = min(o + 3u, params.out_channels - 1u) * row;
  var s0 = 0.0; // the scale of the block
  var s1 = 0.0;
  var s2 = 0.0;
  var s3 = 0.0;
  var p0 = vec4f();
  var p1 = vec4f();
  var p2 = vec4f();
  var p3 = vec4f();
  var p4 = vec4f();
  var p5 = vec4f();
  var p6 = vec4f();
  var p7 = vec4f();
  for (var i = 0u; i < in4; i++) {
    let k = i % 8u;
    let block = i / 8u * BLOCK;
    if (k == 0u) {
      s0 = scale_at(b0 + block);
      s1 = scale_at(b1 + block);
      s2 = scale_at(b2 + block);
      s3 = scale_at(b3 + block);
    }
    let w0 = s0 * four_at(b0 + block, k);
    let w1 = s1 * four_at(b1 + block, k);
    let w2 = s2 * four_at(b2 + block, k);
    let w3 = s3 * four_at(b3 + block, k);
    p0 += dots(vec4f(x[x0 + i]), w0, w1, w2, w3);
    p1 += dots(vec4f(x[x1 + i]), w0, w1, w2, w3);
    p2 += dots(vec4f(x[x2 + i]), w0, w1, w2, w3);
    p3 += dots(vec4f(x[x3 + i]), w0, w1, w2, w3);
    p4 += dots(vec4f(x[x4 + i]), w0, w1, w2, w3);
    p5 += dots(vec4f(x[x5 + i]), w0, w1, w2, w3);
    p6 += dots(vec4f(x[x6 + i]), w0, w1, w2, w3);
    p7 += dots(vec4f(x[x7 + i]), w0, w1, w2, w3);
  }
  var sums = array<vec4f, 8>(p0, p1, p2, p3, p4, p5, p6, p7);
  for (var q = 0u; q < min(8u, params.rows - r); q++) {
    for (var c = 0u; c < min(4u, params.out_channels - o); c++) {
      let at = (r + q) * params.out_channels + o + c;
      var sum = sums[q][c];
      if (params.bias != 0u) {
        sum += bias[o + c];
      }
      if (params.residual != 0u) {
        sum += f32(residual[at]);
      }
      if (params.silu != 0u) {
        sum *= sigmoid(sum);
      }
      y[at] = act(sum);
    }
  }
}
