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
