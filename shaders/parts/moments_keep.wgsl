// keep stores the moments of tile t.
fn keep(t: u32, o: u32) {
  let offset = dot(sum_d, vec4f(1.0)) / count;
  let squares = max(dot(sum_dd, vec4f(1.0)) - count * offset * offset, 0.0);
  let tiles = params.tiles_h * params.tiles_w;
  let width4 = params.channels / params.groups / 4u;
  let at = ((t / tiles * params.groups + o / width4) * tiles + t % tiles) * width4 + o % width4;
  moments[at] = vec4f(origin, squares, count, offset);
}
