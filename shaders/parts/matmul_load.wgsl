// load reads four channels of a row, counted over all matrices.
fn load(row: u32, i: u32) -> vec4f {
  let x4 = (params.in_channels - params.in_channels_b) / 4u;
  if (DUAL == 0u || i < x4) {
    return vec4f(x[row * x4 + i]);
  }
  return vec4f(b[row * (params.in_channels_b / 4u) + i - x4]);
}
