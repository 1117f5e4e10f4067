struct Params {
  batch: u32,
  height: u32, // of x, before upsampling
  width: u32,
  channels_a: u32,
  channels_b: u32,
  out_height: u32,
  out_width: u32,
  out_channels: u32,
  kernel_h: u32,
  kernel_w: u32,
  stride: u32,
  pad_top: u32,
  pad_left: u32,
  upsample: u32, // 0 or 1
  row: u32,      // values between kernel rows
  bias: u32,     // 0 or 1
  shift: u32,       // values between the shifts of two pictures; 0: none
  shift_first: u32, // where those of the first begin
  residual: u32, // 0 or 1
}
