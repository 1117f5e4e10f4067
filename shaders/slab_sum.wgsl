// y[i] = Σ_s x[s,i]
// x: [slabs, count]; y: [count].
// One invocation: one value, the slabs in order.
// Reference: model/cpu.Conv2DWeightGrad

override WORKGROUP: u32 = 64u;

struct Params {
  count: u32,
  slabs: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = (group.y * groups.x + group.x) * WORKGROUP + local;
  if (i >= params.count) {
    return;
  }
  var sum = 0.0;
  for (var s = 0u; s < params.slabs; s++) {
    sum += x[s * params.count + i];
  }
  y[i] = sum;
}
