struct Params {
  count: u32,
  height: u32,
  width: u32,
  channels: u32,
}
