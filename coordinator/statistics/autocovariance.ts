/**
 * The autocovariance of series, averaged over them: acov[t] = mean over series of (1/n) Σ_i (x_i − m)(x_{i+t} − m).
 *
 * Usually only the first few of n lags are wanted. So a series is cut into blocks A_0, A_1 … of as many draws as lags are
 * asked for, and with FFTs of twice that length  Σ_b conj(Â_b) (Â_b + (−1)^k Â_{b+1})  holds every product of draws less
 * than a block apart: one small transform a block, all in cache. Two series go in at once as real and imaginary part, since
 * the real part of their complex autocovariance is the sum of the two; the spectra add, so there is one inverse in all.
 */
import { PaddedFft } from "./fft.ts";
import type { Series } from "./series.ts";

const transforms = new Map<number, PaddedFft>();
const LARGEST_KEPT = 1 << 16; // 3 MB of twiddles; larger ones are rare and made anew

function transformOf(size: number): PaddedFft {
  const known = transforms.get(size);
  if (known) return known;
  const made = new PaddedFft(size);
  if (size <= LARGEST_KEPT) transforms.set(size, made);
  return made;
}

/** The first `lags` autocovariances (a power of two, at least 2), about the given means. Beyond n − 1 they are zero. */
export function meanAutocovariance(series: Series, means: Float64Array, lags: number): Float64Array {
  const { starts, length } = series;
  const size = 2 * lags;
  const fft = transformOf(size);
  let re = new Float64Array(size), im = new Float64Array(size);
  let lastRe = new Float64Array(size), lastIm = new Float64Array(size);
  const sumRe = new Float64Array(size), sumIm = new Float64Array(size);

  const read = (s: number, done: number, out: Float64Array) => {
    const count = s < starts.length ? Math.min(lags, length - done) : 0;
    if (count > 0) series.read(starts[s] + done, count, out);
    const mean = means[s];
    for (let i = 0; i < count; i++) out[i] -= mean;
    out.fill(0, count, lags);
  };

  for (let s = 0; s < starts.length; s += 2) {
    for (let done = 0; done < length; done += lags) {
      read(s, done, re);
      read(s + 1, done, im);
      fft.forward(re, im);
      addPower(re, im, sumRe);
      if (done > 0) {
        addCross(lastRe, lastIm, re, im, sumRe, sumIm, 0, lags, 1);
        addCross(lastRe, lastIm, re, im, sumRe, sumIm, lags, size, -1); // the odd frequencies
      }
      [re, lastRe] = [lastRe, re];
      [im, lastIm] = [lastIm, im];
    }
  }
  fft.inverse(sumRe, sumIm);
  const scale = 1 / (size * length * starts.length);
  const result = sumRe.slice(0, lags);
  for (let t = 0; t < lags; t++) result[t] *= scale;
  return result;
}

function addPower(re: Float64Array, im: Float64Array, sum: Float64Array): void {
  for (let k = 0; k < sum.length; k++) sum[k] += re[k] * re[k] + im[k] * im[k];
}

/** sum += sign · conj(a) b over the frequencies [from, to). */
function addCross(
  aRe: Float64Array,
  aIm: Float64Array,
  bRe: Float64Array,
  bIm: Float64Array,
  sumRe: Float64Array,
  sumIm: Float64Array,
  from: number,
  to: number,
  sign: 1 | -1,
): void {
  for (let k = from; k < to; k++) {
    sumRe[k] += sign * (aRe[k] * bRe[k] + aIm[k] * bIm[k]);
    sumIm[k] += sign * (aRe[k] * bIm[k] - aIm[k] * bRe[k]);
  }
}
