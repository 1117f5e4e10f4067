// y[n,c] = Σ_p x[n,p,c]
// x: [pictures, pixels, channels]; y: [pictures, channels].
// One workgroup of 256: 16 channels of a picture.
// One invocation: every 16th pixel of a channel; then the 16 sums are added in
// pairs. The order is fixed.
// Reference: model/cpu.ChannelSum

struct Params {
  pictures: u32,
  pixels: u32,
  channels: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

var<workgroup> sums: array<f32, 256>; // [16 shares][16 channels]

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let blocks = (params.channels + 15u) / 16u;
  let block = group.y * groups.x + group.x;
  let n = block / blocks;
  let c = block % blocks * 16u + local % 16u;
  let there = n < params.pictures && c < params.channels;
  var sum = 0.0;
  if (there) {
    for (var p = local / 16u; p < params.pixels; p += 16u) {
      sum += x[(n * params.pixels + p) * params.channels + c];
    }
  }
  sums[local] = sum;
  for (var half = 128u; half >= 16u; half /= 2u) {
    workgroupBarrier();
    if (local < half) {
      sums[local] += sums[local + half];
    }
  }
  if (local < 16u && there) {
    y[n * params.channels + c] = sums[local];
  }
}
