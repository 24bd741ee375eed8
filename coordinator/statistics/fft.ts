/**
 * The discrete Fourier transform of a complex sequence whose upper half is zero, as linear (not circular) correlations
 * need it. The spectrum is left in bit-reversed order, which pointwise products do not mind, so nothing is ever reordered;
 * the inverse takes it from there. In that order the odd frequencies are the upper half of the array.
 *
 * Radix 4 by decimation in frequency (two radix-2 stages in one pass over memory), float64.
 */
export class PaddedFft {
  /** One table a stage: for j = 0 … q−1 the cosines and sines of −2π j k/(4q), k = 1, 2, 3. */
  readonly #stages: readonly Float64Array[];

  /** size: a power of two, at least 4. */
  constructor(readonly size: number) {
    if (size < 4 || (size & (size - 1)) !== 0) {
      throw new RangeError(`a transform's size is a power of two >= 4: ${size}`);
    }
    const stages = [];
    for (let span = size; span >= 4; span /= 4) {
      const quarter = span / 4;
      const table = new Float64Array(6 * quarter);
      for (let j = 0; j < quarter; j++) {
        for (let k = 1; k <= 3; k++) {
          const angle = -2 * Math.PI * j * k / span;
          table[6 * j + 2 * k - 2] = Math.cos(angle);
          table[6 * j + 2 * k - 1] = Math.sin(angle);
        }
      }
      stages.push(table);
    }
    this.#stages = stages;
  }

  /** In place. The upper halves are taken as zero, whatever they hold. */
  forward(re: Float64Array, im: Float64Array): void {
    const { size } = this;
    firstStage(re, im, size / 4, this.#stages[0]);
    let span = size / 4;
    for (let stage = 1; span >= 4; stage++, span /= 4) {
      if (span === 4) lastStage(re, im, size);
      else middleStage(re, im, size, span, this.#stages[stage]);
    }
    if (span === 2) pairs(re, im, size);
  }

  /** In place, from bit-reversed order to natural order, multiplied by `size`. */
  inverse(re: Float64Array, im: Float64Array): void {
    const { size } = this;
    let stage = this.#stages.length - 1;
    let span = 4;
    if (4 ** this.#stages.length !== size) {
      pairs(re, im, size);
      span = 8;
    }
    for (; span <= size; span *= 4, stage--) inverseStage(re, im, size, span, this.#stages[stage]);
  }
}

/** The first stage where the third and fourth quarters are zero. */
function firstStage(re: Float64Array, im: Float64Array, q: number, w: Float64Array): void {
  for (let j = 0, t = 0; j < q; j++, t += 6) {
    const ar = re[j], ai = im[j], br = re[j + q], bi = im[j + q];
    re[j] = ar + br;
    im[j] = ai + bi;
    const er = ar - br, ei = ai - bi;
    re[j + q] = er * w[t + 2] - ei * w[t + 3];
    im[j + q] = er * w[t + 3] + ei * w[t + 2];
    const cr = ar + bi, ci = ai - br; // a − i b
    re[j + 2 * q] = cr * w[t] - ci * w[t + 1];
    im[j + 2 * q] = cr * w[t + 1] + ci * w[t];
    const dr = ar - bi, di = ai + br; // a + i b
    re[j + 3 * q] = dr * w[t + 4] - di * w[t + 5];
    im[j + 3 * q] = dr * w[t + 5] + di * w[t + 4];
  }
}

function middleStage(re: Float64Array, im: Float64Array, size: number, span: number, w: Float64Array): void {
  const q = span / 4;
  for (let start = 0; start < size; start += span) {
    for (let j = 0, t = 0; j < q; j++, t += 6) {
      const i0 = start + j, i1 = i0 + q, i2 = i1 + q, i3 = i2 + q;
      const sr = re[i0] + re[i2], si = im[i0] + im[i2], ur = re[i0] - re[i2], ui = im[i0] - im[i2];
      const tr = re[i1] + re[i3], ti = im[i1] + im[i3], vr = re[i1] - re[i3], vi = im[i1] - im[i3];
      re[i0] = sr + tr;
      im[i0] = si + ti;
      const er = sr - tr, ei = si - ti;
      re[i1] = er * w[t + 2] - ei * w[t + 3];
      im[i1] = er * w[t + 3] + ei * w[t + 2];
      const cr = ur + vi, ci = ui - vr;
      re[i2] = cr * w[t] - ci * w[t + 1];
      im[i2] = cr * w[t + 1] + ci * w[t];
      const dr = ur - vi, di = ui + vr;
      re[i3] = dr * w[t + 4] - di * w[t + 5];
      im[i3] = dr * w[t + 5] + di * w[t + 4];
    }
  }
}

/** The radix-4 stage of neighbours, where all the twiddles are 1. */
function lastStage(re: Float64Array, im: Float64Array, size: number): void {
  for (let i = 0; i < size; i += 4) {
    const sr = re[i] + re[i + 2], si = im[i] + im[i + 2], ur = re[i] - re[i + 2], ui = im[i] - im[i + 2];
    const tr = re[i + 1] + re[i + 3],
      ti = im[i + 1] + im[i + 3],
      vr = re[i + 1] - re[i + 3],
      vi = im[i + 1] - im[i + 3];
    re[i] = sr + tr;
    im[i] = si + ti;
    re[i + 1] = sr - tr;
    im[i + 1] = si - ti;
    re[i + 2] = ur + vi;
    im[i + 2] = ui - vr;
    re[i + 3] = ur - vi;
    im[i + 3] = ui + vr;
  }
}

function pairs(re: Float64Array, im: Float64Array, size: number): void {
  for (let i = 0; i < size; i += 2) {
    const ar = re[i], ai = im[i], br = re[i + 1], bi = im[i + 1];
    re[i] = ar + br;
    im[i] = ai + bi;
    re[i + 1] = ar - br;
    im[i + 1] = ai - bi;
  }
}

/** Undoes a stage, times 4. */
function inverseStage(re: Float64Array, im: Float64Array, size: number, span: number, w: Float64Array): void {
  const q = span / 4;
  for (let start = 0; start < size; start += span) {
    for (let j = 0, t = 0; j < q; j++, t += 6) {
      const i0 = start + j, i1 = i0 + q, i2 = i1 + q, i3 = i2 + q;
      const br = re[i1] * w[t + 2] + im[i1] * w[t + 3], bi = im[i1] * w[t + 2] - re[i1] * w[t + 3];
      const cr = re[i2] * w[t] + im[i2] * w[t + 1], ci = im[i2] * w[t] - re[i2] * w[t + 1];
      const dr = re[i3] * w[t + 4] + im[i3] * w[t + 5], di = im[i3] * w[t + 4] - re[i3] * w[t + 5];
      const sr = re[i0] + br, si = im[i0] + bi, tr = re[i0] - br, ti = im[i0] - bi;
      const ur = cr + dr, ui = ci + di, vr = dr - cr, vi = di - ci; // i (c − d) = (vi, −vr) below
      re[i0] = sr + ur;
      im[i0] = si + ui;
      re[i2] = sr - ur;
      im[i2] = si - ui;
      re[i1] = tr + vi;
      im[i1] = ti - vr;
      re[i3] = tr - vi;
      im[i3] = ti + vr;
    }
  }
}
