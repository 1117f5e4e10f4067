// dx = (h − mean(h) − x̂·mean(h·x̂))/√(variance + eps), the means over a group, with
// h = dy·weight and x̂ = (x − mean)/√(variance + eps)
// x, dy, dx: [N, pixels, C]; weight: [C]; stats: [N, groups, slabs] of
// (origin, Σ(x − mean)², count, mean − origin); sums: [N, groups, slabs] of
// (Σ h, Σ h·x̂).
// One invocation: RUN pixels of one channel; it joins the slabs itself.
// Reference: model/cpu.GroupNormGrad

override WORKGROUP: u32 = 64u;
override RUN: u32 = 16u;

// part: group_norm_grad_params
struct Params {
  batch: u32,
  pixels: u32,
  channels: u32,
  groups: u32,
  slabs: u32,
  per_slab: u32, // pixels; the last slab may have fewer
  norm_eps: f32,
  weight: u32, // 0 or 1
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> dy: array<f32>;
@group(0) @binding(3) var<storage, read> stats: array<vec4f>;
@group(0) @binding(4) var<storage, read> weight: array<f32>;
@group(0) @binding(5) var<storage, read> sums: array<vec2f>;
@group(0) @binding(6) var<storage, read_write> dx: array<f32>;

// part: group_norm_grad_joined
// joined is the statistics of all slabs of a group (Chan, Golub & LeVeque 1979).
fn joined(first: u32) -> vec4f {
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
  return total;
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
  let slot = (n * params.groups + c / (params.channels / params.groups)) * params.slabs;
  let total = joined(slot);
  let scale = inverseSqrt(total.y / total.z + params.norm_eps);
  var mean = vec2f();
  for (var s = 0u; s < params.slabs; s++) {
    mean += sums[slot + s];
  }
  mean /= total.z;
  let factor = select(1.0, weight[c], params.weight != 0u);

  let last = min((run + 1u) * RUN, params.pixels);
  for (var p = run * RUN; p < last; p++) {
    let at = (n * params.pixels + p) * params.channels + c;
    let unit = (x[at] - total.x - total.w) * scale;
    dx[at] = (dy[at] * factor - mean.x - unit * mean.y) * scale;
  }
}
