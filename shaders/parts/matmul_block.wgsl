// block reads channels 4i to 4i+3 of columns 4o to 4o+3, a column of it for each channel;
// k is where channel 4i of the first columns stands.
fn block(k: u32, z: u32, i: u32, o: u32) -> mat4x4f {
  if (TURNED == 1u) {
    let in4 = params.in_channels / 4u;
    let at = (z * params.out_channels + 4u * o) * in4 + i;
    return transpose(mat4x4f(vec4f(w[at]), vec4f(w[at + in4]), vec4f(w[at + 2u * in4]), vec4f(w[at + 3u * in4])));
  }
  let out4 = params.out_channels / 4u;
  return mat4x4f(vec4f(w[k + o]), vec4f(w[k + out4 + o]), vec4f(w[k + 2u * out4 + o]), vec4f(w[k + 3u * out4 + o]));
}
