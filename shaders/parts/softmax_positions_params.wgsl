struct Params {
  batch: u32,
  positions: u32,
  channels: u32,
  slabs: u32,
  per_slab: u32, // positions; the last slab may have fewer
}
