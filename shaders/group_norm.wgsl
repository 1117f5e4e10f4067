// y = act(((x − mean)·rsqrt(var + eps)·weight + bias)·(1 + scale) + shift)
// x: [N, pixels, A] and [N, pixels, B] side by side, C = A+B channels (B may be 0);
// weight, bias: [C]; scale_shift: [N, 2C]; y: [N, pixels, C];
// stats: [N, groups, slabs] of (origin, Σ(x − mean)², count, mean − origin).
// One invocation: RUN pixels of one channel; it joins the slabs' statistics itself
// (Chan, Golub & LeVeque 1979), which spares a dispatch.
// Reference: model/cpu.GroupNorm

alias act = f32; // what activations are stored as: f16 where the program says so
override WORKGROUP: u32 = 64u;
override RUN: u32 = 16u;

// part: group_norm_params
struct Params {
  batch: u32,
  pixels: u32,
  channels_a: u32,
  channels_b: u32,
  groups: u32,
  slabs: u32,
  norm_eps: f32,
  weight: u32,      // 0 or 1
  bias: u32,        // 0 or 1
  scale_shift: u32,       // values between those of two pictures; 0: none
  scale_shift_first: u32, // where those of the first begin
  silu: u32,        // 0 or 1
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<act>;
@group(0) @binding(2) var<storage, read> b: array<act>;
@group(0) @binding(3) var<storage, read> stats: array<vec4f>;
@group(0) @binding(4) var<storage, read> weight: array<f32>;
@group(0) @binding(5) var<storage, read> bias: array<f32>;
@group(0) @binding(6) var<storage, read> scale_shift: array<act>;
@group(0) @binding(7) var<storage, read_write> y: array<act>;

// part: group_norm_load
fn load(pixel: u32, c: u32) -> f32 {
  if (c < params.channels_a) {
    return f32(a[pixel * params.channels_a + c]);
  }
  return f32(b[pixel * params.channels_b + c - params.channels_a]);
}

// part: sigmoid
fn sigmoid(v: f32) -> f32 {
  let e = exp(-abs(v));
  return select(e, 1.0, v >= 0.0) / (1.0 + e);
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = (group.y * groups.x + group.x) * WORKGROUP + local;
  let channels = params.channels_a + params.channels_b;
  let runs = (params.pixels + RUN - 1u) / RUN;
  if (i >= params.batch * runs * channels) {
    return;
  }
  let c = i % channels;
  let run = i / channels % runs;
  let n = i / channels / runs;
  let g = c / (channels / params.groups);

  var total = stats[(n * params.groups + g) * params.slabs];
  for (var s = 1u; s < params.slabs; s++) {
    let part = stats[(n * params.groups + g) * params.slabs + s];
    let count = total.z + part.z;
    let delta = part.x - total.x + (part.w - total.w);
    total = vec4f(
      total.x,
      total.y + part.y + delta * delta * (total.z * part.z / count),
      count,
      total.w + delta * (part.z / count));
  }
  var factor = inverseSqrt(total.y / total.z + params.norm_eps);
  var offset = 0.0;
  if (params.weight != 0u) {
    factor *= weight[c];
  }
  if (params.bias != 0u) {
    offset = bias[c];
  }
  if (params.scale_shift != 0u) {
    let at = params.scale_shift_first + n * params.scale_shift + c;
    let scale = 1.0 + f32(scale_shift[at]);
    factor *= scale;
    offset = offset * scale + f32(scale_shift[at + channels]);
  }
  let last = min((run + 1u) * RUN, params.pixels);
  for (var p = run * RUN; p < last; p++) {
    let pixel = n * params.pixels + p;
    var v = (load(pixel, c) - total.x - total.w) * factor + offset;
    if (params.silu != 0u) {
      v *= sigmoid(v);
    }
    y[pixel * channels + c] = act(v);
  }
}
