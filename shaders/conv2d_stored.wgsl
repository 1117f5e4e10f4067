// y[n,h,w,o] = Σ_{u,v,i} x[n, h·stride+u·dilation−top, w·stride+v·dilation−left, i]·w[o,u,v,i]
//              + bias[o] + shift[n,o] + residual[n,h,w,o]
// x: [N, H, W, A] and [N, H, W, B] side by side, I = A+B channels (B may be 0),
// each pixel seen twice in both directions where upsample = 1;
// w: [O, KH, KW, I], as stored, in blocks of 32 of Q8_0 or Q4_0; bias: [O];
// shift: [N, O]; residual, y: [N, H', W', O]; A and B multiples of 32.
// One invocation: 8 pixels by 4 channels, in registers. It expands each block as it
// reads it: a quarter or an eighth of the memory of expanded weights, for more
// arithmetic.
// Reference: model/cpu.Conv2D, model/weights.Dequantize

alias act = f32; // what activations are stored as: f16 where the program says so
alias act4 = vec4<f32>;
override WORKGROUP: u32 = 64u;
override BITS: u32 = 8u; // of a stored number: 8 in Q8_0, 4 in Q4_0
override DUAL: u32 = 1u; // 0: there is no b, and no branch for it
override DILATION: u32 = 1u; // pixels from tap to tap

// part: conv2d_params
struct Params {
  batch: u32,
  height: u32, // of x, before upsampling
  width: u32,
  channels_a: u32,
  channels_b: u32,
  out_height: u32,
  out_width: u32,
  out_channels: u32,
  kernel_h: u32,
  kernel_w: u32,
  stride: u32,
  pad_top: u32,
  pad_left: u32,
  upsample: u32, // 0 or 1
  row: u32,      // values between kernel rows
  bias: u32,     // 0 or 1
  shift: u32,       // values between the shifts of two pictures; 0: none
  shift_first: u32, // where those of the first begin
  residual: u32, // 0 or 1
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<act4>;
@group(0) @binding(2) var<storage, read> b: array<act4>;
@group(0) @binding(3) var<storage, read> w: array<u32>;
@group(0) @binding(4) var<storage, read> bias: array<f32>;
@group(0) @binding(5) var<storage, read> shift: array<act>;
@group(0) @binding(6) var<storage, read> residual: array<act>;
@group(0) @binding(7) var<storage, read_write> y: array<act>;

const OUTSIDE = 0xffffffffu;

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

// part: conv2d_pixel_under
// pixel_under is the input pixel that tap (u, v) of an output pixel reads, or OUTSIDE.
fn pixel_under(pixel: u32, u: u32, v: u32) -> u32 {
  let out_x = pixel % params.out_width;
  let row = pixel / params.out_width;
  let in_y = row % params.out_height * params.stride + u * DILATION - params.pad_top; // wraps below 0, and is then too large
  let in_x = out_x * params.stride + v * DILATION - params.pad_left;
  if (in_y >= params.height << params.upsample || in_x >= params.width << params.upsample) {
    return OUTSIDE;
  }
  return (row / params.out_height * params.height + (in_y >> params.upsample)) * params.width + (in_x >> params.upsample);
}

// part: conv2d_load
fn load(pixel: u32, c: u32) -> vec4f {
  if (pixel == OUTSIDE) {
    return vec4f();
  }
  let a4 = params.channels_a / 4u;
  if (DUAL == 0u || c < a4) {
    return vec4f(a[pixel * a4 + c]);
  }
  return vec4f(b[pixel * (params.channels_b / 4u) + c - a4]);
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let in4 = (params.channels_a + params.channels_b) / 4u;
  let across = (params.out_channels + 3u) / 4u;
  let pixels = params.batch * params.out_height * params.out_width;
  let tile = (group.y * groups.x + group.x) * WORKGROUP + local;
  if (tile >= (pixels + 7u) / 8u * across) {
    return;
  }
  let o = tile % across * 4u;
  let first = tile / across * 8u;
  let last = pixels - 1u; // pixels beyond repeat it, and are not stored
  let row = params.kernel_h * params.kernel_w * in4 / 8u * BLOCK;
  var b0 = min(o + 0u, params.out_channels - 1u) * row;
  var b1 = min(o + 1u, params.out_channels - 1u) * row;
  var b2 = min(o + 2u, params.out_channels - 1u) * row;
  var b3 = min(o + 3u, params.out_channels - 1u) * row;
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
  for (var u = 0u; u < params.kernel_h; u++) {
    for (var v = 0u; v < params.kernel_w; v++) {
      let x0 = pixel_under(min(first + 0u, last), u, v);
      let x1 = pixel_under(min(first + 1u, last), u, v);
      let x2 = pixel_under(min(first + 2u, last), u, v);
      let x3 = pixel_under(min(first + 3u, last), u, v);
      let x4 = pixel_under(min(first + 4u, last), u, v);
      let x5 = pixel_under(min(first + 5u, last), u, v);
      let x6 = pixel_under(min(first + 6u, last), u, v);
      let x7 = pixel_under(min(first + 7u, last), u, v);
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
        p0 += dots(load(x0, i), w0, w1, w2, w3);
        p1 += dots(load(x1, i), w0, w1, w2, w3);
        p2 += dots(load(x2, i), w0, w1, w2, w3);
        p3 += dots(load(x3, i), w0, w1, w2, w3);
        p4 += dots(load(x4, i), w0, w1, w2, w3);
        p5 += dots(load(x5, i), w0, w1, w2, w3);
        p6 += dots(load(x6, i), w0, w1, w2, w3);
        p7 += dots(load(x7, i), w0, w1, w2, w3);
      }
      b0 += in4 / 8u * BLOCK;
      b1 += in4 / 8u * BLOCK;
      b2 += in4 / 8u * BLOCK;
      b3 += in4 / 8u * BLOCK;
    }
  }
  var sums = array<vec4f, 8>(p0, p1, p2, p3, p4, p5, p6, p7);
  for (var q = 0u; q < min(8u, pixels - first); q++) {
    for (var c = 0u; c < min(4u, params.out_channels - o); c++) {
      let at = (first + q) * params.out_channels + o + c;
      var sum = sums[q][c];
      if (params.bias != 0u) {
        sum += bias[o + c];
      }
      if (params.shift != 0u) {
        sum += f32(shift[params.shift_first + (first + q) / (params.out_height * params.out_width) * params.shift + o + c]);
      }
      if (params.residual != 0u) {
        sum += f32(residual[at]);
      }
      y[at] = act(sum);
    }
  }
}
