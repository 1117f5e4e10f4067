// load reads channels 4c and on of a pixel, zero outside the picture.
fn load(n: u32, y: u32, x: u32, c: u32) -> vec4f {
  if (y >= params.height << params.upsample || x >= params.width << params.upsample) {
    return vec4f();
  }
  let pixel = (n * params.height + (y >> params.upsample)) * params.width + (x >> params.upsample);
  let a4 = params.channels_a / 4u;
  if (DUAL == 0u || c < a4) {
    return vec4f(a[pixel * a4 + c]);
  }
  return vec4f(b[pixel * (params.channels_b / 4u) + c - a4]);
}
