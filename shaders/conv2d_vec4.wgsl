// y[n,h,w,o] = Σ_{u,v,i} x[n, h·stride+u·dilation−top, w·stride+v·dilation−left, i]·k[u,v,i,o]
//              + bias[o] + shift[n,o] + residual[n,h,w,o]
// x: [N, H, W, A] and [N, H, W, B] side by side, I = A+B channels (B may be 0),
// each pixel seen twice in both directions where upsample = 1;
// k: [KH, KW, I, row], row ≥ O, a multiple of 4; bias: [O]; shift: [N, O]; residual, y: [N, H', W', O].
// One invocation: 4 pixels by 4 channels. Any shape: for pictures of one or three
// channels, of which a load takes one value, where the weights' takes four.
// Reference: model/cpu.Conv2D

alias act = f32; // what activations are stored as: f16 where the program says so
alias act4 = vec4<f32>;
override WORKGROUP: u32 = 64u;
override DILATION: u32 = 1u; // pixels from tap to tap
override DUAL: u32 = 1u; // 0: there is no b, and no loop over it

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
@group(0) @binding(3) var<storage, read> kernel: array<act4>;
@group(0) @binding(4) var<storage, read> bias: array<f32>;
@group(0) @binding(5) var<storage, read> shift: array<act>;
@group(0) @binding(6) var<storage, read> residual: array<act>;
@group(0) @binding(7) var<storage, read_write> y: array<act>;

const OUTSIDE = 0xffffffffu;

// part: conv2d_pixel_under
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

fn load_a(pixel: u32, c: u32) -> f32 {
  if (pixel == OUTSIDE) {
    return 0.0;
  }
  return f32(a[pixel * params.channels_a + c]);
}

fn load_b(pixel: u32, c: u32) -> f32 {
  if (pixel == OUTSIDE) {
    return 0.0;
  }
  return f32(b[pixel * params.channels_b + c]);
}

// store finishes one channel of one pixel; beyond the picture it does nothing.
fn store(pixel: u32, o: u32, value: f32) {
  let picture = params.out_height * params.out_width;
  if (pixel >= params.batch * picture || o >= params.out_channels) {
    return;
  }
  let at = pixel * params.out_channels + o;
  var sum = value;
  if (params.bias != 0u) {
    sum += bias[o];
  }
  if (params.shift != 0u) {
    sum += f32(shift[params.shift_first + pixel / picture * params.shift + o]);
  }
  if (params.residual != 0u) {
    sum += f32(residual[at]);
  }
  y[at] = act(sum);
}

fn store4(pixel: u32, o: u32, value: vec4f) {
  store(pixel, o, value.x);
  store(pixel, o + 1u, value.y);
  store(pixel, o + 2u, value.z);
  store(pixel, o + 3u, value.w);
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let out4 = (params.out_channels + 3u) / 4u;
  let row4 = params.row / 4u;
  let pixels = params.batch * params.out_height * params.out_width;
  let at = (group.y * groups.x + group.x) * WORKGROUP + local;
  if (at >= (pixels + 3u) / 4u * out4) {
    return;
  }
  let o = at % out4;
  let first = at / out4 * 4u;
  let last = pixels - 1u; // pixels beyond repeat it, and are not stored
  var p0 = vec4f();
  var p1 = vec4f();
  var p2 = vec4f();
  var p3 = vec4f();
  var k = o;
  for (var u = 0u; u < params.kernel_h; u++) {
    for (var v = 0u; v < params.kernel_w; v++) {
      let x0 = pixel_under(min(first, last), u, v);
      let x1 = pixel_under(min(first + 1u, last), u, v);
      let x2 = pixel_under(min(first + 2u, last), u, v);
      let x3 = pixel_under(min(first + 3u, last), u, v);
      for (var c = 0u; c < params.channels_a; c++) {
        let w = vec4f(kernel[k]);
        k += row4;
        p0 = fma(vec4f(load_a(x0, c)), w, p0);
        p1 = fma(vec4f(load_a(x1, c)), w, p1);
        p2 = fma(vec4f(load_a(x2, c)), w, p2);
        p3 = fma(vec4f(load_a(x3, c)), w, p3);
      }
      if (DUAL == 1u) {
        for (var c = 0u; c < params.channels_b; c++) {
          let w = vec4f(kernel[k]);
          k += row4;
          p0 = fma(vec4f(load_b(x0, c)), w, p0);
          p1 = fma(vec4f(load_b(x1, c)), w, p1);
          p2 = fma(vec4f(load_b(x2, c)), w, p2);
          p3 = fma(vec4f(load_b(x3, c)), w, p3);
        }
      }
    }
  }
  store4(first, 4u * o, p0);
  store4(first + 1u, 4u * o, p1);
  store4(first + 2u, 4u * o, p2);
  store4(first + 3u, 4u * o, p3);
}
