// load reads channels 4c and on of a pixel, normalised; zero outside the picture.
fn load(n: u32, y: u32, x: u32, c: u32) -> vec4f {
  if (y >= params.height || x >= params.width) {
    return vec4f();
  }
  let pixel = (n * params.height + y) * params.width + x;
  let a4 = params.channels_a / 4u;
  var v: vec4f;
  if (DUAL == 0u || c < a4) {
    v = vec4f(a[pixel * a4 + c]);
  } else {
    v = vec4f(b[pixel * (params.channels_b / 4u) + c - a4]);
  }
  v = (v - origin - mean) * factor + offset;
  if (SILU != 0u) {
    v *= sigmoid(v);
  }
  return v;
}
