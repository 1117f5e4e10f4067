// y[offset + ⌊r/row_inner⌋·row_outer_step + (r mod row_inner)·row_step
//   + ⌊c/col_inner⌋·col_outer_step + (c mod col_inner)·col_step] = the value stored in row r, column c
// stored: rows·cols values of type kind (GGUF's numbers: 0 F32, 1 F16, 2 Q4_0, 8 Q8_0),
// blocks of 32 in Q4_0 (18 bytes) and Q8_0 (34 bytes).
// With row_step = 1 and col_step ≥ rows it transposes. The outer steps turn the groups
// and taps of a convolution; a step below 0 wraps, and so does the sum.
// One invocation: one value. Runs once, when a model is loaded; in a step it lays
// out a weight that is a value.
// Reference: model/weights.Dequantize

alias act = f32; // what activations are stored as: f16 where the program says so
override WORKGROUP: u32 = 64u;

struct Params {
  count: u32, // rows·cols
  cols: u32,
  kind: u32,
  offset: u32,
  row_step: u32,
  col_step: u32,
  row_inner: u32,
  row_outer_step: u32,
  col_inner: u32,
  col_outer_step: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> stored: array<u32>;
@group(0) @binding(2) var<storage, read_write> y: array<act>;

fn byte(at: u32) -> u32 {
  return (stored[at / 4u] >> (8u * (at % 4u))) & 0xffu;
}

fn half(at: u32) -> u32 {
  return byte(at) | (byte(at + 1u) << 8u);
}

// from_half is exact also for subnormal numbers, which unpack2x16float may flush.
fn from_half(bits: u32) -> f32 {
  let sign = (bits & 0x8000u) << 16u;
  let exponent = (bits >> 10u) & 31u;
  let mantissa = bits & 1023u;
  if (exponent == 0u) {
    return bitcast<f32>(bitcast<u32>(f32(mantissa) * 0x1p-24) | sign);
  }
  let high = select(exponent + 112u, 255u, exponent == 31u);
  return bitcast<f32>(sign | (high << 23u) | (mantissa << 13u));
}

fn value(i: u32) -> f32 {
  switch params.kind {
    case 0u: {
      return bitcast<f32>(stored[i]);
    }
    case 1u: {
      return from_half(half(2u * i));
    }
    case 2u: {
      let block = i / 32u * 18u;
      let pair = byte(block + 2u + i % 16u);
      let nibble = select(pair & 15u, pair >> 4u, i % 32u >= 16u);
      return from_half(half(block)) * f32(i32(nibble) - 8);
    }
    default: {
      let block = i / 32u * 34u;
      let q = extractBits(i32(byte(block + 2u + i % 32u)), 0u, 8u);
      return from_half(half(block)) * f32(q);
    }
  }
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = (group.y * groups.x + group.x) * WORKGROUP + local;
  if (i >= params.count) {
    return;
  }
  let r = i / params.cols;
  let c = i % params.cols;
  let row = r / params.row_inner * params.row_outer_step + r % params.row_inner * params.row_step;
  let col = c / params.col_inner * params.col_outer_step + c % params.col_inner * params.col_step;
  y[params.offset + row + col] = act(value(i));
}
