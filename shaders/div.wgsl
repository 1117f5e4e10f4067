// y = a / b
// a, b, y: any shape, count values.
// One invocation: one value.
// Reference: model/cpu.Div

alias act = f32; // what activations are stored as: f16 where the program says so
override WORKGROUP: u32 = 64u;

struct Params {
  count: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<act>;
@group(0) @binding(2) var<storage, read> b: array<act>;
@group(0) @binding(3) var<storage, read_write> y: array<act>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = (group.y * groups.x + group.x) * WORKGROUP + local;
  if (i >= params.count) {
    return;
  }
  y[i] = act(f32(a[i]) / f32(b[i]));
}
