/** Seeds are fixed; a check against draws alarms falsely once in 10⁶ seeds. */
import assert from "node:assert/strict";
import { twoMoons } from "../../../models/posteriors/two_moons.ts";
import { Purpose, Random } from "../../../numerics/random/random.ts";

const CONFIGS = [{}, { weight: 0.3, noise: 0.1, concentration: 2 }];

for (const config of CONFIGS) {
  const { weight, ...options } = twoMoons.config.parse({ kind: "two-moons", ...config });
  const target = twoMoons.build({ weight, ...options });
  const name = `two moons ${JSON.stringify(config)}`;

  /** Σ of f · density over a fine grid: the density vanishes at its edge, so the midpoint rule is exact to rounding. */
  const integral = (f: (x: Float64Array) => number) => {
    const side = 1200, width = 4.2 / side, x = new Float64Array(2);
    let sum = 0;
    for (let i = 0; i < side; i++) {
      for (let j = 0; j < side; j++) {
        x[0] = -2.1 + (i + 0.5) * width;
        x[1] = -2.1 + (j + 0.5) * width;
        sum += f(x) * Math.exp(target.logDensity(x));
      }
    }
    return sum * width * width;
  };

  Deno.test(`${name}: the density integrates to 1, and the mean of \`upper\` is the weight`, () => {
    const reported = new Float64Array(3);
    assert.ok(Math.abs(integral(() => 1) - 1) < 1e-6, String(integral(() => 1)));
    const upper = integral((x) => {
      target.constrain(x, reported);
      return reported[2];
    });
    assert.ok(Math.abs(upper - weight) < 2e-5, String(upper));
  });

  Deno.test(`${name}: exact draws have the moments that the density gives`, () => {
    const random = new Random(7).at(0, 0, Purpose.test), draws = 40_000, x = new Float64Array(2);
    const functions = [
      (x: Float64Array) => x[0],
      (x: Float64Array) => x[1],
      (x: Float64Array) => x[0] * x[1],
      (x: Float64Array) => x[1] * x[1],
      (x: Float64Array) => Math.tanh(target.logDensity(x)),
    ];
    const sums = functions.map(() => ({ sum: 0, squares: 0 }));
    for (let draw = 0; draw < draws; draw++) {
      target.sample?.(random, x);
      functions.forEach((f, k) => {
        const value = f(x);
        sums[k].sum += value;
        sums[k].squares += value * value;
      });
    }
    functions.forEach((f, k) => {
      const mean = sums[k].sum / draws, sd = Math.sqrt(sums[k].squares / draws - mean * mean);
      const z = (mean - integral(f)) / (sd / Math.sqrt(draws));
      assert.ok(Math.abs(z) < 5.2, `function ${k}: z = ${z}`); // 5 functions at two-sided 2 · 10⁻⁷
    });
  });
}
