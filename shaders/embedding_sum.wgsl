// y[n,d] = Σ_k table[start_k + index[n,k], d], the k in their order
// index: [N, K], whole numbers, clamped into table k; tables: K × (start, count), in
// rows of table; table: [rows, D]; y: [N, D], count values.
// One invocation: one value of y.
// Reference: model/cpu.EmbeddingSum

alias act = f32; // what activations are stored as: f16 where the program says so
override WORKGROUP: u32 = 64u;

struct Params {
  count: u32,
  tables: u32, // K
  dim: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> index: array<f32>;
@group(0) @binding(2) var<storage, read> tables: array<u32>;
@group(0) @binding(3) var<storage, read> table: array<f32>;
@group(0) @binding(4) var<storage, read_write> y: array<act>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = (group.y * groups.x + group.x) * WORKGROUP + local;
  if (i >= params.count) {
    return;
  }
  let n = i / params.dim;
  var sum = 0.0;
  for (var k = 0u; k < params.tables; k++) {
    let last = f32(tables[2u * k + 1u] - 1u);
    let row = tables[2u * k] + u32(clamp(index[n * params.tables + k], 0.0, last));
    sum += table[row * params.dim + i % params.dim];
  }
  y[i] = act(sum);
}
