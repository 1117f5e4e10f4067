struct Params {
  batch: u32,
  height: u32, // of x, before upsampling
  width: u32,
  channels_a: u32,
  channels_b: u32,
  tiles_h: u32,
  tiles_w: u32,
  upsample: u32, // 0 or 1
}
