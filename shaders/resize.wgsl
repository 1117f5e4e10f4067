// y[n,h,w,c] = Σ_{a,b} rows(h,a)·columns(w,b)·x[n,a,b,c]
// x: [N, height, width, C]; y: [N, out_height, out_width, C], count values.
// rows and columns list the taps of each place along an axis: the taps of place i are
// those from table[i] to table[i+1], and tap t is the place table[out+1+2t] of x and
// the bits of its weight in table[out+2+2t].
// One invocation: one value of y. Resizing and its gradient differ in the tables.
// Reference: model/cpu.Resize

alias act = f32; // what activations are stored as: f16 where the program says so
override WORKGROUP: u32 = 64u;

struct Params {
  count: u32,
  height: u32, // of x
  width: u32,
  out_height: u32,
  out_width: u32,
  channels: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<act>;
@group(0) @binding(2) var<storage, read> rows: array<u32>;
@group(0) @binding(3) var<storage, read> columns: array<u32>;
@group(0) @binding(4) var<storage, read_write> y: array<act>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = (group.y * groups.x + group.x) * WORKGROUP + local;
  if (i >= params.count) {
    return;
  }
  let c = i % params.channels;
  let pixel = i / params.channels;
  let column = pixel % params.out_width;
  let row = pixel / params.out_width % params.out_height;
  let n = pixel / params.out_width / params.out_height;
  var sum = 0.0;
  for (var s = rows[row]; s < rows[row + 1u]; s++) {
    let a = rows[params.out_height + 1u + 2u * s];
    var part = 0.0;
    for (var t = columns[column]; t < columns[column + 1u]; t++) {
      let b = columns[params.out_width + 1u + 2u * t];
      let weight = bitcast<f32>(columns[params.out_width + 2u + 2u * t]);
      part += weight * f32(x[((n * params.height + a) * params.width + b) * params.channels + c]);
    }
    sum += bitcast<f32>(rows[params.out_height + 2u + 2u * s]) * part;
  }
  y[i] = act(sum);
}
