// y[n,h,w,o] = Σ_{u,v,i} x[n, h·stride+u·dilation−top, w·stride+v·dilation−left, i]·k[u,v,i,o]
//              + bias[o] + shift[n,o] + residual[n,h,w,o]
// x: [N, H, W, A] and [N, H, W, B] side by side, I = A+B channels (B may be 0),
// each pixel seen twice in both directions where upsample = 1;
// k: [KH, KW, I, O]; bias: [O]; shift: [N, O]; residual, y: [N, H', W', O];
// A, B and O multiples of 4.
// One workgroup of 256: 64 pixels by 64 channels, through 8 KiB of workgroup memory,
// 16 of the KH·KW·I products at a time, whose values of x are found where they are
// (implicit GEMM: Chetlur et al. 2014, arXiv:1410.0759, §3). Each value of x and k is
// read once for 64 uses.
// One invocation: 4 pixels by 4 channels.
// Reference: model/cpu.Conv2D

alias act4 = vec4<f32>; // what activations are stored as: f16 where the program says so
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

var<workgroup> x_tile: array<vec4f, 256>; // [64 rows][4 vec4 of I]
var<workgroup> w_tile: array<vec4f, 256>; // [16 of I][16 vec4 of O]

// part: shared_step
// step adds four products to four columns: sum + a·(w[k] … w[k+3])ᵀ of the tile.
fn step(a: vec4f, k: u32, column: u32, sum: vec4f) -> vec4f {
  let at = k * 16u + column;
  return fma(vec4f(a.w), w_tile[at + 48u], fma(vec4f(a.z), w_tile[at + 32u],
    fma(vec4f(a.y), w_tile[at + 16u], fma(vec4f(a.x), w_tile[at], sum))));
}

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let in4 = (params.channels_a + params.channels_b) / 4u;
  let out4 = params.out_channels / 4u;
  let depth4 = params.kernel_h * params.kernel_w * in4;
  let column = local % 16u;
  let row = local / 16u * 4u;

  // What this invocation brings into workgroup memory: one vec4f of each.
  let last = params.batch * params.out_height * params.out_width - 1u; // pixels beyond repeat it, and are not stored
  let pixel = min(group.x * 64u + local / 4u, last);
  let x_part = local % 4u;
  let w_row = local / 16u;
  let w_column = group.y * 16u + column;

  var p0 = vec4f();
  var p1 = vec4f();
  var p2 = vec4f();
  var p3 = vec4f();
  for (var i = 0u; i < depth4; i += 4u) {
    var x_value = vec4f();
    if (i + x_part < depth4) {
      let tap = (i + x_part) / in4;
      let under = pixel_under(pixel, tap / params.kernel_w, tap % params.kernel_w);
      x_value = load(under, (i + x_part) % in4);
    }
    x_tile[local] = x_value;
    var w_value = vec4f();
    if (w_column < out4 && 4u * i + w_row < 4u * depth4) {
      w_value = vec4f(kernel[(4u * i + w_row) * out4 + w_column]);
    }
    w_tile[local] = w_value;
    workgroupBarrier();
    for (var k = 0u; k < 4u; k++) {
      p0 = step(x_tile[row * 4u + k], 4u * k, column, p0);
      p1 = step(x_tile[row * 4u + 4u + k], 4u * k, column, p1);
      p2 = step(x_tile[row * 4u + 8u + k], 4u * k, column, p2);
      p3 = step(x_tile[row * 4u + 12u + k], 4u * k, column, p3);
    }
    workgroupBarrier();
  }
  let first = group.x * 64u + row;
  store(first, w_column, p0);
  store(first + 1u, w_column, p1);
  store(first + 2u, w_column, p2);
  store(first + 3u, w_column, p3);
}
