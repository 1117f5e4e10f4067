// store finishes four channels of one pixel; beyond the picture it does nothing.
fn store(pixel: u32, o: u32, value: vec4f) {
  let out4 = params.out_channels / 4u;
  let picture = params.out_height * params.out_width;
  if (pixel >= params.batch * picture || o >= out4) {
    return;
  }
  var sum = value;
  if (params.bias != 0u) {
    sum += bias[o];
  }
  if (params.shift != 0u) {
    sum += vec4f(shift[(params.shift_first + pixel / picture * params.shift) / 4u + o]);
  }
  if (params.residual != 0u) {
    sum += vec4f(residual[pixel * out4 + o]);
  }
  y[pixel * out4 + o] = act4(sum);
}
