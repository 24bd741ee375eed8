import assert from "node:assert/strict";
import fc from "fast-check";
import { betaQuantile } from "../../../coordinator/statistics/beta_quantile.ts";
import { diagnose } from "../../../coordinator/statistics/diagnose.ts";
import { EnergyFraction } from "../../../coordinator/statistics/e_bfmi.ts";
import { PaddedFft } from "../../../coordinator/statistics/fft.ts";
import { Moments } from "../../../coordinator/statistics/moments.ts";
import { normalQuantile } from "../../../coordinator/statistics/normal_quantile.ts";
import { sortWithOrder } from "../../../coordinator/statistics/sorting.ts";
import { Workspace } from "../../../coordinator/statistics/workspace.ts";
import { meanAutocovariance } from "../../../coordinator/statistics/autocovariance.ts";
import { seriesMeans } from "../../../coordinator/statistics/series.ts";
import { scaled } from "../../../coordinator/statistics/transforms.ts";
import { Random } from "../../../numerics/random/random.ts";
import { agrees, chainsOf, goldenCases } from "./golden.ts";

const SEED = { seed: 20260101 };
const workspace = new Workspace();
const diagnosed = (rows: readonly (readonly number[])[]) => diagnose(chainsOf(rows), workspace);
const finiteCases = goldenCases.filter(({ rows }) => rows.flat().every(Number.isFinite));

Deno.test("bulk ESS does not change under increasing maps, and nothing changes with the order of the chains", () => {
  for (const { name, rows } of finiteCases) {
    const plain = diagnosed(rows);
    const mapped = diagnosed(rows.map((row) => row.map((x) => Math.cbrt(x))));
    assert.ok(agrees(mapped.essBulk, plain.essBulk), name);
    const reversed = diagnosed([...rows].reverse());
    for (const field of ["rhat", "essBulk", "essTail", "essMean", "mcseMean", "mcseSd"] as const) {
      assert.ok(agrees(reversed[field], plain[field]), `${name}: ${field}`);
    }
  }
});

Deno.test("everything is equivariant under scaling, from 1e-150 to 1e150", () => {
  for (const { name, rows } of finiteCases) {
    const plain = diagnosed(rows);
    if (plain.constant) continue;
    for (const scale of [2 ** -498, 2 ** -60, -1, 2 ** 498]) {
      const found = diagnosed(rows.map((row) => row.map((x) => x * scale)));
      const size = Math.abs(scale);
      for (const field of ["rhat", "essBulk", "essMean"] as const) {
        assert.ok(agrees(found[field], plain[field]), `${name} × ${scale}: ${field} ${found[field]} ${plain[field]}`);
      }
      for (const field of ["sd", "mcseMean", "mcseSd"] as const) {
        assert.ok(agrees(found[field] / size, plain[field]), `${name} × ${scale}: ${field}`);
      }
    }
  }
});

Deno.test("twins of R-hat with the wrong split, the wrong divisor or no folding differ from posterior", () => {
  type Variant = { split: boolean; divisor: 0 | 1; fold: boolean };
  const agreement = (variant: Variant) =>
    finiteCases.filter(({ rows }) => rows[0].length >= 4)
      .every(({ rows, expected }) => agrees(plainRhat(rows, variant), expected.rhat));
  const right = { split: true, divisor: 1, fold: true } as const;
  assert.equal(agreement(right), true);
  assert.equal(agreement({ ...right, split: false }), false);
  assert.equal(agreement({ ...right, divisor: 0 }), false);
  assert.equal(agreement({ ...right, fold: false }), false);
});

/** R-hat as its definition reads, with arrays of arrays. */
function plainRhat(
  rows: readonly (readonly number[])[],
  { split, divisor, fold }: { split: boolean; divisor: 0 | 1; fold: boolean },
): number {
  const sorted = rows.flat().sort((a, b) => a - b);
  const n = sorted.length;
  const median = n % 2 ? sorted[n >> 1] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
  const one = (chains: readonly (readonly number[])[]): number => {
    const half = Math.floor(chains[0].length / 2);
    const parts = split ? chains.flatMap((row) => [row.slice(0, half), row.slice(-half)]) : chains;
    const all = parts.flat().sort((a, b) => a - b);
    if (all[0] === all[all.length - 1]) return NaN;
    const score = (x: number) => {
      const rank = (all.indexOf(x) + all.lastIndexOf(x)) / 2 + 1;
      return normalQuantile((rank - 0.375) / (all.length + 0.25));
    };
    const scores = new Map(all.map((x) => [x, 0]));
    for (const x of scores.keys()) scores.set(x, score(x));
    const z = parts.map((row) => row.map((x) => scores.get(x)!));
    const mean = (v: readonly number[]) => v.reduce((a, b) => a + b, 0) / v.length;
    const variance = (v: readonly number[]) => v.reduce((sum, x) => sum + (x - mean(v)) ** 2, 0) / (v.length - divisor);
    const length = z[0].length;
    return Math.sqrt(variance(z.map(mean)) / mean(z.map(variance)) + (length - 1) / length);
  };
  const folded = fold ? one(rows.map((row) => row.map((x) => Math.abs(x - median)))) : 0;
  return Math.max(one(rows), folded);
}

Deno.test("moments of parts merge to those of the whole", () => {
  const numbers = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 2, maxLength: 60 });
  fc.assert(
    fc.property(numbers, fc.nat(60), (values, cut) => {
      const all = Float64Array.from(values);
      const merged = new Moments().addAll(all.subarray(0, cut)).merge(new Moments().addAll(all.subarray(cut)));
      const mean = values.reduce((a, b) => a + b, 0) / values.length;
      const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (values.length - 1);
      assert.equal(merged.count, values.length);
      assert.ok(Math.abs(merged.mean - mean) <= 1e-9);
      assert.ok(Math.abs(merged.variance - variance) <= 1e-9 * (1 + variance));
    }),
    SEED,
  );
});

Deno.test("the sort agrees with a comparison sort, also for crowded, tied and infinite values", () => {
  const random = new Random(3).at(0, 0);
  const draws: Record<string, () => number> = {
    normal: () => random.normal(),
    crowded: () => 1e3 + 1e-9 * random.normal(),
    "two crowds": () => (random.uniform() < 0.5 ? -1e9 : 1e9) + random.normal() * 1e-3,
    "nested crowds": () => 10 ** Math.floor(6 * random.uniform()) * (1 + 1e-12 * random.integer(500)),
    integers: () => random.integer(10) - 5,
    extremes: () => [Infinity, -Infinity, 1e308, -1e308, 5e-324, 0, random.normal()][random.integer(7)],
    constant: () => 2,
    subnormal: () => 5e-324 * random.integer(100_000),
    "of all magnitudes": () => Math.exp(-745 * random.uniform()),
  };
  for (const [name, draw] of Object.entries(draws)) {
    for (const count of [1, 2, 47, 49, 5000]) {
      const values = Float64Array.from({ length: count }, () => draw() + 0);
      const arrays = {
        values,
        sorted: new Float64Array(count),
        order: new Uint32Array(count),
        spareOrder: new Uint32Array(count),
      };
      sortWithOrder(arrays, count);
      assert.deepEqual(arrays.sorted, values.slice().sort(), name);
      assert.deepEqual(Float64Array.from(arrays.order, (place) => values[place]), arrays.sorted, name);
      assert.equal(new Set(arrays.order).size, count, name);
    }
  }
});

Deno.test("the transform of a padded sequence is the sum that defines it, and its inverse undoes it", () => {
  const random = new Random(4).at(0, 0);
  for (const size of [4, 8, 16, 32, 64, 128]) {
    const fft = new PaddedFft(size);
    const re = Float64Array.from({ length: size }, (_, i) => i < size / 2 ? random.normal() : NaN);
    const im = Float64Array.from({ length: size }, (_, i) => i < size / 2 ? random.normal() : NaN);
    const a = re.slice(), b = im.slice();
    fft.forward(a, b);
    const bits = Math.log2(size);
    for (let k = 0; k < size; k++) {
      let expectedRe = 0, expectedIm = 0;
      for (let i = 0; i < size / 2; i++) {
        const angle = -2 * Math.PI * i * k / size;
        expectedRe += re[i] * Math.cos(angle) - im[i] * Math.sin(angle);
        expectedIm += re[i] * Math.sin(angle) + im[i] * Math.cos(angle);
      }
      const at = parseInt(k.toString(2).padStart(bits, "0").split("").reverse().join(""), 2);
      assert.ok(Math.hypot(a[at] - expectedRe, b[at] - expectedIm) < 1e-12 * size, `size ${size}, frequency ${k}`);
    }
    fft.inverse(a, b);
    for (let i = 0; i < size; i++) {
      assert.ok(Math.abs(a[i] / size - (i < size / 2 ? re[i] : 0)) < 1e-14, `size ${size}, place ${i}`);
      assert.ok(Math.abs(b[i] / size - (i < size / 2 ? im[i] : 0)) < 1e-14);
    }
  }
});

Deno.test("block-wise autocovariances are the sums that define them, whatever the number of lags asked for", () => {
  const random = new Random(5).at(0, 0);
  const length = 100, starts = Int32Array.of(0, 100, 200); // an odd number: the last goes in alone
  const values = Float64Array.from({ length: 300 }, () => random.normal());
  const series = scaled({ length, starts }, values, 1, 0);
  const { means } = seriesMeans(series);
  for (const lags of [2, 4, 16, 64, 128]) {
    const found = meanAutocovariance(series, means, lags);
    for (let t = 0; t < Math.min(lags, length); t++) {
      let sum = 0;
      for (let s = 0; s < 3; s++) {
        for (let i = 0; i + t < length; i++) {
          sum += (values[starts[s] + i] - means[s]) * (values[starts[s] + i + t] - means[s]) / length / 3;
        }
      }
      assert.ok(Math.abs(found[t] - sum) < 1e-14, `${lags} lags, lag ${t}`);
    }
  }
});

Deno.test("a chain with a long memory has the ESS of its whole autocovariance, not of its first lags", () => {
  // Σ over lags of an AR(1) with ρ = 0.999: τ = (1 + ρ)/(1 − ρ) = 1999, beyond the first lags that are looked at.
  const random = new Random(6).at(0, 0);
  const rows = Array.from({ length: 2 }, () => {
    let x = random.normal();
    return Array.from({ length: 200_000 }, () => x = 0.999 * x + Math.sqrt(1 - 0.999 ** 2) * random.normal());
  });
  const { essMean } = diagnosed(rows); // 200 expected; its own standard deviation is a fifth or so
  assert.ok(essMean > 80 && essMean < 400, String(essMean));
});

Deno.test("beta quantiles match those of R", () => {
  // R 4.2.2: qbeta(p, a, b)
  const known = [
    [0.1586553, 21.3, 381.7, 0.041783867971008540],
    [0.8413447, 1.05, 1.95, 0.622338227982774050],
    [0.8413447, 500001, 9500001, 0.050069010262896008],
    [0.1586553, 2000001, 2000001, 0.499750000110097237],
    [0.5, 3, 1.0001, 0.793677745634493559],
  ];
  for (const [p, a, b, x] of known) assert.ok(Math.abs(betaQuantile(p, a, b) / x - 1) < 1e-12, `${p} ${a} ${b}`);
});

Deno.test("E-BFMI does not depend on the parts in which the energies come", () => {
  const energies = Float64Array.from({ length: 50 }, (_, t) => Math.sin(t * t));
  const whole = new EnergyFraction().add(energies).value;
  const parts = new EnergyFraction();
  for (let t = 0; t < 50; t += 7) parts.add(energies.subarray(t, t + 7));
  let steps = 0, mean = 0, spread = 0;
  for (const e of energies) mean += e / 50;
  for (let t = 0; t < 50; t++) {
    if (t > 0) steps += (energies[t] - energies[t - 1]) ** 2;
    spread += (energies[t] - mean) ** 2;
  }
  assert.ok(Math.abs(whole - steps / spread) < 1e-13);
  assert.ok(Math.abs(parts.value - whole) < 1e-13);
});
