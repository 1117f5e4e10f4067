// y[n,h,w,c] = x[n,2h,2w,c] + x[n,2h,2w+1,c] + x[n,2h+1,2w,c] + x[n,2h+1,2w+1,c]
// x: [N, 2H, 2W, C]; y: [N, H, W, C], count values; height and width are y's.
// One invocation: one value of y.
// Reference: model/cpu.SumPool

override WORKGROUP: u32 = 64u;

// part: upsample_params
struct Params {
  count: u32,
  height: u32,
  width: u32,
  channels: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = (group.y * groups.x + group.x) * WORKGROUP + local;
  if (i >= params.count) {
    return;
  }
  let c = i % params.channels;
  let pixel = i / params.channels;
  let w = pixel % params.width;
  let row = pixel / params.width; // n·H + h
  let upper = (4u * row * params.width + 2u * w) * params.channels + c;
  let lower = upper + 2u * params.width * params.channels;
  y[i] = x[upper] + x[upper + params.channels] + x[lower] + x[lower + params.channels];
}
