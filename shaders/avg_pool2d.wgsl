// y[n,h,w,c] = Σ_{u,v} x[n, h·stride+u−pad, w·stride+v−pad, c] / size²
// x: [N, height, width, C]; y: [N, pooled_height, pooled_width, C], count values;
// u and v go over the window, size by size; a pixel outside x is zero.
// One invocation: one value of y.
// Reference: model/cpu.AvgPool2D

alias act = f32; // what activations are stored as: f16 where the program says so
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
@group(0) @binding(1) var<storage, read> x: array<act>;
@group(0) @binding(2) var<storage, read_write> y: array<act>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = (group.y * groups.x + group.x) * WORKGROUP + local;
  if (i >= params.count) {
    return;
  }
  let c = i % params.channels;
  let pixel = i / params.channels;
  let column = pixel % params.pooled_width;
  let row = pixel / params.pooled_width % params.pooled_height;
  let n = pixel / params.pooled_width / params.pooled_height;
  var sum = 0.0;
  for (var u = 0u; u < params.size; u++) {
    let in_y = row * params.stride + u - params.pad; // wraps below 0, and is then too large
    for (var v = 0u; v < params.size; v++) {
      let in_x = column * params.stride + v - params.pad;
      if (in_y < params.height && in_x < params.width) {
        sum += f32(x[((n * params.height + in_y) * params.width + in_x) * params.channels + c]);
      }
    }
  }
  y[i] = act(sum / f32(params.size * params.size));
}
