// y[n,d] = table[index[n],d]
// index: [N], whole numbers, clamped into the table; table: [rows, D];
// y: [N, D], count values.
// One invocation: one value of y.
// Reference: model/cpu.Embedding

alias act = f32; // what activations are stored as: f16 where the program says so
override WORKGROUP: u32 = 64u;

struct Params {
  count: u32,
  rows: u32,
  dim: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> index: array<f32>;
@group(0) @binding(2) var<storage, read> table: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<act>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = (group.y * groups.x + group.x) * WORKGROUP + local;
  if (i >= params.count) {
    return;
  }
  let row = u32(clamp(index[i / params.dim], 0.0, f32(params.rows - 1u)));
  y[i] = act(table[row * params.dim + i % params.dim]);
}
