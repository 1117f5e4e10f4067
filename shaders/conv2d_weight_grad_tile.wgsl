// sums[s,o,u,v,j] = Σ_{n,h,w} g[n,h,w,o]·x[n, h·stride+u·dilation−top, w·stride+v·dilation−left, i]
// over slab s of the rows (n, h) of g; i is channel j of o's group.
// x: [N, H, W, I]; g: [N, H', W', O]; sums: [slabs, O, KH, KW, I/groups].
// I/groups and O/groups multiples of 4.
// One invocation: 8 channels of g by 8 of x at one tap, in registers.
// Reference: model/cpu.Conv2DWeightGrad

override WORKGROUP: u32 = 64u;

// part: conv2d_weight_grad_params
struct Params {
  batch: u32,
  height: u32, // of x
  width: u32,
  channels: u32,
  out_height: u32, // of g
  out_width: u32,
  out_channels: u32,
  groups: u32,
  kernel_h: u32,
  kernel_w: u32,
  stride: u32,
  dilation: u32,
  pad_top: u32,
  pad_left: u32,
  slabs: u32,
  per_slab: u32, // rows of g; the last slab may have fewer
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> g: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> sums: array<vec4f>;

// store writes four channels of x for one of g; beyond the group it does nothing.
fn store(s: u32, o: u32, tap: u32, j: u32, value: vec4f) {
  let taken4 = params.channels / params.groups / 4u;
  let taps = params.kernel_h * params.kernel_w;
  if (j < taken4) {
    sums[((s * params.out_channels + o) * taps + tap) * taken4 + j] = value;
  }
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let taken4 = params.channels / params.groups / 4u;
  let made4 = params.out_channels / params.groups / 4u;
  let across = (taken4 + 1u) / 2u;
  let down8 = (made4 + 1u) / 2u;
  let taps = params.kernel_h * params.kernel_w;
  let at = (group.y * groups.x + group.x) * WORKGROUP + local;
  if (at >= params.slabs * params.groups * taps * down8 * across) {
    return;
  }
  let j = at % across * 2u;
  let o = at / across % down8 * 2u;
  let tap = at / across / down8 % taps;
  let q = at / across / down8 / taps % params.groups;
  let s = at / across / down8 / taps / params.groups;
  let j1 = min(j + 1u, taken4 - 1u); // beyond the group it repeats the last, and is not stored
  let o1 = min(o + 1u, made4 - 1u);
  let in4 = params.channels / 4u;
  let out4 = params.out_channels / 4u;
  let down = tap / params.kernel_w * params.dilation - params.pad_top; // wraps below 0
  let right = tap % params.kernel_w * params.dilation - params.pad_left;
  let first = s * params.per_slab;
  let last = min(first + params.per_slab, params.batch * params.out_height);
  var a0 = vec4f();
  var b0 = vec4f();
  var a1 = vec4f();
  var b1 = vec4f();
  var a2 = vec4f();
  var b2 = vec4f();
  var a3 = vec4f();
  var b3 = vec4f();
  var a4 = vec4f();
  var b4 = vec4f();
  var a5 = vec4f();
  var b5 = vec4f();
  var a6 = vec4f();
  var b6 = vec4f();
  var a7 = vec4f();
  var b7 = vec4f();
  for (var row = first; row < last; row++) {
    let in_y = row % params.out_height * params.stride + down; // wraps below 0, and is then too large
    if (in_y >= params.height) {
      continue;
    }
    let base = (row / params.out_height * params.height + in_y) * params.width;
    for (var w = 0u; w < params.out_width; w++) {
      let in_x = w * params.stride + right;
      if (in_x >= params.width) {
        continue;
      }
      let p = (row * params.out_width + w) * out4 + q * made4;
      let r = (base + in_x) * in4 + q * taken4;
      let g0 = g[p + o];
      let g1 = g[p + o1];
      let x0 = x[r + j];
      let x1 = x[r + j1];
      a0 = fma(vec4f(g0.x), x0, a0);
      b0 = fma(vec4f(g0.x), x1, b0);
      a1 = fma(vec4f(g0.y), x0, a1);
      b1 = fma(vec4f(g0.y), x1, b1);
      a2 = fma(vec4f(g0.z), x0, a2);
      b2 = fma(vec4f(g0.z), x1, b2);
      a3 = fma(vec4f(g0.w), x0, a3);
      b3 = fma(vec4f(g0.w), x1, b3);
      a4 = fma(vec4f(g1.x), x0, a4);
      b4 = fma(vec4f(g1.x), x1, b4);
      a5 = fma(vec4f(g1.y), x0, a5);
      b5 = fma(vec4f(g1.y), x1, b5);
      a6 = fma(vec4f(g1.z), x0, a6);
      b6 = fma(vec4f(g1.z), x1, b6);
      a7 = fma(vec4f(g1.w), x0, a7);
      b7 = fma(vec4f(g1.w), x1, b7);
    }
  }
  let top = 4u * (q * made4 + o);
  store(s, top + 0u, tap, j, a0);
  store(s, top + 0u, tap, j + 1u, b0);
  store(s, top + 1u, tap, j, a1);
  store(s, top + 1u, tap, j + 1u, b1);
  store(s, top + 2u, tap, j, a2);
  store(s, top + 2u, tap, j + 1u, b2);
  store(s, top + 3u, tap, j, a3);
  store(s, top + 3u, tap, j + 1u, b3);
  if (o + 1u < made4) {
    store(s, top + 4u, tap, j, a4);
    store(s, top + 4u, tap, j + 1u, b4);
    store(s, top + 5u, tap, j, a5);
    store(s, top + 5u, tap, j + 1u, b5);
    store(s, top + 6u, tap, j, a6);
    store(s, top + 6u, tap, j + 1u, b6);
    store(s, top + 7u, tap, j, a7);
    store(s, top + 7u, tap, j + 1u, b7);
  }
}
