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
