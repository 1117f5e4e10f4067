fn column(n: u32, y: u32, x: u32, c: u32) -> Column {
  return transform(
    load(n, y, x, c),
    load(n, y + 1u, x, c),
    load(n, y + 2u, x, c),
    load(n, y + 3u, x, c),
    load(n, y + 4u, x, c),
    load(n, y + 5u, x, c));
}
