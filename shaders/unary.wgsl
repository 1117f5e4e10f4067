// y = f(x), f by number: relu, leaky_relu, elu, gelu, gelu_tanh, quick_gelu, sigmoid,
// softplus, tanh, exp, log, sqrt, square, reciprocal, abs, clamp
// x, y: any shape, count values.
// One invocation: one value.
// Reference: model/cpu.Unary
//
// Only exponentials of what is not positive are taken, exp itself apart: WGSL does
// not say what an overflow gives, and its tanh may be made of quotients that overflow.

alias act = f32; // what activations are stored as: f16 where the program says so
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
@group(0) @binding(1) var<storage, read> x: array<act>;
@group(0) @binding(2) var<storage, read_write> y: array<act>;

// part: sigmoid
fn sigmoid(v: f32) -> f32 {
  let e = exp(-abs(v));
  return select(e, 1.0, v >= 0.0) / (1.0 + e);
}

// tanh_of is tanh within 3e-7 of itself, near 0 too: there an odd polynomial, the
// minimax fit of tanh(v)/v in v² up to 0.4, whose error is 5e-9.
fn tanh_of(v: f32) -> f32 {
  let a = abs(v);
  let z = min(v * v, 0.4);
  let near = v * (1.0 + z * (-0.33333251 + z * (0.13330932 + z * (-0.05370532 + z * (0.020539938 + z * -0.0056027402)))));
  let e = exp(-2.0 * a);
  return select(sign(v) * (1.0 - e) / (1.0 + e), near, a < 0.63);
}

// expm1 is eᵛ − 1 for v ≤ 0: tanh(v/2)·(eᵛ + 1).
fn expm1(v: f32) -> f32 {
  return tanh_of(0.5 * v) * (exp(v) + 1.0);
}

// log1p is log(1 + v) for 0 ≤ v ≤ 1: 2·atanh(v/(2 + v)) as a series.
fn log1p(v: f32) -> f32 {
  let s = v / (2.0 + v);
  let z = s * s;
  return 2.0 * s * (1.0 + z * (1.0 / 3.0 + z * (0.2 + z * (1.0 / 7.0 + z * (1.0 / 9.0 + z * (1.0 / 11.0 + z * (1.0 / 13.0 + z / 15.0)))))));
}

// normal_cdf is Φ, within 2e-7. Below 0 it is t·P(t)·exp(−v²/2) with
// t = 1/(1 + |v|/√8), P the minimax fit of ½erfcx/t, whose error is 5e-8 of itself.
fn normal_cdf(v: f32) -> f32 {
  let a = min(abs(v), 13.0); // Φ(−13) is 6e-39
  let t = 1.0 / (1.0 + 0.35355339 * a);
  let p = 0.14104369 + t * (0.14117926 + t * (0.12161241 + t * (0.10110575 + t * (-0.012754705
    + t * (0.13822795 + t * (-0.24289924 + t * (0.14195055 - t * 0.029465688)))))));
  let tail = t * p * exp(-0.5 * a * a);
  return select(tail, 1.0 - tail, v >= 0.0);
}

fn f(v: f32) -> f32 {
  switch (FUNC) {
    case 0u: { return max(v, 0.0); }
    case 1u: { return select(params.alpha * v, v, v > 0.0); }
    case 2u: { return select(params.alpha * expm1(min(v, 0.0)), v, v > 0.0); }
    case 3u: { return v * normal_cdf(v); }
    case 4u: { // ½(1 + tanh(a)) is σ(2a); at 30 it is 0 or 1 and the cube far from overflow
      let a = clamp(v, -30.0, 30.0);
      return v * sigmoid(1.5957691 * (a + 0.044715 * a * a * a));
    }
    case 5u: { return v * sigmoid(1.702 * v); }
    case 6u: { return sigmoid(v); }
    case 7u: { return max(v, 0.0) + log1p(exp(-abs(v))); }
    case 8u: { return tanh_of(v); }
    case 9u: { return exp(v); }
    case 10u: { return log(v); }
    case 11u: { return sqrt(v); }
    case 12u: { return v * v; }
    case 13u: { return 1.0 / v; }
    case 14u: { return abs(v); }
    default: { return clamp(v, params.low, params.high); }
  }
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = (group.y * groups.x + group.x) * WORKGROUP + local;
  if (i >= params.count) {
    return;
  }
  y[i] = act(f(f32(x[i])));
}
