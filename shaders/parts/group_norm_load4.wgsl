// load reads channels 4c and on of a pixel.
fn load(pixel: u32, c: u32) -> vec4f {
  let a4 = params.channels_a / 4u;
  if (DUAL == 0u || c < a4) {
    return vec4f(a[pixel * a4 + c]);
  }
  return vec4f(b[pixel * (params.channels_b / 4u) + c - a4]);
}
