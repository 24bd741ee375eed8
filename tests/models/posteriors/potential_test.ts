/** Seeds are fixed; a check against draws alarms falsely once in 10⁶ seeds. */
import assert from "node:assert/strict";
import { logNormalizer, potential } from "../../../models/posteriors/potential.ts";
import { Purpose, Random } from "../../../numerics/random/random.ts";

const SIDE = 800, REACH = 8, WIDTH = 2 * REACH / SIDE;

for (const energy of ["u1", "u2", "u3", "u4"] as const) {
  const target = potential.build({ kind: "potential", energy });

  /** ∫ f exp(−U) by the midpoint rule: the density vanishes at the edges. */
  const integral = (f: (x: Float64Array) => number) => {
    const x = new Float64Array(2);
    let sum = 0;
    for (let i = 0; i < SIDE; i++) {
      for (let j = 0; j < SIDE; j++) {
        x[0] = (i + 0.5) * WIDTH - REACH;
        x[1] = (j + 0.5) * WIDTH - REACH;
        sum += f(x) * Math.exp(target.logDensity(x));
      }
    }
    return sum * WIDTH * WIDTH;
  };

  Deno.test(`${energy}: the normaliser is that of quadrature`, () => {
    const found = integral(() => 1);
    assert.ok(Math.abs(Math.log(found) - logNormalizer(energy)) < 1e-6, `${found}`);
    if (energy === "u1") assert.equal(found.toFixed(4), "6.5372");
  });

  Deno.test(`${energy}: exact draws have the moments that the density gives`, () => {
    const random = new Random(3).at(0, 0, Purpose.test), draws = 40_000, x = new Float64Array(2);
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
    const mass = Math.exp(logNormalizer(energy));
    functions.forEach((f, k) => {
      const mean = sums[k].sum / draws, sd = Math.sqrt(sums[k].squares / draws - mean * mean);
      const z = (mean - integral(f) / mass) / (sd / Math.sqrt(draws));
      assert.ok(Math.abs(z) < 5.4, `function ${k}: z = ${z}`); // 20 checks at two-sided 7 · 10⁻⁸
    });
  });
}
