// AssemblyScript. Loops over the entries of matrices in single precision, four at a time: sampling of bits and normals, σ,
// softplus, sums of columns. numerics/dense/float32.ts has every function of one number, operation by operation.

import { log, multiplyAdd, sigmoid4, softplus4 } from "./float32";
import { fillRows } from "./philox_rows";

// Random words made at a time, for a stretch of a row.
// @ts-ignore: decorator
@inline
const WORDS: usize = 1024;
// More blocks than a row has.
// @ts-ignore: decorator
@inline
const ENDLESS: u32 = 0x7fffffff;
// Where the blocks begin that decide what half words leave open.
// @ts-ignore: decorator
@inline
const REFINEMENT: u32 = 0x40000000;

/** e^−|x|, to seven digits where |x| is below 20; NaN stays NaN. */
// @ts-ignore: decorator
@inline
function odds(x: v128): v128 {
  const t = f32x4.pmax(f32x4.mul(f32x4.abs(x), f32x4.splat(-1.44269504)), f32x4.splat(-126));
  const n = f32x4.nearest(t);
  const r = f32x4.sub(t, n);
  let y = multiplyAdd(f32x4.splat(0.0013254669), r, 0.00967199542);
  y = multiplyAdd(y, r, 0.0555077903);
  y = multiplyAdd(y, r, 0.24022232);
  y = multiplyAdd(y, r, 0.693146944);
  y = multiplyAdd(y, r, 1);
  return f32x4.mul(y, i32x4.shl(f32x4.add(n, f32x4.splat(12583039)), 23));
}

/** What twin.ts calls the room of a unit: odds · 2^16 − k · (1 + odds), k the half word, turned round where the bit is likely. */
// @ts-ignore: decorator
@inline
function room(half: v128, likely: v128, odds: v128): v128 {
  const k = f32x4.convert_i32x4_s(v128.xor(half, v128.and(likely, i32x4.splat(0xffff))));
  return f32x4.sub(f32x4.mul(odds, f32x4.splat(65536)), f32x4.mul(k, f32x4.add(f32x4.splat(1), odds)));
}

// @ts-ignore: decorator
@inline
function isLikely(x: v128): v128 {
  return f32x4.ge(x, f32x4.splat(0));
}

/** Four masks to sixteen bits. */
// @ts-ignore: decorator
@inline
function toBits(b0: v128, b1: v128, b2: v128, b3: v128): v128 {
  const bytes = i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(b0, b1), i16x8.narrow_i32x4_s(b2, b3));
  return v128.and(bytes, i8x16.splat(1));
}

/** The bits of a vector, as masks, with the words that follow the half words. */
function decideFully(half: v128, word: v128, x: v128): v128 {
  const likely = isLikely(x), e = odds(x);
  const part = f32x4.mul(
    f32x4.add(f32x4.convert_i32x4_s(i32x4.shr_u(word, 1)), f32x4.splat(0.5)),
    f32x4.splat(4.656612873077393e-10),
  );
  const taken = f32x4.mul(part, f32x4.add(f32x4.splat(1), e));
  return v128.xor(likely, f32x4.lt(taken, room(half, likely, e)));
}

/** A vector's last entries. */
function copyBytes(from: usize, to: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i++) store<u8>(to + i, load<u8>(from + i));
}

/** The words of four blocks, block by block, at `to`, from where fillRows has put them, word by word. */
// @ts-ignore: decorator
@inline
function byBlocks(from: usize, to: usize): void {
  const c0 = v128.load(from), c1 = v128.load(from, 16), c2 = v128.load(from, 32), c3 = v128.load(from, 48);
  const a = v128.shuffle<i32>(c0, c1, 0, 4, 1, 5), b = v128.shuffle<i32>(c2, c3, 0, 4, 1, 5);
  const c = v128.shuffle<i32>(c0, c1, 2, 6, 3, 7), d = v128.shuffle<i32>(c2, c3, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<i64>(a, b, 0, 2));
  v128.store(to, v128.shuffle<i64>(a, b, 1, 3), 16);
  v128.store(to, v128.shuffle<i64>(c, d, 0, 2), 32);
  v128.store(to, v128.shuffle<i64>(c, d, 1, 3), 48);
}

/** kernels.ts, SampleBits. scales: a float a row; probabilities: 0 for none; temporary: room for 512 bytes; words: for WORDS words. */
export function sampleBits(
  field: usize,
  rows: usize,
  m: usize,
  scales: usize,
  key0: u32,
  key1: u32,
  stepLow: u32,
  stepHigh: u32,
  stream: u32,
  firstBlock: u32,
  out: usize,
  probabilities: usize,
  temporary: usize,
  words: usize,
): void {
  for (let r: usize = 0; r < rows; r++) {
    const scale = v128.load32_splat(scales + (r << 2));
    for (let j: usize = 0; j < m; j += 16) {
      const place = j & (2 * WORDS - 1);
      if (place == 0) {
        const groups = i32((min(m - j, 2 * WORDS) + 63) >> 6) << 1;
        fillRows(words, groups, firstBlock + u32(j >> 3), stream + u32(r), ENDLESS, stepLow, stepHigh, key0, key1);
      }
      if ((j & 31) == 0) byBlocks(words + (place << 1), temporary);
      const w0 = v128.load(temporary + ((j & 16) << 1)), w1 = v128.load(temporary + ((j & 16) << 1), 16);
      const h0 = i32x4.extend_low_i16x8_u(w0), h1 = i32x4.extend_high_i16x8_u(w0);
      const h2 = i32x4.extend_low_i16x8_u(w1), h3 = i32x4.extend_high_i16x8_u(w1);
      const at = field + (j << 2);
      const x0 = f32x4.mul(scale, v128.load(at)), x1 = f32x4.mul(scale, v128.load(at, 16));
      const x2 = f32x4.mul(scale, v128.load(at, 32)), x3 = f32x4.mul(scale, v128.load(at, 48));
      const e0 = odds(x0);
      const likely0 = isLikely(x0), room0 = room(h0, likely0, e0);
      const rare0 = f32x4.gt(room0, f32x4.add(f32x4.splat(1), e0));
      const doubt0 = v128.xor(f32x4.gt(room0, f32x4.splat(0)), rare0);
      const e1 = odds(x1);
      const likely1 = isLikely(x1), room1 = room(h1, likely1, e1);
      const rare1 = f32x4.gt(room1, f32x4.add(f32x4.splat(1), e1));
      const doubt1 = v128.xor(f32x4.gt(room1, f32x4.splat(0)), rare1);
      const e2 = odds(x2);
      const likely2 = isLikely(x2), room2 = room(h2, likely2, e2);
      const rare2 = f32x4.gt(room2, f32x4.add(f32x4.splat(1), e2));
      const doubt2 = v128.xor(f32x4.gt(room2, f32x4.splat(0)), rare2);
      const e3 = odds(x3);
      const likely3 = isLikely(x3), room3 = room(h3, likely3, e3);
      const rare3 = f32x4.gt(room3, f32x4.add(f32x4.splat(1), e3));
      const doubt3 = v128.xor(f32x4.gt(room3, f32x4.splat(0)), rare3);
      let bits = toBits(
        v128.xor(likely0, rare0),
        v128.xor(likely1, rare1),
        v128.xor(likely2, rare2),
        v128.xor(likely3, rare3),
      );
      if (v128.any_true(v128.or(v128.or(doubt0, doubt1), v128.or(doubt2, doubt3)))) {
        // Once in 65536 units: take the words that follow their half words.
        const block = REFINEMENT + 2 * firstBlock + u32(j >> 2);
        const more = temporary + 192;
        fillRows(more, 2, block, stream + u32(r), ENDLESS, stepLow, stepHigh, key0, key1);
        byBlocks(more, more + 128);
        bits = toBits(
          decideFully(h0, v128.load(more, 128), x0),
          decideFully(h1, v128.load(more, 144), x1),
          decideFully(h2, v128.load(more, 160), x2),
          decideFully(h3, v128.load(more, 176), x3),
        );
      }
      const whole = m - j >= 16;
      if (whole) {
        v128.store(out + j, bits);
      } else {
        v128.store(temporary, bits, 64);
        copyBytes(temporary + 64, out + j, m - j);
      }
      if (probabilities) {
        const to = whole ? probabilities + (j << 2) : temporary + 128;
        v128.store(to, probability(x0, e0));
        v128.store(to, probability(x1, e1), 16);
        v128.store(to, probability(x2, e2), 32);
        v128.store(to, probability(x3, e3), 48);
        if (!whole) copyBytes(to, probabilities + (j << 2), (m - j) << 2);
      }
    }
    field += m << 2;
    out += m;
    if (probabilities) probabilities += m << 2;
  }
}

// @ts-ignore: decorator
@inline
function probability(x: v128, e: v128): v128 {
  const one = f32x4.splat(1);
  return f32x4.div(v128.bitselect(one, e, f32x4.ge(x, f32x4.splat(0))), f32x4.add(one, e));
}

/** cos in lanes 0 and 2, sin in lanes 1 and 3, of the angle in each lane; a whole turn is 2^32. */
// @ts-ignore: decorator
@inline
function direction(angle: v128): v128 {
  // sin is cos a quarter turn before; so lanes 1 and 3 turn back by one.
  const turned = i32x4.sub(angle, i32x4(0, 0x40000000, 0, 0x40000000));
  const quadrant = i32x4.shr_u(i32x4.add(turned, i32x4.splat(0x20000000)), 30);
  const rest = i32x4.sub(turned, i32x4.shl(quadrant, 30));
  const x = f32x4.mul(f32x4.convert_i32x4_s(rest), f32x4.splat(1.4629180792671596e-9));
  const z = f32x4.mul(x, x);
  let sine = multiplyAdd(f32x4.splat(-1.9515295891e-4), z, 8.3321608736e-3);
  sine = multiplyAdd(sine, z, -1.6666654611e-1);
  sine = f32x4.add(f32x4.mul(f32x4.mul(sine, z), x), x);
  let cosine = multiplyAdd(f32x4.splat(2.443315711809948e-5), z, -1.388731625493765e-3);
  cosine = multiplyAdd(cosine, z, 4.166664568298827e-2);
  cosine = f32x4.add(
    f32x4.mul(f32x4.mul(cosine, z), z),
    f32x4.sub(f32x4.splat(1), f32x4.mul(f32x4.splat(0.5), z)),
  );
  const odd = i32x4.eq(v128.and(quadrant, i32x4.splat(1)), i32x4.splat(1));
  const value = v128.bitselect(sine, cosine, odd);
  // cos: + − − + for quadrants 0 to 3
  const negative = i32x4.shl(v128.and(i32x4.add(quadrant, i32x4.splat(1)), i32x4.splat(2)), 30);
  return v128.xor(value, negative);
}

/** Four normals of four words: two pairs of a radius and an angle. */
// @ts-ignore: decorator
@inline
function normals(words: v128): v128 {
  const u = f32x4.mul(
    f32x4.add(f32x4.convert_i32x4_s(i32x4.shr_u(words, 1)), f32x4.splat(0.5)),
    f32x4.splat(4.656612873077393e-10),
  );
  const radius = f32x4.sqrt(f32x4.mul(f32x4.splat(-2), log(u)));
  const angle = v128.shuffle<i32>(words, words, 1, 1, 3, 3);
  return f32x4.mul(v128.shuffle<i32>(radius, radius, 0, 0, 2, 2), direction(angle));
}

/** kernels.ts, SampleNormals. scales: a float a row; temporary: room for 192 bytes. */
export function sampleNormals(
  mean: usize,
  rows: usize,
  m: usize,
  sd: usize,
  scales: usize,
  key0: u32,
  key1: u32,
  stepLow: u32,
  stepHigh: u32,
  stream: u32,
  firstBlock: u32,
  out: usize,
  temporary: usize,
  words: usize,
): void {
  for (let r: usize = 0; r < rows; r++) {
    const scale = v128.load32_splat(scales + (r << 2));
    for (let j: usize = 0; j < m; j += 16) {
      const place = j & (WORDS - 1);
      if (place == 0) {
        const groups = i32((min(m - j, WORDS) + 31) >> 5) << 1;
        const block = firstBlock + u32(j >> 2);
        fillRows(words, groups, block, stream + u32(r), ENDLESS, stepLow, stepHigh, key0, key1);
      }
      byBlocks(words + (place << 2), temporary);
      const some = min<usize>(m - j, 16);
      for (let i: usize = 0; i < some; i += 4) {
        const at = (j + i) << 2;
        const z = normals(v128.load(temporary + (i << 2)));
        const x = f32x4.add(v128.load(mean + at), f32x4.mul(f32x4.mul(v128.load(sd + at), scale), z));
        if (some - i >= 4) {
          v128.store(out + at, x);
        } else {
          v128.store(temporary, x, 64);
          copyBytes(temporary + 64, out + at, (some - i) << 2);
        }
      }
    }
    mean += m << 2;
    out += m << 2;
  }
}

/** out = σ(scale · field), a row at a time. */
export function sigmoid(field: usize, rows: usize, m: usize, scales: usize, out: usize, temporary: usize): void {
  for (let r: usize = 0; r < rows; r++) {
    const scale = v128.load32_splat(scales + (r << 2));
    for (let j: usize = 0; j < m; j += 4) {
      const y = sigmoid4(f32x4.mul(scale, v128.load(field + (j << 2))));
      if (m - j >= 4) {
        v128.store(out + (j << 2), y);
      } else {
        v128.store(temporary, y);
        copyBytes(temporary, out + (j << 2), (m - j) << 2);
      }
    }
    field += m << 2;
    out += m << 2;
  }
}

/** out_r = Σ_j softplus(scale · field_rj), in doubles. */
export function softplusSums(field: usize, rows: usize, m: usize, scales: usize, out: usize): void {
  for (let r: usize = 0; r < rows; r++) {
    const scale = v128.load32_splat(scales + (r << 2));
    let low = f64x2.splat(0), high = f64x2.splat(0);
    for (let j: usize = 0; j < m; j += 4) {
      let y = softplus4(f32x4.mul(scale, v128.load(field + (j << 2))));
      if (m - j < 4) y = v128.and(y, i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(i32(m - j))));
      low = f64x2.add(low, f64x2.promote_low_f32x4(y));
      high = f64x2.add(high, f64x2.promote_low_f32x4(v128.shuffle<i64>(y, y, 1, 1)));
    }
    f64.store(
      out + (r << 3),
      f64x2.extract_lane(low, 0) + f64x2.extract_lane(low, 1) +
        (f64x2.extract_lane(high, 0) + f64x2.extract_lane(high, 1)),
    );
    field += m << 2;
  }
}

/** out_j ← alpha · Σ_r x_rj + beta · out_j over m columns; a row begins `line` entries after the one before; sums: room for m floats. */
export function columnSums(
  x: usize,
  rows: usize,
  line: usize,
  m: usize,
  out: usize,
  alpha: f32,
  beta: f32,
  sums: usize,
): void {
  memory.fill(sums, 0, m << 2);
  const fours = m & ~3;
  for (let r: usize = 0; r < rows; r++) {
    for (let j: usize = 0; j < fours; j += 4) {
      const at = sums + (j << 2);
      v128.store(at, f32x4.add(v128.load(at), v128.load(x + (j << 2))));
    }
    for (let j = fours; j < m; j++) {
      const at = sums + (j << 2);
      f32.store(at, f32.load(at) + f32.load(x + (j << 2)));
    }
    x += line << 2;
  }
  blend(sums, m, out, alpha, beta);
}

/** The same of bytes. */
export function columnSumsOfBits(
  x: usize,
  rows: usize,
  line: usize,
  m: usize,
  out: usize,
  alpha: f32,
  beta: f32,
  sums: usize,
): void {
  memory.fill(sums, 0, m << 2);
  const fours = m & ~3;
  for (let r: usize = 0; r < rows; r++) {
    for (let j: usize = 0; j < fours; j += 4) {
      const at = sums + (j << 2);
      const four = i32x4.extend_low_i16x8_s(i16x8.extend_low_i8x16_s(v128.load32_zero(x + j)));
      v128.store(at, f32x4.add(v128.load(at), f32x4.convert_i32x4_s(four)));
    }
    for (let j = fours; j < m; j++) {
      const at = sums + (j << 2);
      f32.store(at, f32.load(at) + f32(load<i8>(x + j)));
    }
    x += line;
  }
  blend(sums, m, out, alpha, beta);
}

function blend(sums: usize, m: usize, out: usize, alpha: f32, beta: f32): void {
  for (let j: usize = 0; j < m << 2; j += 4) {
    const old: f32 = beta == 0 ? 0 : beta * f32.load(out + j);
    f32.store(out + j, alpha * f32.load(sums + j) + old);
  }
}

/** kernels.ts, MomentumStep. */
export function momentumStep(
  parameters: usize,
  velocity: usize,
  gradient: usize,
  count: usize,
  momentum: f32,
  rate: f32,
  decay: f32,
): void {
  const bytes = count << 2, whole = bytes & ~15;
  const mu = f32x4.splat(momentum), eta = f32x4.splat(rate), lambda = f32x4.splat(decay);
  for (let i: usize = 0; i < whole; i += 16) {
    const p = v128.load(parameters + i);
    const g = f32x4.sub(v128.load(gradient + i), f32x4.mul(lambda, p));
    const v = f32x4.add(f32x4.mul(mu, v128.load(velocity + i)), f32x4.mul(eta, g));
    v128.store(velocity + i, v);
    v128.store(parameters + i, f32x4.add(p, v));
  }
  for (let i = whole; i < bytes; i += 4) {
    const p = f32.load(parameters + i);
    const g: f32 = f32.load(gradient + i) - decay * p;
    const v: f32 = momentum * f32.load(velocity + i) + rate * g;
    f32.store(velocity + i, v);
    f32.store(parameters + i, p + v);
  }
}
