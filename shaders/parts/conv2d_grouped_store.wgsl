// store finishes four channels of one pixel; beyond the row it does nothing.
fn store(n: u32, out_y: u32, out_x: u32, o: u32, value: vec4f) {
  if (out_x >= params.out_width) {
    return;
  }
  let out4 = params.out_channels / 4u;
  let at = ((n * params.out_height + out_y) * params.out_width + out_x) * out4 + o;
  var sum = value;
  if (params.bias != 0u) {
    sum += bias[o];
  }
  if (params.shift != 0u) {
    sum += vec4f(shift[(params.shift_first + n * params.shift) / 4u + o]);
  }
  if (params.residual != 0u) {
    sum += vec4f(residual[at]);
  }
  y[at] = act4(sum);
}
