// prepare finds what the norm makes of channels 4c and on of a picture.
fn prepare(n: u32, c: u32) {
  let channels4 = (params.channels_a + params.channels_b) / 4u;
  let total = joined(n, c / (channels4 / params.groups));
  origin = total.x;
  mean = total.w;
  factor = vec4f(inverseSqrt(total.y / total.z + params.norm_eps));
  if (params.weight != 0u) {
    factor *= weight[c];
  }
  if (params.bias != 0u) {
    offset = bias[c];
  }
  if (params.scale_shift != 0u) {
    let at = (params.scale_shift_first + n * params.scale_shift) / 4u + c;
    let scale = 1.0 + vec4f(scale_shift[at]);
    factor *= scale;
    offset = offset * scale + vec4f(scale_shift[at + channels4]);
  }
}
