/** What holds for every registered model. Seeds are fixed; a statistical check alarms falsely once in 10⁶. */
import assert from "node:assert/strict";
import { models } from "../../models/registry.ts";
import type { ModelDefinition } from "../../models/model.ts";
import { countValues, type Target, valueNames } from "../../models/target.ts";
import { Purpose, Random } from "../../numerics/random/random.ts";
import { criticalValue, kolmogorovSmirnov } from "../numerics/kolmogorov_smirnov.ts";
import { assets, examples } from "./examples.ts";

const FALSE_ALARM = 1e-6;

function randomPoint(target: Target, random: Random): Float64Array {
  if (target.coding || target.hasFixedCoordinates) {
    const x = new Float64Array(target.dim);
    const draw = target.start ?? target.sample;
    assert.ok(draw, "a target that is not on all real numbers has a start or exact draws");
    draw(random, x);
    return x;
  }
  return Float64Array.from({ length: target.dim }, () => 0.8 * random.normal());
}

/** The two values of a binary target's coordinates; null where they are not two. */
function valuesOf({ coding }: Target): readonly [number, number] | null {
  return coding === "spins" ? [-1, 1] : coding === "bits" ? [0, 1] : null;
}

/** The probability, given the others, that a binary coordinate has the higher value: from the log density alone. */
function probabilityOfHigh(target: Target, values: readonly [number, number], x: Float64Array, i: number): number {
  const [low, high] = values.map((value) => target.logDensity(x.with(i, value)));
  return 1 / (1 + Math.exp(low - high));
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
    if (kind === "flow" || kind === "onnx") continue; // in single precision, or not here: tests/models/flows
    for (const [index, config] of configs.entries()) {
      yield [`${kind} ${index}`, definition.build(definition.config.parse({ kind, ...config }), assets)];
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
  const binary = valuesOf(target);

  if (target.logDensityAndGradient) {
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
  }

  Deno.test(`${name}: what is reported has its names, and a start that was reported is found again`, () => {
    const random = new Random(2).at(0, 0, Purpose.test);
    const names = valueNames(target.variables);
    assert.equal(new Set(names).size, names.length);
    // Where fewer values than coordinates are reported, a start is the coordinates themselves.
    const reportsAll = names.length >= target.dim;
    for (let repeat = 0; repeat < 5; repeat++) {
      const x = randomPoint(target, random);
      const reported = new Float64Array(countValues(target.variables));
      target.constrain(x, reported);
      assert.ok(reported.every(Number.isFinite));
      target.unconstrain([...reportsAll ? reported.subarray(0, target.dim) : x]).forEach((value, i) =>
        assert.ok(Math.abs(value - x[i]) < 1e-12 * Math.max(1, Math.abs(x[i])) * 10, `coordinate ${i}`)
      );
    }
    assert.throws(() => target.unconstrain(new Array(target.dim + 1).fill(1)), { name: "InputError" });
  });

  if (target.valueType === "int8") {
    Deno.test(`${name}: what is kept as bytes are small integers`, () => {
      const random = new Random(4).at(0, 0, Purpose.test);
      const values = new Float64Array(countValues(target.variables));
      for (let k = 0; k < 20; k++) {
        target.constrain(randomPoint(target, random), values);
        assert.deepEqual(Array.from(new Int8Array(values)), Array.from(values));
      }
    });
  }

  Deno.test(`${name}: a call leaves nothing behind that the next one could see`, () => {
    const random = new Random(3).at(0, 0, Purpose.test);
    const x = randomPoint(target, random), elsewhere = randomPoint(target, random);
    const once = new Float64Array(target.dim), again = new Float64Array(target.dim).fill(NaN);
    const value = target.logDensityAndGradient?.(x, once);
    target.logDensityAndGradient?.(elsewhere, again);
    target.sampleConditional?.(0, elsewhere, random);
    assert.equal(target.logDensityAndGradient?.(x, again), value);
    if (value !== undefined) assert.deepEqual(again, once);
    const density = target.logDensity(x);
    target.logDensity(elsewhere);
    assert.equal(target.logDensity(x), density);
  });

  if (binary && target.logOdds) {
    Deno.test(`${name}: the log odds are the difference of two log densities, whatever the coordinate is`, () => {
      const random = new Random(8).at(0, 0, Purpose.test);
      for (let repeat = 0; repeat < 5; repeat++) {
        const x = randomPoint(target, random);
        for (let i = 0; i < target.dim; i++) {
          const [low, high] = binary.map((value) => target.logDensity(x.with(i, value)));
          for (const value of binary) {
            const odds = target.logOdds?.(i, x.with(i, value)) ?? NaN;
            const scale = Math.max(1, Math.abs(low), Math.abs(high));
            assert.ok(odds === high - low || Math.abs(odds - (high - low)) < 1e-12 * scale, `coordinate ${i}: ${odds}`);
          }
        }
      }
    });
  }

  if (target.sampleConditional && binary) {
    Deno.test(`${name}: a conditional draw has the odds that the log density gives`, () => {
      const random = new Random(4).at(0, 0, Purpose.test);
      const x = randomPoint(target, random), before = x.slice(), draws = 4000;
      for (let i = 0; i < Math.min(target.dim, 5); i++) {
        const probability = probabilityOfHigh(target, binary, x, i);
        let high = 0;
        for (let draw = 0; draw < draws; draw++) {
          const value = target.sampleConditional?.(i, x, random) ?? NaN;
          assert.ok(binary.includes(value), `coordinate ${i} became ${value}`);
          if (value === binary[1]) high++;
        }
        const z = (high - draws * probability) / Math.sqrt(draws * probability * (1 - probability) || 1);
        assert.ok(Math.abs(z) < 4.9, `coordinate ${i}: z = ${z}`); // two-sided 1e-6
      }
      assert.deepEqual(x, before);
    });
  }

  if (target.sampleConditional && !target.coding) {
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

  if (target.sample && binary) {
    Deno.test(`${name}: exact draws satisfy the identities of the conditionals`, () => {
      // E[x_i − E(x_i | x_{−i})] = 0, and so with the factor x_j: only draws from p satisfy them all.
      const draws = 10_000, count = Math.min(target.dim, 6), random = new Random(5).at(0, 0, Purpose.test);
      const [low, high] = binary;
      const x = new Float64Array(target.dim);
      const sums = Array.from({ length: count * (count + 1) }, () => ({ sum: 0, squares: 0 }));
      for (let draw = 0; draw < draws; draw++) {
        target.sample?.(random, x);
        for (let i = 0; i < count; i++) {
          const error = x[i] - low - (high - low) * probabilityOfHigh(target, binary, x, i);
          for (let j = 0; j <= count; j++) {
            const term = j === i || j === count ? error : error * x[j];
            sums[i * (count + 1) + j].sum += term;
            sums[i * (count + 1) + j].squares += term * term;
          }
        }
      }
      for (const { sum, squares } of sums) {
        const z = squares === 0 ? 0 : sum / Math.sqrt(squares);
        assert.ok(Math.abs(z) < 4.9, `z = ${z}`); // two-sided 1e-6
      }
    });
  }

  if (target.sample && target.logDensityAndGradient) {
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
        if (binary) assert.ok(x.every((value) => binary.includes(value)), `a start outside ${binary}`);
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
