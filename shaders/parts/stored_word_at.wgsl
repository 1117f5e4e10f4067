// word_at is four bytes from an even position on.
fn word_at(position: u32) -> u32 {
  let word = w[position / 2u];
  if (position % 2u == 0u) {
    return word;
  }
  return (word >> 16u) | (w[position / 2u + 1u] << 16u);
}
