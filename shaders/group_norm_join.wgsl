// stats[n,g,s] is parts[n,g,·] from s·per_slab on, per_slab of them, joined as the moments
// of one slab (Chan, Golub & LeVeque 1979)
// parts: [N·groups, parts], stats: [N·groups, slabs], each a vec4f of
// (origin, Σ(x − mean)², count, mean − origin).
// One invocation: one slab.
// Reference: model/cpu.GroupNorm

override WORKGROUP: u32 = 64u;

struct Params {
  groups: u32, // of all pictures
  parts: u32,
  slabs: u32,
  per_slab: u32, // parts; the last slab may have fewer
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> parts: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> stats: array<vec4f>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = (group.y * groups.x + group.x) * WORKGROUP + local;
  if (i >= params.groups * params.slabs) {
    return;
  }
  let first = i % params.slabs * params.per_slab;
  let last = min(first + params.per_slab, params.parts);
  let begin = i / params.slabs * params.parts;
  var total = parts[begin + first];
  for (var s = first + 1u; s < last; s++) {
    let part = parts[begin + s];
    let count = total.z + part.z;
    let delta = part.x - total.x + (part.w - total.w);
    total = vec4f(
      total.x,
      total.y + part.y + delta * delta * (total.z * part.z / count),
      count,
      total.w + delta * (part.z / count));
  }
  stats[i] = total;
}
