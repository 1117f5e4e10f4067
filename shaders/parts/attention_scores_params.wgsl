struct Params {
  // This pass: heads (n·H + h) first_head and on, queries first_query and on of each.
  first_head: u32,
  head_count: u32,
  first_query: u32,
  query_count: u32,
  heads: u32,
  head_dim: u32,
  queries: u32,
  keys: u32,
  row: u32, // scores between rows: keys, rounded up to a multiple of 4
  q_stride: u32,
  q_offset: u32,
  q_head: u32,
  k_stride: u32,
  k_offset: u32,
  k_head: u32,
  scale: f32,
}
