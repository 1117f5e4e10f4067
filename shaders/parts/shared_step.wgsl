// step adds four products to four columns: sum + a·(w[k] … w[k+3])ᵀ of the tile.
fn step(a: vec4f, k: u32, column: u32, sum: vec4f) -> vec4f {
  let at = k * 16u + column;
  return fma(vec4f(a.w), w_tile[at + 48u], fma(vec4f(a.z), w_tile[at + 32u],
    fma(vec4f(a.y), w_tile[at + 16u], fma(vec4f(a.x), w_tile[at], sum))));
}
