// Column is Bᵀ·d of one column d.
struct Column {
  e0: vec4f,
  e1: vec4f,
  e2: vec4f,
  e3: vec4f,
  e4: vec4f,
  e5: vec4f,
}
