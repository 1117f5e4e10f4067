struct Params {
  batch: u32,
  height: u32, // of x
  width: u32,
  channels: u32,
  out_height: u32, // of g
  out_width: u32,
  out_channels: u32,
  groups: u32,
  kernel_h: u32,
  kernel_w: u32,
  stride: u32,
  dilation: u32,
  pad_top: u32,
  pad_left: u32,
  slabs: u32,
  per_slab: u32, // rows of g; the last slab may have fewer
}
