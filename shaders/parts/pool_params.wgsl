struct Params {
  count: u32,
  height: u32, // of the picture
  width: u32,
  pooled_height: u32,
  pooled_width: u32,
  channels: u32,
  size: u32,
  stride: u32,
  pad: u32,
}
