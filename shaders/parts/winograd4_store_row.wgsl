// store writes row i of the transformed tile.
fn store(at: u32, i: u32, e: Column) {
  let plane = params.batch * params.tiles_h * params.tiles_w * ((params.channels_a + params.channels_b) / 4u);
  let first = 6u * i * plane + at;
  v[first] = e.e0;
  v[first + plane] = e.e1;
  v[first + 2u * plane] = e.e2;
  v[first + 3u * plane] = e.e3;
  v[first + 4u * plane] = e.e4;
  v[first + 5u * plane] = e.e5;
}
