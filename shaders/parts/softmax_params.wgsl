struct Params {
  rows: u32,
  width: u32,
}
