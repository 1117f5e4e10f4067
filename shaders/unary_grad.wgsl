// y = g·f′(x), f by number as in unary
// x, g, y: any shape, count values.
// One invocation: one value.
// Reference: model/cpu.UnaryGrad
//
// Only exponentials of what is not positive are taken, exp itself apart.

override WORKGROUP: u32 = 64u;
override FUNC: u32 = 0u; // graph.Func

// part: unary_params
struct Params {
  count: u32,
  alpha: f32, // leaky_relu's slope, elu's α
  low: f32,   // of clamp
  high: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> g: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

// part: sigmoid
fn sigmoid(v: f32) -> f32 {
  let e = exp(-abs(v));
  return select(e, 1.0, v >= 0.0) / (1.0 + e);
}

// bell is σ′(v) = σ(v)·σ(−v), which keeps its digits where σ(v) rounds to 1.
fn bell(v: f32) -> f32 {
  let e = exp(-abs(v));
  return e / ((1.0 + e) * (1.0 + e));
}

// normal_cdf is Φ; see unary.
fn normal_cdf(v: f32) -> f32 {
  let a = min(abs(v), 13.0);
  let t = 1.0 / (1.0 + 0.35355339 * a);
  let p = 0.14104369 + t * (0.14117926 + t * (0.12161241 + t * (0.10110575 + t * (-0.012754705
    + t * (0.13822795 + t * (-0.24289924 + t * (0.14195055 - t * 0.029465688)))))));
  let tail = t * p * exp(-0.5 * a * a);
  return select(tail, 1.0 - tail, v >= 0.0);
}

fn derivative(v: f32) -> f32 {
  switch (FUNC) {
    case 0u: { return select(0.0, 1.0, v > 0.0); }
    case 1u: { return select(params.alpha, 1.0, v > 0.0); }
    case 2u: { return select(params.alpha * exp(min(v, 0.0)), 1.0, v > 0.0); }
    case 3u: {
      let a = clamp(v, -13.0, 13.0); // beyond, the density is 0
      return normal_cdf(a) + a * exp(-0.5 * a * a) * 0.39894228; // 1/√(2π)
    }
    case 4u: { // with the angle 2√(2/π)(a + 0.044715a³); at 30 it is 0 or 1
      let a = clamp(v, -30.0, 30.0);
      let angle = 1.5957691 * (a + 0.044715 * a * a * a);
      return sigmoid(angle) + a * 1.5957691 * (1.0 + 0.134145 * a * a) * bell(angle);
    }
    case 5u: {
      let a = clamp(v, -60.0, 60.0);
      return sigmoid(1.702 * a) + 1.702 * a * bell(1.702 * a);
    }
    case 6u: { return bell(v); }
    case 7u: { return sigmoid(v); }
    case 8u: { return 4.0 * bell(2.0 * v); }
    case 9u: { return exp(v); }
    case 10u: { return 1.0 / v; }
    case 11u: { return 0.5 / sqrt(v); }
    case 12u: { return 2.0 * v; }
    case 13u: { return -1.0 / (v * v); }
    case 14u: { return sign(v); }
    default: { return select(0.0, 1.0, v > params.low && v < params.high); }
  }
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = (group.y * groups.x + group.x) * WORKGROUP + local;
  if (i >= params.count) {
    return;
  }
  y[i] = g[i] * derivative(x[i]);
}
