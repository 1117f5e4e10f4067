// y[n,p,c] = f((x − mean)/√(variance + eps)·γ[n,c] + shift[n,c]), the mean and variance
// over a channel's pixels; f is relu, leaky_relu, elu or nothing
// x, y: [N, pixels, C]; stats: [N, C, slabs] of (origin, Σ(x − mean)², count,
// mean − origin); style: rows that begin with γ [C], style_step values apart;
// shift: [N, C].
// One invocation: RUN pixels of one channel; it joins the slabs' statistics itself
// (Chan, Golub & LeVeque 1979).
// Reference: model/cpu.InstanceNormPlus

alias act = f32; // what activations are stored as: f16 where the program says so
override WORKGROUP: u32 = 64u;
override RUN: u32 = 16u;
override FUNC: u32 = 100u; // graph.Func; 100: none

struct Params {
  batch: u32,
  pixels: u32,
  channels: u32,
  slabs: u32,
  norm_eps: f32,
  style_step: u32, // 0: one row for all pictures
  alpha: f32,      // leaky_relu's slope, elu's α
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<act>;
@group(0) @binding(2) var<storage, read> stats: array<vec4f>;
@group(0) @binding(3) var<storage, read> style: array<f32>;
@group(0) @binding(4) var<storage, read> shift: array<f32>;
@group(0) @binding(5) var<storage, read_write> y: array<act>;

// expm1 is eᵛ − 1 for v ≤ 0; near 0, where the difference loses digits, its series.
fn expm1(v: f32) -> f32 {
  let near = v * (1.0 + v * (0.5 + v * (1.0 / 6.0 + v * (1.0 / 24.0 + v * (1.0 / 120.0 + v * (1.0 / 720.0 + v / 5040.0))))));
  return select(exp(v) - 1.0, near, v > -0.4);
}

fn f(v: f32) -> f32 {
  switch (FUNC) {
    case 0u: { return max(v, 0.0); }
    case 1u: { return select(params.alpha * v, v, v > 0.0); }
    case 2u: { return select(params.alpha * expm1(min(v, 0.0)), v, v > 0.0); }
    default: { return v; }
  }
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = (group.y * groups.x + group.x) * WORKGROUP + local;
  let runs = (params.pixels + RUN - 1u) / RUN;
  if (i >= params.batch * runs * params.channels) {
    return;
  }
  let c = i % params.channels;
  let run = i / params.channels % runs;
  let n = i / params.channels / runs;
  let first = (n * params.channels + c) * params.slabs;

  var total = stats[first];
  for (var s = 1u; s < params.slabs; s++) {
    let part = stats[first + s];
    let count = total.z + part.z;
    let delta = part.x - total.x + (part.w - total.w);
    total = vec4f(
      total.x,
      total.y + part.y + delta * delta * (total.z * part.z / count),
      count,
      total.w + delta * (part.z / count));
  }
  let factor = inverseSqrt(total.y / total.z + params.norm_eps) * style[n * params.style_step + c];
  let offset = shift[n * params.channels + c];
  let last = min((run + 1u) * RUN, params.pixels);
  for (var p = run * RUN; p < last; p++) {
    let at = (n * params.pixels + p) * params.channels + c;
    y[at] = act(f((f32(x[at]) - total.x - total.w) * factor + offset));
  }
}
