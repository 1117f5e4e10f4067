// pixel_under is the input pixel that tap (u, v) of an output pixel reads, or OUTSIDE.
fn pixel_under(pixel: u32, u: u32, v: u32) -> u32 {
  let out_x = pixel % params.out_width;
  let row = pixel / params.out_width;
  let in_y = row % params.out_height * params.stride + u * DILATION - params.pad_top; // wraps below 0, and is then too large
  let in_x = out_x * params.stride + v * DILATION - params.pad_left;
  if (in_y >= params.height << params.upsample || in_x >= params.width << params.upsample) {
    return OUTSIDE;
  }
  return (row / params.out_height * params.height + (in_y >> params.upsample)) * params.width + (in_x >> params.upsample);
}
