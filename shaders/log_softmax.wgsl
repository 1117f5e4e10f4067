// y = x − max − log Σ exp(x − max) over each row
// x, y: [rows, width].
// One invocation: one row.
// Reference: model/cpu.LogSoftmax

alias act = f32; // what activations are stored as: f16 where the program says so
override WORKGROUP: u32 = 64u;

// part: softmax_params
struct Params {
  rows: u32,
  width: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<act>;
@group(0) @binding(2) var<storage, read_write> y: array<act>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let row = (group.y * groups.x + group.x) * WORKGROUP + local;
  if (row >= params.rows) {
    return;
  }
  let first = row * params.width;
  let end = first + params.width;
  var largest = f32(x[first]);
  for (var i = first + 1u; i < end; i++) {
    largest = max(largest, f32(x[i]));
  }
  var sum = 0.0;
  for (var i = first; i < end; i++) {
    sum += exp(f32(x[i]) - largest);
  }
  let log_sum = log(sum); // 0 … log width: subtracted last, beside a large max it would be lost
  for (var i = first; i < end; i++) {
    y[i] = act(f32(x[i]) - largest - log_sum);
  }
}
