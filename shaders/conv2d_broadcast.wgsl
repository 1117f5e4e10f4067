// y[n,h,w,o] = Σ_{u,v,i} x[n, h·stride+u·dilation−top, w·stride+v·dilation−left, i]·k[u,v,i,o]
//              + bias[o] + shift[n,o] + residual[n,h,w,o]
// x: [N, H, W, A] and [N, H, W, B] side by side, I = A+B channels (B may be 0),
// each pixel seen twice in both directions where upsample = 1;
// k: [KH, KW, I, O]; bias: [O]; shift: [N, O]; residual, y: [N, H', W', O];
// A, B and O multiples of 4.
// One workgroup: 16 pixels by 4·WORKGROUP channels. The lanes of a subgroup load
// different pixels, 8 at a time, and hand them to each other in registers.
// One invocation: 16 pixels by 4 channels.
// Reference: model/cpu.Conv2D
//
// It needs the feature subgroups, of 8 lanes or more; why it is faster is said in
// matmul_broadcast.

enable subgroups;

alias act4 = vec4<f32>; // what activations are stored as: f16 where the program says so
override WORKGROUP: u32 = 32u;
override DILATION: u32 = 1u; // pixels from tap to tap
override DUAL: u32 = 1u; // 0: there is no b, and no branch for it

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
@group(0) @binding(1) var<storage, read> a: array<act4>;
@group(0) @binding(2) var<storage, read> b: array<act4>;
@group(0) @binding(3) var<storage, read> kernel: array<act4>;
@group(0) @binding(4) var<storage, read> bias: array<vec4f>;
@group(0) @binding(5) var<storage, read> shift: array<act4>;
@group(0) @binding(6) var<storage, read> residual: array<act4>;
@group(0) @binding(7) var<storage, read_write> y: array<act4>;

const OUTSIDE = 0xffffffffu;

// part: step
// step adds four products to four columns: sum + a·(b0 b1 b2 b3)ᵀ.
fn step(a: vec4f, b0: vec4f, b1: vec4f, b2: vec4f, b3: vec4f, sum: vec4f) -> vec4f {
  return fma(vec4f(a.w), b3, fma(vec4f(a.z), b2, fma(vec4f(a.y), b1, fma(vec4f(a.x), b0, sum))));
}

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

// part: conv2d_load
fn load(pixel: u32, c: u32) -> vec4f {
  if (pixel == OUTSIDE) {
    return vec4f();
  }
  let a4 = params.channels_a / 4u;
  if (DUAL == 0u || c < a4) {
    return vec4f(a[pixel * a4 + c]);
  }
  return vec4f(b[pixel * (params.channels_b / 4u) + c - a4]);
}

// part: conv2d_store
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

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32, @builtin(subgroup_invocation_id) lane: u32) {
  let in4 = (params.channels_a + params.channels_b) / 4u;
  let out4 = params.out_channels / 4u;
  let o = group.y * WORKGROUP + local;
  let first = group.x * 16u;
  // No lane returns early, for all must load: what is beyond repeats the last, and is
  // not stored.
  let column = min(o, out4 - 1u);
  let last = params.batch * params.out_height * params.out_width - 1u;
  let mine = first + lane % 8u;
  var p0 = vec4f();
  var p1 = vec4f();
  var p2 = vec4f();
  var p3 = vec4f();
  var p4 = vec4f();
  var p5 = vec4f();
  var p6 = vec4f();
  var p7 = vec4f();
  var p8 = vec4f();
  var p9 = vec4f();
  var p10 = vec4f();
  var p11 = vec4f();
  var p12 = vec4f();
  var p13 = vec4f();
  var p14 = vec4f();
  var p15 = vec4f();
  var k = column;
  for (var u = 0u; u < params.kernel_h; u++) {
    for (var v = 0u; v < params.kernel_w; v++) {
      let x0 = pixel_under(min(mine, last), u, v);
      let x8 = pixel_under(min(mine + 8u, last), u, v);
      for (var i = 0u; i < in4; i++) {
        let b0 = vec4f(kernel[k]);
        let b1 = vec4f(kernel[k + out4]);
        let b2 = vec4f(kernel[k + 2u * out4]);
        let b3 = vec4f(kernel[k + 3u * out4]);
        k += 4u * out4;
        let a0 = load(x0, i);
        p0 = step(subgroupBroadcast(a0, 0u), b0, b1, b2, b3, p0);
        p1 = step(subgroupBroadcast(a0, 1u), b0, b1, b2, b3, p1);
        p2 = step(subgroupBroadcast(a0, 2u), b0, b1, b2, b3, p2);
        p3 = step(subgroupBroadcast(a0, 3u), b0, b1, b2, b3, p3);
        p4 = step(subgroupBroadcast(a0, 4u), b0, b1, b2, b3, p4);
        p5 = step(subgroupBroadcast(a0, 5u), b0, b1, b2, b3, p5);
        p6 = step(subgroupBroadcast(a0, 6u), b0, b1, b2, b3, p6);
        p7 = step(subgroupBroadcast(a0, 7u), b0, b1, b2, b3, p7);
        let a8 = load(x8, i);
        p8 = step(subgroupBroadcast(a8, 0u), b0, b1, b2, b3, p8);
        p9 = step(subgroupBroadcast(a8, 1u), b0, b1, b2, b3, p9);
        p10 = step(subgroupBroadcast(a8, 2u), b0, b1, b2, b3, p10);
        p11 = step(subgroupBroadcast(a8, 3u), b0, b1, b2, b3, p11);
        p12 = step(subgroupBroadcast(a8, 4u), b0, b1, b2, b3, p12);
        p13 = step(subgroupBroadcast(a8, 5u), b0, b1, b2, b3, p13);
        p14 = step(subgroupBroadcast(a8, 6u), b0, b1, b2, b3, p14);
        p15 = step(subgroupBroadcast(a8, 7u), b0, b1, b2, b3, p15);
      }
    }
  }
  store(first + 0u, o, p0);
  store(first + 1u, o, p1);
  store(first + 2u, o, p2);
  store(first + 3u, o, p3);
  store(first + 4u, o, p4);
  store(first + 5u, o, p5);
  store(first + 6u, o, p6);
  store(first + 7u, o, p7);
  store(first + 8u, o, p8);
  store(first + 9u, o, p9);
  store(first + 10u, o, p10);
  store(first + 11u, o, p11);
  store(first + 12u, o, p12);
  store(first + 13u, o, p13);
  store(first + 14u, o, p14);
  store(first + 15u, o, p15);
}
