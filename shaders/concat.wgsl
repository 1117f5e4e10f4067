// y[p,c] = a[p,c] for c < A, b[p,c−A] beyond
// a: [N, H, W, A]; b: [N, H, W, B]; y: [N, H, W, A+B], count values.
// One invocation: one value of y.
// Reference: model/cpu.Concat

alias act = f32; // what activations are stored as: f16 where the program says so
override WORKGROUP: u32 = 64u;

struct Params {
  count: u32,
  channels_a: u32,
  channels_b: u32,
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
  let channels = params.channels_a + params.channels_b;
  let p = i / channels;
  let c = i % channels;
  if (c < params.channels_a) {
    y[i] = a[p * params.channels_a + c];
  } else {
    y[i] = b[p * params.channels_b + c - params.channels_a];
  }
}
