// total adds up the workgroup's values; base is where partial is free.
fn total(value: f32, base: u32, local: u32) -> f32 {
  let sum = subgroupAdd(value);
  partial[base + local] = select(0.0, sum, local == subgroupMin(local));
  workgroupBarrier();
  let lane = subgroupExclusiveAdd(1u);
  let lanes = subgroupAdd(1u);
  var part = 0.0;
  for (var i = lane; i < WORKGROUP; i += lanes) {
    part += partial[base + i];
  }
  return subgroupAdd(part);
}
