struct Params {
  batch: u32,
  height: u32, // of x
  width: u32,
  channels_a: u32,
  channels_b: u32,
  tiles_h: u32,
  tiles_w: u32,
  groups: u32,
  slabs: u32,
  norm_eps: f32,
  weight: u32,            // 0 or 1
  bias: u32,              // 0 or 1
  scale_shift: u32,       // values between those of two pictures; 0: none
  scale_shift_first: u32, // where those of the first begin
}
