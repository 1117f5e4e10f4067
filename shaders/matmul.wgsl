// y[z,r,c] = Σ_k a[z,r,k]·b[z,k,c]
// a: [batch, rows, inner] and b: [batch, inner, columns], each stored so or with its
// last two extents exchanged, which the distances between rows and columns say;
// y: [batch, rows, columns], count values.
// One invocation: one value of y. Any extents: the plain path.
// Reference: model/cpu.MatMul

alias act = f32; // what activations are stored as: f16 where the program says so
override WORKGROUP: u32 = 64u;

struct Params {
  count: u32,
  rows: u32,
  columns: u32,
  inner: u32,
  a_row: u32,
  a_col: u32,
  b_row: u32,
  b_col: u32,
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
  let c = i % params.columns;
  let r = i / params.columns % params.rows;
  let z = i / params.columns / params.rows;
  var at_a = z * params.rows * params.inner + r * params.a_row;
  var at_b = z * params.inner * params.columns + c * params.b_col;
  var sum = 0.0;
  for (var k = 0u; k < params.inner; k++) {
    sum += f32(a[at_a]) * f32(b[at_b]);
    at_a += params.a_col;
    at_b += params.b_row;
  }
  y[i] = act(sum);
}
