struct Params {
  batch: u32,
  rows: u32,
  in_channels: u32, // of x and b together
  out_channels: u32,
  bias: u32,     // 0 or 1
  residual: u32, // 0 or 1
  silu: u32,     // 0 or 1
  in_channels_b: u32,
}
