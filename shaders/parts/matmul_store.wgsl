// store finishes four columns of one row; beyond the matrix it does nothing.
fn store(z: u32, r: u32, o: u32, value: vec4f) {
  let out4 = params.out_channels / 4u;
  if (r >= params.rows || o >= out4) {
    return;
  }
  let at = (z * params.rows + r) * out4 + o;
  var sum = value;
  if (params.bias != 0u) {
    sum += bias[o];
  }
  if (params.residual != 0u) {
    sum += vec4f(residual[at]);
  }
  if (params.silu != 0u) {
    sum *= sigmoid(sum);
  }
  y[at] = act4(sum);
}
