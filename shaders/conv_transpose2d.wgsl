// y[n,h,w,o] = Σ_{u,v,j} x[n, (h+top−u·dilation)/stride, (w+left−v·dilation)/stride, i]·k[u,v,j,o]
//              + bias[o] + shift[n,o] + residual[n,h,w,o]
// over the taps where both quotients are whole; i is channel j of o's group.
// x: [N, H, W, I]; k: [KH, KW, I/groups, row], row ≥ O; bias: [O]; shift: [N, O];
// residual, y: [N, H', W', O].
// One invocation: one value of y. Any shape: the plain path.
// Reference: model/cpu.ConvTranspose2D

alias act = f32; // what activations are stored as: f16 where the program says so
override WORKGROUP: u32 = 64u;

// part: conv2d_grouped_params
struct Params {
  batch: u32,
  height: u32, // of x
  width: u32,
  channels: u32,
  out_height: u32,
  out_width: u32,
  out_channels: u32,
  groups: u32,
  kernel_h: u32,
  kernel_w: u32,
  stride: u32,
  dilation: u32,
  pad_top: u32,
  pad_left: u32,
  row: u32,      // values between kernel rows
  bias: u32,     // 0 or 1
  shift: u32,       // values between the shifts of two pictures; 0: none
  shift_first: u32, // where those of the first begin
  residual: u32, // 0 or 1
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<act>;
@group(0) @binding(2) var<storage, read> kernel: array<act>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read> shift: array<act>;
@group(0) @binding(5) var<storage, read> residual: array<act>;
@group(0) @binding(6) var<storage, read_write> y: array<act>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let at = (group.y * groups.x + group.x) * WORKGROUP + local;
  if (at >= params.batch * params.out_height * params.out_width * params.out_channels) {
    return;
  }
  let o = at % params.out_channels;
  let pixel = at / params.out_channels;
  let out_x = pixel % params.out_width;
  let out_y = pixel / params.out_width % params.out_height;
  let n = pixel / params.out_width / params.out_height;
  let taken = params.channels / params.groups;
  let first = o / (params.out_channels / params.groups) * taken;
  var sum = 0.0;
  for (var u = 0u; u < params.kernel_h; u++) {
    let down = out_y + params.pad_top - u * params.dilation; // wraps below 0, and is then too large
    let in_y = down / params.stride;
    if (down % params.stride != 0u || in_y >= params.height) {
      continue;
    }
    for (var v = 0u; v < params.kernel_w; v++) {
      let across = out_x + params.pad_left - v * params.dilation;
      let in_x = across / params.stride;
      if (across % params.stride != 0u || in_x >= params.width) {
        continue;
      }
      let p = ((n * params.height + in_y) * params.width + in_x) * params.channels + first;
      let k = (u * params.kernel_w + v) * taken * params.row + o;
      for (var c = 0u; c < taken; c++) {
        sum += f32(x[p + c]) * f32(kernel[k + c * params.row]);
      }
    }
  }
  if (params.bias != 0u) {
    sum += bias[o];
  }
  if (params.shift != 0u) {
    sum += f32(shift[params.shift_first + n * params.shift + o]);
  }
  if (params.residual != 0u) {
    sum += f32(residual[at]);
  }
  y[at] = act(sum);
}
