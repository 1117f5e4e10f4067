// y[n,h,w,c] = Σ g[n,h',w',c] / size² over the windows (h', w') that pixel (h, w) is in
// g: [N, pooled_height, pooled_width, C]; y: [N, height, width, C], count values.
// One invocation: one value of y, which is at (u, v) of a window.
// Reference: model/cpu.AvgPool2DGrad

override WORKGROUP: u32 = 64u;

// part: pool_params
struct Params {
  count: u32,
  height: u32, // of the picture
  width: u32,
  pooled_height: u32,
  pooled_width: u32,
  channels: u32,
  size: u32,
  stride: u32,
  pad: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> g: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = (group.y * groups.x + group.x) * WORKGROUP + local;
  if (i >= params.count) {
    return;
  }
  let c = i % params.channels;
  let pixel = i / params.channels;
  let column = pixel % params.width;
  let row = pixel / params.width % params.height;
  let n = pixel / params.width / params.height;
  var sum = 0.0;
  for (var u = 0u; u < params.size; u++) {
    let down = row + params.pad - u; // wraps below 0, and is then too large
    let h = down / params.stride;
    for (var v = 0u; v < params.size; v++) {
      let right = column + params.pad - v;
      let w = right / params.stride;
      if (down % params.stride == 0u && right % params.stride == 0u && h < params.pooled_height && w < params.pooled_width) {
        sum += g[((n * params.pooled_height + h) * params.pooled_width + w) * params.channels + c];
      }
    }
  }
  y[i] = sum / f32(params.size * params.size);
}
