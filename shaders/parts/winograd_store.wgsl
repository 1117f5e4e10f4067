// store finishes four channels of one pixel; beyond the picture it does nothing.
fn store(n: u32, py: u32, px: u32, o: u32, value: vec4f) {
  if (py >= params.height || px >= params.width) {
    return;
  }
  let out4 = params.channels / 4u;
  let at = ((n * params.height + py) * params.width + px) * out4 + o;
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
  if (MOMENTS == 1u) {
    note(vec4f(act4(sum)));
  }
}
