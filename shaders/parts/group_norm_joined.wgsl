// joined is the statistics of all slabs of a group.
fn joined(n: u32, g: u32) -> vec4f {
  let first = (n * params.groups + g) * params.slabs;
  var total = stats[first];
  for (var s = 1u; s < params.slabs; s++) {
    let part = stats[first + s];
    let count = total.z + part.z;
    let delta = part.x - total.x + (part.w - total.w);
    total = vec4f(
      total.x,
      total.y + part.y + delta * delta * (total.z * part.z / count),
      count,
      total.w + delta * (part.z / count));
  }
  return total;
}
