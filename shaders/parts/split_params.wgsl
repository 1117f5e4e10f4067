struct Params {
  count: u32,
  width: u32,
  parts: u32,
  part: u32,
}
