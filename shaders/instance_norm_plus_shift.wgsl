// shift[n,c] = γ·α·(m − mean(m))/√(variance(m) + eps) + β, with m[n,c] the mean of a
// picture's channel and the variance divided by C − 1
// stats: [N, C, slabs] of (origin, Σ(x − mean)², count, mean − origin); style: rows of
// γ, α and perhaps β, C of each, style_step values apart; shift: [N, C].
// One workgroup: one picture.
// One invocation: every 64th channel; the sums over channels are added in pairs.
// Reference: model/cpu.InstanceNormPlus
//
// Means are counted from channel 0's: where all of them are far from 0 their
// differences keep their digits.

const WORKGROUP = 64u;

struct Params {
  channels: u32,
  slabs: u32,
  norm_eps: f32,
  style_step: u32, // 0: one row for all pictures
  beta: u32,       // 0 or 1
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> stats: array<vec4f>;
@group(0) @binding(2) var<storage, read> style: array<f32>;
@group(0) @binding(3) var<storage, read_write> shift: array<f32>;

var<workgroup> shares: array<f32, 64>;

// apart is the mean of a channel, less the origin.
fn apart(channel: u32, origin: f32) -> f32 {
  let first = channel * params.slabs;
  var mean = stats[first].x - origin + stats[first].w;
  var count = stats[first].z;
  for (var s = 1u; s < params.slabs; s++) {
    let part = stats[first + s];
    count += part.z;
    mean += (part.x - origin + part.w - mean) * (part.z / count);
  }
  return mean;
}

// total is the sum of all invocations' values.
fn total(local: u32, value: f32) -> f32 {
  workgroupBarrier(); // the last sum is read
  shares[local] = value;
  for (var half = WORKGROUP / 2u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (local < half) {
      shares[local] += shares[local + half];
    }
  }
  workgroupBarrier();
  return shares[0];
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let n = group.x;
  let near = stats[n * params.channels * params.slabs];
  let origin = near.x + near.w; // a mean: what is apart from it is small, and keeps its digits
  var sum = 0.0;
  for (var c = local; c < params.channels; c += WORKGROUP) {
    sum += apart(n * params.channels + c, origin);
  }
  let mean = total(local, sum) / f32(params.channels);
  var squares = 0.0;
  for (var c = local; c < params.channels; c += WORKGROUP) {
    let d = apart(n * params.channels + c, origin) - mean;
    squares += d * d;
  }
  let scale = inverseSqrt(total(local, squares) / f32(params.channels - 1u) + params.norm_eps);
  for (var c = local; c < params.channels; c += WORKGROUP) {
    let at = n * params.style_step + c;
    var v = style[at] * style[at + params.channels] * (apart(n * params.channels + c, origin) - mean) * scale;
    if (params.beta != 0u) {
      v += style[at + 2u * params.channels];
    }
    shift[n * params.channels + c] = v;
  }
}
