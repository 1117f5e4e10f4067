// u[4i+j, c, o] = (G·g·Gᵀ)[i,j] for the 3×3 kernel g of channels c and o
// (Lavin & Gray 2015, arXiv:1509.09308, §4.1, F(2×2, 3×3))
// k: [3, 3, C, O], count = C·O values a tap; u: [16, C, O].
// One invocation: one pair of channels. Runs once, when a model is loaded.
// Reference: model/cpu.Conv2D

override WORKGROUP: u32 = 64u;

struct Params {
  count: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> k: array<f32>;
@group(0) @binding(2) var<storage, read_write> u: array<f32>;

// transform is G·g for one column g of the kernel.
fn transform(g0: f32, g1: f32, g2: f32) -> vec4f {
  return vec4f(g0, 0.5 * (g0 + g1 + g2), 0.5 * (g0 - g1 + g2), g2);
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let at = (group.y * groups.x + group.x) * WORKGROUP + local;
  let n = params.count;
  if (at >= n) {
    return;
  }
  let left = transform(k[at], k[3u * n + at], k[6u * n + at]);
  let middle = transform(k[n + at], k[4u * n + at], k[7u * n + at]);
  let right = transform(k[2u * n + at], k[5u * n + at], k[8u * n + at]);
  for (var i = 0u; i < 4u; i++) {
    let row = transform(left[i], middle[i], right[i]);
    for (var j = 0u; j < 4u; j++) {
      u[(4u * i + j) * n + at] = row[j];
    }
  }
}
