/** What holds for every registered model. Seeds are fixed; a statistical check alarms falsely once in 10⁶. */
import assert from "node:assert/strict";
import { models } from "../../models/registry.ts";
import type { ModelDefinition } from "../../models/model.ts";
import { countValues, type Target, valueNames } from "../../models/target.ts";
import { Purpose, Random } from "../../numerics/random/random.ts";
import { criticalValue, kolmogorovSmirnov } from "../numerics/kolmogorov_smirnov.ts";
import { examples } from "./examples.ts";

const FALSE_ALARM = 1e-6;

function randomPoint(target: Target, random: Random): Float64Array {
  return Float64Array.from({ length: target.dim }, () => 0.8 * random.normal());
}

/** The largest error of the gradient, relative to its own size and that of the rounding in the differences. */
function gradientError(target: Target, x: Float64Array): number {
  const gradient = new Float64Array(target.dim);
  target.logDensityAndGradient?.(x, gradient);
  let worst = 0;
  for (let i = 0; i < target.dim; i++) {
    const at = (offset: number) => {
      const moved = x.slice();
      moved[i] += offset;
      return target.logDensity(moved);
    };
    // Fourth order: error h⁴ f⁽⁵⁾/30.
    const h = 1e-3;
    const difference = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
    const scale = Math.max(1, Math.abs(gradient[i]), 1e-3 * Math.abs(target.logDensity(x)));
    worst = Math.max(worst, Math.abs(difference - gradient[i]) / scale);
  }
  return worst;
}

/** The Kolmogorov–Smirnov statistic of conditional draws against the log density, integrated along the coordinate. */
function conditionalDistance(target: Target, x: Float64Array, i: number, random: Random, draws = 2000): number {
  const values = Float64Array.from({ length: draws }, () => target.sampleConditional?.(i, x, random) ?? NaN);
  const low = values.reduce((a, b) => Math.min(a, b)), high = values.reduce((a, b) => Math.max(a, b));
  const points = 4001, width = high - low;
  const grid = Float64Array.from({ length: points }, (_, k) => low - 1.5 * width + 4 * width * k / (points - 1));
  const moved = x.slice();
  const logs = grid.map((t) => {
    moved[i] = t;
    return target.logDensity(moved);
  });
  const most = logs.reduce((a, b) => Math.max(a, b));
  const cumulative = new Float64Array(points);
  for (let k = 1; k < points; k++) {
    cumulative[k] = cumulative[k - 1] + Math.exp(logs[k - 1] - most) + Math.exp(logs[k] - most);
  }
  return kolmogorovSmirnov(values, (t) => {
    const place = (t - grid[0]) / (grid[1] - grid[0]);
    const k = Math.min(Math.floor(place), points - 2);
    return (cumulative[k] + (place - k) * (cumulative[k + 1] - cumulative[k])) / cumulative[points - 1];
  });
}

function* everyTarget(): Generator<[string, Target]> {
  for (const [kind, definition] of Object.entries<ModelDefinition>(models)) {
    const configs: readonly object[] = examples[kind as keyof typeof examples];
    for (const [index, config] of configs.entries()) {
      yield [`${kind} ${index}`, definition.build(definition.config.parse({ kind, ...config }))];
    }
  }
}

Deno.test("a model is registered under its kind, and its configuration says so", () => {
  for (const [kind, definition] of Object.entries<ModelDefinition>(models)) {
    assert.equal(definition.kind, kind);
    assert.ok(definition.summary.length > 20);
    const [config] = examples[kind as keyof typeof examples];
    assert.equal(definition.config.parse({ kind, ...config }).kind, kind);
    assert.throws(() => definition.config.parse({ kind, ...config, unknown: 1 }), `${kind} takes unknown keys`);
  }
});

for (const [name, target] of everyTarget()) {
  Deno.test(`${name}: the gradient is the derivative of the log density`, () => {
    const random = new Random(1).at(0, 0, Purpose.test);
    const gradient = new Float64Array(target.dim);
    for (let repeat = 0; repeat < 5; repeat++) {
      const x = randomPoint(target, random);
      const value = target.logDensityAndGradient?.(x, gradient);
      const plain = target.logDensity(x);
      assert.ok(Math.abs(plain - (value ?? NaN)) <= 1e-12 * Math.max(1, Math.abs(plain)), "two log densities");
      const error = gradientError(target, x);
      assert.ok(error < 1e-7, `gradient is wrong by ${error} at ${x}`);
    }
  });

  Deno.test(`${name}: what is reported has its names, and a start that was reported is found again`, () => {
    const random = new Random(2).at(0, 0, Purpose.test);
    const names = valueNames(target.variables);
    assert.equal(new Set(names).size, names.length);
    assert.ok(names.length >= target.dim);
    for (let repeat = 0; repeat < 5; repeat++) {
      const x = randomPoint(target, random);
      const reported = new Float64Array(countValues(target.variables));
      target.constrain(x, reported);
      assert.ok(reported.every(Number.isFinite));
      target.unconstrain([...reported.subarray(0, target.dim)]).forEach((value, i) =>
        assert.ok(Math.abs(value - x[i]) < 1e-12 * Math.max(1, Math.abs(x[i])) * 10, `coordinate ${i}`)
      );
    }
    assert.throws(() => target.unconstrain(new Array(target.dim + 1).fill(1)), { name: "InputError" });
  });

  Deno.test(`${name}: a call leaves nothing behind that the next one could see`, () => {
    const random = new Random(3).at(0, 0, Purpose.test);
    const x = randomPoint(target, random), elsewhere = randomPoint(target, random);
    const once = new Float64Array(target.dim), again = new Float64Array(target.dim).fill(NaN);
    const value = target.logDensityAndGradient?.(x, once);
    target.logDensityAndGradient?.(elsewhere, again);
    target.sampleConditional?.(0, elsewhere, random);
    assert.equal(target.logDensityAndGradient?.(x, again), value);
    assert.deepEqual(again, once);
  });

  if (target.sampleConditional) {
    Deno.test(`${name}: a conditional draw has the law that the log density gives along its coordinate`, () => {
      const random = new Random(4).at(0, 0, Purpose.test);
      const x = randomPoint(target, random), before = x.slice();
      for (let i = 0; i < Math.min(target.dim, 5); i++) {
        const distance = conditionalDistance(target, x, i, random);
        assert.ok(distance < criticalValue(FALSE_ALARM), `coordinate ${i}: ${distance}`);
      }
      assert.deepEqual(x, before);
    });
  }

  if (target.sample) {
    Deno.test(`${name}: exact draws satisfy the score identities of the log density`, () => {
      // E ∂_i log p = 0 and E x_i ∂_i log p = −1, which only draws from p satisfy for every i.
      const draws = 20_000, random = new Random(5).at(0, 0, Purpose.test);
      const x = new Float64Array(target.dim), score = new Float64Array(target.dim);
      const sums = Array.from({ length: 2 * target.dim }, () => ({ sum: 0, squares: 0 }));
      for (let draw = 0; draw < draws; draw++) {
        target.sample?.(random, x);
        target.logDensityAndGradient?.(x, score);
        for (let i = 0; i < 2 * target.dim; i++) {
          const term = i < target.dim ? score[i] : x[i - target.dim] * score[i - target.dim] + 1;
          sums[i].sum += term;
          sums[i].squares += term * term;
        }
      }
      for (const { sum, squares } of sums) {
        const z = sum / Math.sqrt(squares);
        assert.ok(Math.abs(z) < 4.9, `z = ${z}`); // two-sided 1e-6
      }
    });
  }

  if (target.start) {
    Deno.test(`${name}: a start has a finite log density`, () => {
      const random = new Random(6).at(0, 0, Purpose.start);
      const x = new Float64Array(target.dim);
      for (let repeat = 0; repeat < 100; repeat++) {
        target.start?.(random, x);
        assert.ok(Number.isFinite(target.logDensity(x)));
      }
    });
  }
}

Deno.test("the checks see a missing Jacobian, a wrong gradient and a wrong conditional", () => {
  const eightSchools = models["eight-schools"];
  const target = eightSchools.build(eightSchools.config.parse({ kind: "eight-schools" }));
  const random = new Random(7).at(0, 0, Purpose.test);
  const x = randomPoint(target, random);
  const withoutJacobian: Target = { ...target, logDensity: (x) => target.logDensity(x) - x[1] };
  assert.ok(conditionalDistance(withoutJacobian, x, 1, random) > criticalValue(FALSE_ALARM));
  assert.ok(gradientError(withoutJacobian, x) > 1e-3);
  const shifted: Target = {
    ...target,
    sampleConditional: (i, x, random) => 0.3 + (target.sampleConditional?.(i, x, random) ?? NaN),
  };
  assert.ok(conditionalDistance(shifted, x, 3, random) > criticalValue(FALSE_ALARM));
});
