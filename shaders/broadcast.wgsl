// y[i] = x[j], j = i with 0 in the axes where x has extent 1
// y: [d0, d1, d2, d3], count values; x: stepK values between its neighbours along
// axis k, 0 where it is repeated.
// One invocation: one value of y.
// Reference: model/cpu.Broadcast

alias act = f32; // what activations are stored as: f16 where the program says so
override WORKGROUP: u32 = 64u;

struct Params {
  count: u32,
  d1: u32,
  d2: u32,
  d3: u32,
  step0: u32,
  step1: u32,
  step2: u32,
  step3: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<act>;
@group(0) @binding(2) var<storage, read_write> y: array<act>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = (group.y * groups.x + group.x) * WORKGROUP + local;
  if (i >= params.count) {
    return;
  }
  let i2 = i / params.d3;
  let i1 = i2 / params.d2;
  let i0 = i1 / params.d1;
  y[i] = x[i0 * params.step0 + i1 % params.d1 * params.step1 + i2 % params.d2 * params.step2 + i % params.d3 * params.step3];
}
