struct Params {
  batch: u32,
  height: u32,
  width: u32,
  channels: u32,
  tiles_h: u32,
  tiles_w: u32,
  bias: u32,     // 0 or 1
  shift: u32,       // values between the shifts of two pictures; 0: none
  shift_first: u32, // where those of the first begin
  residual: u32, // 0 or 1
  groups: u32,   // of the norm that follows
}
