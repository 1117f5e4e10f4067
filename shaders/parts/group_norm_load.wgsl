fn load(pixel: u32, c: u32) -> f32 {
  if (c < params.channels_a) {
    return f32(a[pixel * params.channels_a + c]);
  }
  return f32(b[pixel * params.channels_b + c - params.channels_a]);
}
