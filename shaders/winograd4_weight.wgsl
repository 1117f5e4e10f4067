// u[6i+j, c, o] = (G·g·Gᵀ)[i,j] for the 3×3 kernel g of channels c and o
// (Lavin & Gray 2015, arXiv:1509.09308, §4.3, F(4×4, 3×3), interpolated at 0, ±5/8,
// ±3/2 and ∞ as winograd4_input)
// k: [3, 3, C, O], count = C·O values a tap; u: [36, C, O].
// One invocation: one pair of channels. Runs once, when a model is loaded.
// Reference: model/cpu.Conv2D

override WORKGROUP: u32 = 64u;

struct Params {
  count: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> k: array<f32>;
@group(0) @binding(2) var<storage, read_write> u: array<f32>;

// transform is row i of G times one column g of the kernel. A row is
// (1, r, r²)/N(r) for the point r, where N(r) is the product of r's distances to
// the other finite points, and (0, 0, 1) for ∞. Not an array of rows: adapters that
// compute on the CPU keep an indexed array in memory.
fn transform(i: u32, g0: f32, g1: f32, g2: f32) -> f32 {
  switch i {
    case 0u: {
      return g0 / 0.87890625;
    }
    case 1u: {
      return (g0 + 0.625 * g1 + 0.390625 * g2) / -1.452636719; // 2p²(p²−q²)
    }
    case 2u: {
      return (g0 - 0.625 * g1 + 0.390625 * g2) / -1.452636719;
    }
    case 3u: {
      return (g0 + 1.5 * g1 + 2.25 * g2) / 8.3671875; // 2q²(q²−p²)
    }
    case 4u: {
      return (g0 - 1.5 * g1 + 2.25 * g2) / 8.3671875;
    }
    default: {
      return g2;
    }
  }
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let at = (group.y * groups.x + group.x) * WORKGROUP + local;
  let n = params.count;
  if (at >= n) {
    return;
  }
  for (var i = 0u; i < 6u; i++) {
    let left = transform(i, k[at], k[3u * n + at], k[6u * n + at]);
    let middle = transform(i, k[n + at], k[4u * n + at], k[7u * n + at]);
    let right = transform(i, k[2u * n + at], k[5u * n + at], k[8u * n + at]);
    for (var j = 0u; j < 6u; j++) {
      u[(6u * i + j) * n + at] = transform(j, left, middle, right);
    }
  }
}
