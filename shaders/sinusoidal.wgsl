// y[n,j] = sin(t[n]·ω_i) or cos(t[n]·ω_i), ω_i = max_period^(−i/(D/2 − freq_shift)),
// i = j mod D/2; an odd D ends in a zero.
// t: [N]; y: [N, D], count values; turns: [D/2, 2], ω_i/2π in two parts of at most
// 12 bits each, the larger first.
// One invocation: one value of y.
// Reference: model/cpu.Sinusoidal
//
// t·ω reaches a thousand radians, where a float32 product has lost the last four
// digits of the angle and sin may be off by 2^-11. Products of 12-bit parts are
// exact, so the angle is reduced to a fraction of a turn before anything is lost.

alias act = f32; // what activations are stored as: f16 where the program says so
override WORKGROUP: u32 = 64u;

struct Params {
  count: u32,
  dim: u32,
  cosine_first: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> t: array<f32>;
@group(0) @binding(2) var<storage, read> turns: array<vec2f>;
@group(0) @binding(3) var<storage, read_write> y: array<act>;

// fraction brings a number of turns into [−½, ½]; exact.
fn fraction(v: f32) -> f32 {
  return v - round(v);
}

// sin_turns is sin(2πu) for |u| ≤ 1; Taylor's series where |angle| ≤ π/4.
fn sin_turns(u: f32) -> f32 {
  let v = fraction(u);
  let quarter = round(4.0 * v);
  let angle = (v - 0.25 * quarter) * 6.283185307179586;
  let a2 = angle * angle;
  let s = angle * (1.0 + a2 * (-1.0 / 6.0 + a2 * (1.0 / 120.0 + a2 * (-1.0 / 5040.0 + a2 / 362880.0))));
  let c = 1.0 + a2 * (-0.5 + a2 * (1.0 / 24.0 + a2 * (-1.0 / 720.0 + a2 * (1.0 / 40320.0 - a2 / 3628800.0))));
  let q = u32(i32(quarter) + 4) % 4u;
  let magnitude = select(s, c, (q & 1u) == 1u);
  return select(magnitude, -magnitude, q >= 2u);
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = (group.y * groups.x + group.x) * WORKGROUP + local;
  if (i >= params.count) {
    return;
  }
  let half_dim = params.dim / 2u;
  let j = i % params.dim;
  if (j >= 2u * half_dim) {
    y[i] = act(0.0);
    return;
  }
  let time = t[i / params.dim];
  let time_high = bitcast<f32>(bitcast<u32>(time) & 0xfffff000u);
  let time_low = time - time_high;
  let w = turns[j % half_dim];
  let u = fraction(fraction(fraction(time_high * w.x) + fraction(time_high * w.y)) + fraction(time_low * w.x) + time_low * w.y);
  let is_cosine = (j < half_dim) == (params.cosine_first != 0u);
  y[i] = act(sin_turns(select(u, u + 0.25, is_cosine)));
}
