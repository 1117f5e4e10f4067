// y = −(1/rows)·Σ_n x[n]
// x: [rows] logarithms of probabilities, from log_prob; y: [1].
// One invocation: the whole sum, over a batch.
// Reference: model/cpu.CrossEntropy

struct Params {
  rows: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(1)
fn main() {
  var sum = 0.0;
  for (var n = 0u; n < params.rows; n++) {
    sum -= x[n];
  }
  y[0] = sum / f32(params.rows);
}
