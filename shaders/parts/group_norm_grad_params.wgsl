struct Params {
  batch: u32,
  pixels: u32,
  channels: u32,
  groups: u32,
  slabs: u32,
  per_slab: u32, // pixels; the last slab may have fewer
  norm_eps: f32,
  weight: u32, // 0 or 1
}
