// y[n,h,w,c] = Σ g[n,h',w',c] over the windows (h', w') whose first largest value is x[n,h,w,c]
// x, y: [N, height, width, C], count values; g: [N, pooled_height, pooled_width, C].
// One invocation: one value of y, which is at (u, v) of a window.
// Reference: model/cpu.MaxPool2DGrad

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
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> g: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

// first reports whether value i, at (u, v) of a window, is larger than those before it
// in reading order and not smaller than those after it.
fn first(i: u32, row: u32, column: u32, u: u32, v: u32) -> bool {
  let value = x[i];
  for (var a = 0u; a < params.size; a++) {
    let in_y = row + a - u; // wraps below 0, and is then too large
    for (var b = 0u; b < params.size; b++) {
      let in_x = column + b - v;
      if (in_y >= params.height || in_x >= params.width) {
        continue;
      }
      let other = x[i + ((in_y - row) * params.width + in_x - column) * params.channels];
      let before = a < u || (a == u && b < v);
      if (other > value || (before && other == value)) {
        return false;
      }
    }
  }
  return true;
}

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
        if (first(i, row, column, u, v)) {
          sum += g[((n * params.pooled_height + h) * params.pooled_width + w) * params.channels + c];
        }
      }
    }
  }
  y[i] = sum;
}
