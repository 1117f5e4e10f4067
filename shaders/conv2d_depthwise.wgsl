// y[n,h,w,c] = Σ_{u,v} x[n, h·stride+u·dilation−top, w·stride+v·dilation−left, c]·k[u,v,c]
//              + bias[c] + shift[n,c] + residual[n,h,w,c]
// x: [N, H, W, C]; k: [KH, KW, C]; bias: [C]; shift: [N, C]; residual, y: [N, H', W', C];
// C a multiple of 4.
// One invocation: 8 pixels of a row by 4 channels. Where neighbouring taps read
// neighbouring pixels (SLIDE) it reads each pixel of a row once.
// Reference: model/cpu.Conv2D

alias act4 = vec4<f32>; // what activations are stored as: f16 where the program says so
override WORKGROUP: u32 = 64u;
override SLIDE: u32 = 1u; // 1: stride and dilation are 1

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
@group(0) @binding(1) var<storage, read> x: array<act4>;
@group(0) @binding(2) var<storage, read> kernel: array<act4>;
@group(0) @binding(3) var<storage, read> bias: array<vec4f>;
@group(0) @binding(4) var<storage, read> shift: array<act4>;
@group(0) @binding(5) var<storage, read> residual: array<act4>;
@group(0) @binding(6) var<storage, read_write> y: array<act4>;

// pixel is four channels of column in_x of the row that begins at base, zero outside.
fn pixel(base: u32, in_x: u32, c: u32) -> vec4f {
  if (in_x >= params.width) { // a column below 0 wraps, and is then too large
    return vec4f();
  }
  return vec4f(x[(base + in_x) * (params.channels / 4u) + c]);
}

// part: conv2d_grouped_store
// store finishes four channels of one pixel; beyond the row it does nothing.
fn store(n: u32, out_y: u32, out_x: u32, o: u32, value: vec4f) {
  if (out_x >= params.out_width) {
    return;
  }
  let out4 = params.out_channels / 4u;
  let at = ((n * params.out_height + out_y) * params.out_width + out_x) * out4 + o;
  var sum = value;
  if (params.bias != 0u) {
    sum += bias[o];
  }
  if (params.shift != 0u) {
    sum += vec4f(shift[(params.shift_first + n * params.shift) / 4u + o]);
  }
  if (params.residual != 0u) {
    sum += vec4f(residual[at]);
  }
  y[at] = act4(sum);
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let across = (params.out_width + 7u) / 8u;
  let c4 = params.channels / 4u;
  let at = (group.y * groups.x + group.x) * WORKGROUP + local;
  if (at >= params.batch * params.out_height * across * c4) {
    return;
  }
  let c = at % c4; // neighbours read neighbouring channels
  let first = at / c4 % across * 8u;
  let out_y = at / c4 / across % params.out_height;
  let n = at / c4 / across / params.out_height;
  var s0 = vec4f();
  var s1 = vec4f();
  var s2 = vec4f();
  var s3 = vec4f();
  var s4 = vec4f();
  var s5 = vec4f();
  var s6 = vec4f();
  var s7 = vec4f();
  for (var u = 0u; u < params.kernel_h; u++) {
    let in_y = out_y * params.stride + u * params.dilation - params.pad_top;
    if (in_y >= params.height) {
      continue;
    }
    let base = (n * params.height + in_y) * params.width;
    if (SLIDE == 1u) {
      let left = first - params.pad_left;
      var x0 = pixel(base, left + 0u, c);
      var x1 = pixel(base, left + 1u, c);
      var x2 = pixel(base, left + 2u, c);
      var x3 = pixel(base, left + 3u, c);
      var x4 = pixel(base, left + 4u, c);
      var x5 = pixel(base, left + 5u, c);
      var x6 = pixel(base, left + 6u, c);
      for (var v = 0u; v < params.kernel_w; v++) {
        let k = vec4f(kernel[(u * params.kernel_w + v) * c4 + c]);
        let x7 = pixel(base, left + 7u + v, c);
        s0 = fma(x0, k, s0);
        s1 = fma(x1, k, s1);
        s2 = fma(x2, k, s2);
        s3 = fma(x3, k, s3);
        s4 = fma(x4, k, s4);
        s5 = fma(x5, k, s5);
        s6 = fma(x6, k, s6);
        s7 = fma(x7, k, s7);
        x0 = x1;
        x1 = x2;
        x2 = x3;
        x3 = x4;
        x4 = x5;
        x5 = x6;
        x6 = x7;
      }
    } else {
      for (var v = 0u; v < params.kernel_w; v++) {
        let k = vec4f(kernel[(u * params.kernel_w + v) * c4 + c]);
        let left = first * params.stride + v * params.dilation - params.pad_left;
        s0 = fma(pixel(base, left + 0u * params.stride, c), k, s0);
        s1 = fma(pixel(base, left + 1u * params.stride, c), k, s1);
        s2 = fma(pixel(base, left + 2u * params.stride, c), k, s2);
        s3 = fma(pixel(base, left + 3u * params.stride, c), k, s3);
        s4 = fma(pixel(base, left + 4u * params.stride, c), k, s4);
        s5 = fma(pixel(base, left + 5u * params.stride, c), k, s5);
        s6 = fma(pixel(base, left + 6u * params.stride, c), k, s6);
        s7 = fma(pixel(base, left + 7u * params.stride, c), k, s7);
      }
    }
  }
  store(n, out_y, first + 0u, c, s0);
  store(n, out_y, first + 1u, c, s1);
  store(n, out_y, first + 2u, c, s2);
  store(n, out_y, first + 3u, c, s3);
  store(n, out_y, first + 4u, c, s4);
  store(n, out_y, first + 5u, c, s5);
  store(n, out_y, first + 6u, c, s6);
  store(n, out_y, first + 7u, c, s7);
}
