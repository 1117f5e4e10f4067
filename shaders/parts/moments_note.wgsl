// note counts four values, as they are stored, among the moments.
fn note(stored: vec4f) {
  if (count == 0.0) {
    origin = stored.x;
  }
  let d = stored - origin;
  sum_d += d;
  sum_dd += d * d;
  count += 4.0;
}
