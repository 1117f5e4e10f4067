// y[n,h,w,c] = x[n,⌊h/2⌋,⌊w/2⌋,c]
// x: [N, H, W, C]; y: [N, 2H, 2W, C], count values; height and width are y's.
// One invocation: one value of y.
// Reference: model/cpu.Upsample

alias act = f32; // what activations are stored as: f16 where the program says so
override WORKGROUP: u32 = 64u;

// part: upsample_params
struct Params {
  count: u32,
  height: u32,
  width: u32,
  channels: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<act>;
@group(0) @binding(2) var<storage, read_write> y: array<act>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = (group.y * groups.x + group.x) * WORKGROUP + local;
  if (i >= params.count) {
    return;
  }
  let c = i % params.channels;
  let pixel = i / params.channels;
  let w = pixel % params.width;
  let h = pixel / params.width % params.height;
  let n = pixel / params.width / params.height;
  y[i] = x[((n * (params.height / 2u) + h / 2u) * (params.width / 2u) + w / 2u) * params.channels + c];
}
