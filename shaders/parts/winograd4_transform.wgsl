// transform is Bᵀ·d. With p = 5/8 and q = 3/2 the rows of Bᵀ are
//   p²q²   0      −p²−q²  0       1  0
//   0      ∓pq²   −q²     ±p      1  0
//   0      ∓p²q   −p²     ±q      1  0
//   0      p²q²   0       −p²−q²  0  1
fn transform(d0: vec4f, d1: vec4f, d2: vec4f, d3: vec4f, d4: vec4f, d5: vec4f) -> Column {
  let even_p = d4 - 2.25 * d2;
  let odd_p = 0.625 * d3 - 1.40625 * d1;
  let even_q = d4 - 0.390625 * d2;
  let odd_q = 1.5 * d3 - 0.5859375 * d1;
  return Column(
    0.87890625 * d0 - 2.640625 * d2 + d4,
    even_p + odd_p,
    even_p - odd_p,
    even_q + odd_q,
    even_q - odd_q,
    0.87890625 * d1 - 2.640625 * d3 + d5);
}
