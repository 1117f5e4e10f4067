// sums[s,o,u,v,j] = Σ_{n,h,w} g[n,h,w,o]·x[n, h·stride+u·dilation−top, w·stride+v·dilation−left, i]
// over slab s of the rows (n, h) of g; i is channel j of o's group.
// x: [N, H, W, I]; g: [N, H', W', O]; sums: [slabs, O, KH, KW, I/groups].
// One invocation: one value of sums. Any shape: the plain path.
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
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> g: array<f32>;
@group(0) @binding(3) var<storage, read_write> sums: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let taken = params.channels / params.groups;
  let taps = params.kernel_h * params.kernel_w;
  let at = (group.y * groups.x + group.x) * WORKGROUP + local;
  if (at >= params.slabs * params.out_channels * taps * taken) {
    return;
  }
  let j = at % taken;
  let tap = at / taken % taps;
  let o = at / taken / taps % params.out_channels;
  let s = at / taken / taps / params.out_channels;
  let i = o / (params.out_channels / params.groups) * taken + j;
  let down = tap / params.kernel_w * params.dilation - params.pad_top; // wraps below 0
  let right = tap % params.kernel_w * params.dilation - params.pad_left;
  let first = s * params.per_slab;
  let last = min(first + params.per_slab, params.batch * params.out_height);
  var total = 0.0;
  for (var row = first; row < last; row++) {
    let in_y = row % params.out_height * params.stride + down; // wraps below 0, and is then too large
    if (in_y >= params.height) {
      continue;
    }
    let base = (row / params.out_height * params.height + in_y) * params.width;
    var sum = 0.0;
    for (var w = 0u; w < params.out_width; w++) {
      let in_x = w * params.stride + right;
      if (in_x < params.width) {
        sum += g[(row * params.out_width + w) * params.out_channels + o] * x[(base + in_x) * params.channels + i];
      }
    }
    total += sum;
  }
  sums[at] = total;
}
