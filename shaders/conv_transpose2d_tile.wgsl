// y[n,h,w,o] = Σ_{u,v,i} x[n, (h+top−u·dilation)/stride, (w+left−v·dilation)/stride, i]·k[u,v,i,o]
//              + bias[o] + shift[n,o] + residual[n,h,w,o]
// over the taps where both quotients are whole.
// x: [N, H, W, I]; k: [KH, KW, I, O]; bias: [O]; shift: [N, O]; residual, y: [N, H', W', O];
// I and O multiples of 4; one group.
// One invocation: 4 channels of 8 pixels of a row, stride apart: the same taps reach
// them all, and none is tried in vain.
// Reference: model/cpu.ConvTranspose2D

alias act4 = vec4<f32>; // what activations are stored as: f16 where the program says so
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
@group(0) @binding(1) var<storage, read> x: array<act4>;
@group(0) @binding(2) var<storage, read> kernel: array<act4>;
@group(0) @binding(3) var<storage, read> bias: array<vec4f>;
@group(0) @binding(4) var<storage, read> shift: array<act4>;
@group(0) @binding(5) var<storage, read> residual: array<act4>;
@group(0) @binding(6) var<storage, read_write> y: array<act4>;

// part: step
// step adds four products to four columns: sum + a·(b0 b1 b2 b3)ᵀ.
fn step(a: vec4f, b0: vec4f, b1: vec4f, b2: vec4f, b3: vec4f, sum: vec4f) -> vec4f {
  return fma(vec4f(a.w), b3, fma(vec4f(a.z), b2, fma(vec4f(a.y), b1, fma(vec4f(a.x), b0, sum))));
}

// load is four channels of column in_x of the row that begins at base, zero outside.
fn load(base: u32, in_x: u32, i: u32) -> vec4f {
  if (in_x >= params.width) {
    return vec4f();
  }
  return vec4f(x[(base + in_x) * (params.channels / 4u) + i]);
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
  let in4 = params.channels / 4u;
  let out4 = params.out_channels / 4u;
  let phases = min(params.stride, params.out_width);
  let across = ((params.out_width + params.stride - 1u) / params.stride + 7u) / 8u;
  let at = (group.y * groups.x + group.x) * WORKGROUP + local;
  if (at >= params.batch * params.out_height * phases * across * out4) {
    return;
  }
  let o = at % out4; // neighbours read neighbouring kernels
  let tile = at / out4;
  let first = tile % across * 8u * params.stride + tile / across % phases;
  let out_y = tile / across / phases % params.out_height;
  let n = tile / across / phases / params.out_height;
  var s0 = vec4f();
  var s1 = vec4f();
  var s2 = vec4f();
  var s3 = vec4f();
  var s4 = vec4f();
  var s5 = vec4f();
  var s6 = vec4f();
  var s7 = vec4f();
  for (var u = 0u; u < params.kernel_h; u++) {
    let down = i32(out_y + params.pad_top) - i32(u * params.dilation);
    let in_y = down / i32(params.stride);
    if (down < 0 || down % i32(params.stride) != 0 || in_y >= i32(params.height)) {
      continue;
    }
    let base = (n * params.height + u32(in_y)) * params.width;
    for (var v = 0u; v < params.kernel_w; v++) {
      let right = i32(first + params.pad_left) - i32(v * params.dilation);
      if (right % i32(params.stride) != 0) {
        continue;
      }
      let in_x = u32(right / i32(params.stride)); // wraps below 0, and is then too large
      var k = (u * params.kernel_w + v) * params.channels * out4 + o;
      for (var i = 0u; i < in4; i++) {
        let b0 = vec4f(kernel[k]);
        let b1 = vec4f(kernel[k + out4]);
        let b2 = vec4f(kernel[k + 2u * out4]);
        let b3 = vec4f(kernel[k + 3u * out4]);
        k += 4u * out4;
        s0 = step(load(base, in_x + 0u, i), b0, b1, b2, b3, s0);
        s1 = step(load(base, in_x + 1u, i), b0, b1, b2, b3, s1);
        s2 = step(load(base, in_x + 2u, i), b0, b1, b2, b3, s2);
        s3 = step(load(base, in_x + 3u, i), b0, b1, b2, b3, s3);
        s4 = step(load(base, in_x + 4u, i), b0, b1, b2, b3, s4);
        s5 = step(load(base, in_x + 5u, i), b0, b1, b2, b3, s5);
        s6 = step(load(base, in_x + 6u, i), b0, b1, b2, b3, s6);
        s7 = step(load(base, in_x + 7u, i), b0, b1, b2, b3, s7);
      }
    }
  }
  store(n, out_y, first + 0u * params.stride, o, s0);
  store(n, out_y, first + 1u * params.stride, o, s1);
  store(n, out_y, first + 2u * params.stride, o, s2);
  store(n, out_y, first + 3u * params.stride, o, s3);
  store(n, out_y, first + 4u * params.stride, o, s4);
  store(n, out_y, first + 5u * params.stride, o, s5);
  store(n, out_y, first + 6u * params.stride, o, s6);
  store(n, out_y, first + 7u * params.stride, o, s7);
}
