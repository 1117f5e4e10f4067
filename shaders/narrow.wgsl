// y = x, stored as activations: to the nearest f16, saturating at its largest number
// x, y: any shape, 4·count values.
// One invocation: four values.
// Reference: none is needed; model/gpu launches it where a kernel reads or writes
// f16 and its neighbour f32.

alias act4 = vec4<f32>; // what activations are stored as: f16 where the program says so
override WORKGROUP: u32 = 64u;

struct Params {
  count: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> y: array<act4>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = (group.y * groups.x + group.x) * WORKGROUP + local;
  if (i >= params.count) {
    return;
  }
  y[i] = act4(x[i]);
}
