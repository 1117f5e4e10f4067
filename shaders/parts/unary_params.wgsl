struct Params {
  count: u32,
  alpha: f32, // leaky_relu's slope, elu's α
  low: f32,   // of clamp
  high: f32,
}
