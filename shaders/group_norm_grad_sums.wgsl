// sums[n,g,s] = (Σ h, Σ h·x̂) over slab s of picture n's pixels and the channels of
// group g, with h = dy·weight and x̂ = (x − mean)/√(variance + eps)
// x, dy: [N, pixels, C]; weight: [C]; stats: [N, groups, slabs] of
// (origin, Σ(x − mean)², count, mean − origin); sums: [N, groups, slabs] of vec2f.
// One invocation: one slab of one group.
// Reference: model/cpu.GroupNormGrad

override WORKGROUP: u32 = 64u;

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
@group(0) @binding(5) var<storage, read_write> sums: array<vec2f>;

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
  if (i >= params.batch * params.groups * params.slabs) {
    return;
  }
  let g = i % params.groups; // neighbours read neighbouring channels
  let s = i / params.groups % params.slabs;
  let n = i / params.groups / params.slabs;
  let width = params.channels / params.groups;
  let slot = (n * params.groups + g) * params.slabs;
  let total = joined(slot);
  let scale = inverseSqrt(total.y / total.z + params.norm_eps);

  let last = min((s + 1u) * params.per_slab, params.pixels);
  var sum = vec2f();
  for (var p = s * params.per_slab; p < last; p++) {
    var row = vec2f(); // a pixel's own sum: shorter chains lose fewer digits
    for (var c = g * width; c < (g + 1u) * width; c++) {
      let at = (n * params.pixels + p) * params.channels + c;
      var h = dy[at];
      if (params.weight != 0u) {
        h *= weight[c];
      }
      row += vec2f(h, h * (x[at] - total.x - total.w) * scale);
    }
    sum += row;
  }
  sums[slot + s] = sum;
}
