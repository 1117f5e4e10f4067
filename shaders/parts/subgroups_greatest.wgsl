// greatest is the largest of the workgroup's values.
fn greatest(value: f32, local: u32) -> f32 {
  let most = subgroupMax(value);
  partial[local] = select(lowest, most, local == subgroupMin(local));
  workgroupBarrier();
  let lane = subgroupExclusiveAdd(1u);
  let lanes = subgroupAdd(1u);
  var part = lowest;
  for (var i = lane; i < WORKGROUP; i += lanes) {
    part = max(part, partial[i]);
  }
  return subgroupMax(part);
}
