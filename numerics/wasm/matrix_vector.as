// AssemblyScript. The product of a constant matrix and a vector, both ways; matrix_vector.ts says what they compute.
//
// X lies in panels of 16 rows, column-major within the panel, as in generalized_linear.as: the 16 sums of a panel stay in eight registers.
// Memory: b, `count` f64; gradient, `count` f64; accumulators, `count` v128; z, 16 f64 a panel; panels.

// @ts-ignore: decorator
@inline
const PANEL_BYTES: usize = 16 * 8; // of one column

export function heapBase(): usize {
  return __heap_base;
}

/** z = X b. */
export function product(panels: i32, count: usize, b: usize): void {
  let z = b + count * 32;
  let x = z + <usize>panels * PANEL_BYTES;
  const size = count * PANEL_BYTES;
  for (let panel = 0; panel < panels; panel++, z += PANEL_BYTES) {
    let z0 = f64x2.splat(0), z1 = z0, z2 = z0, z3 = z0, z4 = z0, z5 = z0, z6 = z0, z7 = z0;
    let coefficient = b;
    const next = x + size;
    for (; x < next; x += PANEL_BYTES, coefficient += 8) {
      const bj = v128.load64_splat(coefficient);
      z0 = f64x2.add(z0, f64x2.mul(bj, v128.load(x)));
      z1 = f64x2.add(z1, f64x2.mul(bj, v128.load(x, 16)));
      z2 = f64x2.add(z2, f64x2.mul(bj, v128.load(x, 32)));
      z3 = f64x2.add(z3, f64x2.mul(bj, v128.load(x, 48)));
      z4 = f64x2.add(z4, f64x2.mul(bj, v128.load(x, 64)));
      z5 = f64x2.add(z5, f64x2.mul(bj, v128.load(x, 80)));
      z6 = f64x2.add(z6, f64x2.mul(bj, v128.load(x, 96)));
      z7 = f64x2.add(z7, f64x2.mul(bj, v128.load(x, 112)));
    }
    v128.store(z, z0);
    v128.store(z, z1, 16);
    v128.store(z, z2, 32);
    v128.store(z, z3, 48);
    v128.store(z, z4, 64);
    v128.store(z, z5, 80);
    v128.store(z, z6, 96);
    v128.store(z, z7, 112);
  }
}

/** gradient = Xᵀ z. */
export function adjoint(panels: i32, count: usize, b: usize): void {
  const gradient = b + count * 8;
  const accumulators = gradient + count * 8;
  let z = accumulators + count * 16;
  let x = z + <usize>panels * PANEL_BYTES;
  memory.fill(accumulators, 0, count * 16);
  const size = count * PANEL_BYTES;
  for (let panel = 0; panel < panels; panel++, z += PANEL_BYTES) {
    const z0 = v128.load(z), z1 = v128.load(z, 16), z2 = v128.load(z, 32), z3 = v128.load(z, 48);
    const z4 = v128.load(z, 64), z5 = v128.load(z, 80), z6 = v128.load(z, 96), z7 = v128.load(z, 112);
    let accumulator = accumulators;
    const next = x + size;
    for (; x < next; x += PANEL_BYTES, accumulator += 16) {
      const g0 = f64x2.add(f64x2.mul(z0, v128.load(x)), f64x2.mul(z1, v128.load(x, 16)));
      const g1 = f64x2.add(f64x2.mul(z2, v128.load(x, 32)), f64x2.mul(z3, v128.load(x, 48)));
      const g2 = f64x2.add(f64x2.mul(z4, v128.load(x, 64)), f64x2.mul(z5, v128.load(x, 80)));
      const g3 = f64x2.add(f64x2.mul(z6, v128.load(x, 96)), f64x2.mul(z7, v128.load(x, 112)));
      const g = f64x2.add(f64x2.add(g0, g1), f64x2.add(g2, g3));
      v128.store(accumulator, f64x2.add(v128.load(accumulator), g));
    }
  }
  for (let j: usize = 0; j < count; j++) {
    const g = v128.load(accumulators + j * 16);
    f64.store(gradient + j * 8, f64x2.extract_lane(g, 0) + f64x2.extract_lane(g, 1));
  }
}
