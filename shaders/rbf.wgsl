// y[n,k] = exp(−‖x[n] − c[k]‖²/(2σ[k]²)), normalised divided by the sum over k
// x: [N, D]; c: [K, D]; sigma: [K]; y: [N, K], count values.
// One invocation: one value of y. Normalised, it goes over the row itself: rows are
// short. The largest exponent is taken off first, so that not all of them underflow.
// Reference: model/cpu.RBF

override WORKGROUP: u32 = 64u;

struct Params {
  count: u32,
  dim: u32,
  centres: u32,
  normalised: u32, // 0 or 1
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> c: array<f32>;
@group(0) @binding(3) var<storage, read> sigma: array<f32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;

fn exponent(n: u32, k: u32) -> f32 {
  var square = 0.0;
  for (var d = 0u; d < params.dim; d++) {
    let apart = (x[n * params.dim + d] - c[k * params.dim + d]) / sigma[k];
    square += apart * apart;
  }
  return -0.5 * square;
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = (group.y * groups.x + group.x) * WORKGROUP + local;
  if (i >= params.count) {
    return;
  }
  let n = i / params.centres;
  let mine = exponent(n, i % params.centres);
  if (params.normalised == 0u) {
    y[i] = exp(mine);
    return;
  }
  var largest = mine;
  for (var k = 0u; k < params.centres; k++) {
    largest = max(largest, exponent(n, k));
  }
  var total = 0.0;
  for (var k = 0u; k < params.centres; k++) {
    total += exp(exponent(n, k) - largest);
  }
  y[i] = exp(mine - largest) / total;
}
