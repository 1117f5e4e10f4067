// y[n,h,w,o] = Σ_{u,v,i} x[n, h·stride+u·dilation−top, w·stride+v·dilation−left, i]·k[u,v,i,o]
//              + bias[o] + shift[n,o] + residual[n,h,w,o]
// x: [N, H, W, A] and [N, H, W, B] side by side, I = A+B channels (B may be 0),
// each pixel seen twice in both directions where upsample = 1;
// k: [KH, KW, I, row], row ≥ O; bias: [O]; shift: [N, O]; residual, y: [N, H', W', O].
// One invocation: one value of y. Any shape: the plain path.
// Reference: model/cpu.Conv2D

alias act = f32; // what activations are stored as: f16 where the program says so
override WORKGROUP: u32 = 64u;
override DILATION: u32 = 1u; // pixels from tap to tap

// part: conv2d_params
struct Params {
  batch: u32,
  height: u32, // of x, before upsampling
  width: u32,
  channels_a: u32,
  channels_b: u32,
  out_height: u32,
  out_width: u32,
  out_channels: u32,
  kernel_h: u32,
  kernel_w: u32,
  stride: u32,
  pad_top: u32,
  pad_left: u32,
  upsample: u32, // 0 or 1
  row: u32,      // values between kernel rows
  bias: u32,     // 0 or 1
  shift: u32,       // values between the shifts of two pictures; 0: none
  shift_first: u32, // where those of the first begin
  residual: u32, // 0 or 1
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<act>;
@group(0) @binding(2) var<storage, read> b: array<act>;
@group(0) @binding(3) var<storage, read> kernel: array<act>;
@group(0) @binding(4) var<storage, read> bias: array<f32>;
@group(0) @binding(5) var<storage, read> shift: array<act>;
@group(0) @binding(6) var<storage, read> residual: array<act>;
@group(0) @binding(7) var<storage, read_write> y: array<act>;

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
  let channels = params.channels_a + params.channels_b;
  var sum = 0.0;
  for (var u = 0u; u < params.kernel_h; u++) {
    let in_y = out_y * params.stride + u * DILATION - params.pad_top; // wraps below 0, and is then too large
    if (in_y >= params.height << params.upsample) {
      continue;
    }
    for (var v = 0u; v < params.kernel_w; v++) {
      let in_x = out_x * params.stride + v * DILATION - params.pad_left;
      if (in_x >= params.width << params.upsample) {
        continue;
      }
      let p = (n * params.height + (in_y >> params.upsample)) * params.width + (in_x >> params.upsample);
      var k = (u * params.kernel_w + v) * channels * params.row + o;
      for (var c = 0u; c < params.channels_a; c++) {
        sum += f32(a[p * params.channels_a + c]) * f32(kernel[k]);
        k += params.row;
      }
      for (var c = 0u; c < params.channels_b; c++) {
        sum += f32(b[p * params.channels_b + c]) * f32(kernel[k]);
        k += params.row;
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
