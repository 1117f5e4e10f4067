struct Params {
  batch: u32,
  pixels: u32,
  channels_a: u32,
  channels_b: u32,
  groups: u32,
  slabs: u32,
  per_slab: u32, // pixels; the last slab may have fewer
}
