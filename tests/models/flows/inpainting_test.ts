/** Filling in what is hidden: the ascent of NICE, and draws by Langevin dynamics. False alarms: one in a million a test. */
import assert from "node:assert/strict";
import { openDouble } from "../../../numerics/arithmetic/double.ts";
import { InputError } from "../../../numerics/errors.ts";
import { Purpose, Random } from "../../../numerics/random/random.ts";
import { logSumExp } from "../../../numerics/special/logarithms.ts";
import { normalCdf, normalQuantile } from "../../../numerics/special/normal_distribution.ts";
import { ascend } from "../../../models/flows/inpainting/ascent.ts";
import { type Hidden, hiddenColumns, type Scored, startUniform } from "../../../models/flows/inpainting/hidden.ts";
import { langevin } from "../../../models/flows/inpainting/langevin.ts";
import { NetworkFlow } from "../../../models/flows/network.ts";
import { criticalValue, kolmogorovSmirnov } from "../../numerics/kolmogorov_smirnov.ts";
import { CAPACITY, flowCases, networkOf } from "./cases.ts";

const FALSE_ALARM = 1e-6;
const LIMIT = criticalValue(FALSE_ALARM);
const UNIT = { low: 0, high: 1 };
const [MEAN, SD] = [0.3, 0.4]; // of what is hidden, given what is observed
const ROWS = 20_000;

/** x_0 ~ N(0, 1), observed to be 0; x_1 ~ N(MEAN + x_0, SD²), hidden. */
const normal: Scored = {
  dim: 2,
  logDensityAndGradient: ({ rows, values }, gradient) =>
    Float64Array.from({ length: rows }, (_, r) => {
      const x0 = values[2 * r], standard = (values[2 * r + 1] - x0 - MEAN) / SD;
      gradient[2 * r] = -x0 + standard / SD;
      gradient[2 * r + 1] = -standard / SD;
      return -0.5 * (x0 * x0 + standard * standard);
    }),
};

const hiddenRows = (rows: number, value: (row: number) => number): Hidden => ({
  x: { rows, values: Float64Array.from({ length: 2 * rows }, (_, k) => k % 2 === 0 ? 0 : value((k - 1) / 2)) },
  columns: hiddenColumns([1, 0], 2),
});

/** Hidden values after a few steps from exact draws of the law on [low, high]. */
function moved(flow: Scored, [low, high]: readonly [number, number], interval?: typeof UNIT): Float64Array {
  const cdf = (x: number) => normalCdf((x - MEAN) / SD), random = new Random(21);
  const exact = hiddenRows(ROWS, (r) => {
    const u = random.at(r, 0, Purpose.test).uniform();
    return MEAN + SD * normalQuantile(cdf(low) + u * (cdf(high) - cdf(low)));
  });
  const out = new Float64Array(ROWS), scale = interval ? 1.2 : 0.6;
  const { acceptRate } = langevin(flow, exact, {
    warmup: 0,
    draws: 4,
    seed: 5,
    scale,
    ...(interval ? { interval } : {}),
    take: (_, { values }) => out.forEach((_, r) => out[r] = values[2 * r + 1]),
  });
  const mean = acceptRate.reduce((a, b) => a + b) / ROWS;
  assert.ok(mean > 0.3 && mean < 0.98, `a test of some rejections and many moves, found acceptance ${mean}`);
  return out;
}

Deno.test("draws by Langevin dynamics leave the conditional law as it is", () => {
  assert.ok(kolmogorovSmirnov(moved(normal, [-Infinity, Infinity]), (x) => normalCdf((x - MEAN) / SD)) < LIMIT);
});

Deno.test("without its correction the same test catches it", () => {
  const random = new Random(5), scale = 0.6;
  const out = Float64Array.from({ length: ROWS }, (_, r) => {
    random.at(r, 0, Purpose.test);
    let x = MEAN + SD * random.normal();
    for (let step = 0; step < 4; step++) x += -0.5 * scale ** 2 * (x - MEAN) / SD ** 2 + scale * random.normal();
    return x;
  });
  assert.ok(kolmogorovSmirnov(out, (x) => normalCdf((x - MEAN) / SD)) > LIMIT);
});

const truncated = (x: number) => {
  const [below, all] = [0, 1].map((end) => normalCdf((end - MEAN) / SD));
  return (normalCdf((x - MEAN) / SD) - below) / (all - below);
};

Deno.test("in an interval they leave the law within it as it is", () => {
  assert.ok(kolmogorovSmirnov(moved(normal, [0, 1], UNIT), truncated) < LIMIT);
});

Deno.test("without the Jacobian of the interval the same test catches it", () => {
  const without: Scored = {
    dim: 2,
    logDensityAndGradient: (x, gradient) =>
      normal.logDensityAndGradient(x, gradient).map((log, r) => {
        const p = x.values[2 * r + 1];
        gradient[2 * r + 1] -= (1 - 2 * p) / (p * (1 - p));
        return log - Math.log(p * (1 - p));
      }),
  };
  assert.ok(kolmogorovSmirnov(moved(without, [0, 1], UNIT), truncated) > LIMIT);
});

Deno.test("draws of a flow's hidden column, from anywhere, follow its conditional law by quadrature", () => {
  const flow = niceOf2(), observed = 0.4, rows = 600, cells = 4000, [low, high] = [-30, 30];
  const grid = Float64Array.from({ length: cells }, (_, i) => low + (i + 0.5) * (high - low) / cells);
  const logs = flow.logDensity({
    rows: cells,
    values: Float64Array.from({ length: 2 * cells }, (_, k) => k % 2 === 0 ? observed : grid[(k - 1) / 2]),
  });
  const total = logSumExp(logs);
  let below = 0;
  const sums = logs.map((log) => below += Math.exp(log - total));
  const cdf = (x: number) => sums[Math.min(cells - 1, Math.max(0, Math.floor((x - low) / (high - low) * cells)))];
  const hidden = hiddenRows(rows, (r) => r / rows), out = new Float64Array(rows);
  for (let r = 0; r < rows; r++) hidden.x.values[2 * r] = observed;
  langevin(flow, hidden, {
    warmup: 150,
    draws: 50,
    seed: 3,
    scale: 0.5,
    take: (_, { values }) => out.forEach((_, r) => out[r] = values[2 * r + 1]),
  });
  assert.ok(kolmogorovSmirnov(out, cdf) < LIMIT);
});

Deno.test("a row is filled in by itself: alone, in the same way, and observed columns stay as they are", () => {
  const run = (rows: number) => {
    const draws: Float64Array[] = [];
    const { scale } = langevin(normal, hiddenRows(rows, (r) => r), {
      warmup: 20,
      draws: 10,
      seed: 8,
      take: (_, { values }) => draws.push(Float64Array.from(values.subarray(0, 2))),
    });
    return { draws, scale: scale[0] };
  };
  assert.deepEqual(run(1), run(3));
  assert.ok(run(1).draws.every(([observed]) => observed === 0));
  const shorter = langevin(normal, hiddenRows(1, (r) => r), { warmup: 20, draws: 1, seed: 8, take: () => {} });
  assert.equal(shorter.scale[0], run(1).scale, "the scale is that of warmup");
});

Deno.test("a start of density 0 is refused", () => {
  const nowhere: Scored = { dim: 2, logDensityAndGradient: ({ rows }) => new Float64Array(rows).fill(-Infinity) };
  const options = { warmup: 0, draws: 1, seed: 1, take: () => {} };
  assert.throws(() => langevin(nowhere, hiddenRows(1, () => 0), options), /not finite where row 0 starts/);
});

Deno.test("the ascent is that of the formula, clipped, with observed columns clamped", () => {
  const start = hiddenRows(3, (r) => 0.1 * r), steps = 30, seed = 6;
  const expected = [0, 0.1, 0.2].map((x, r) => {
    for (let i = 0; i < steps; i++) {
      const noise = new Random(seed).at(r, i + 1, Purpose.step).normal();
      x = Math.min(1, Math.max(0, x + 10 / (100 + i) * (-(x - MEAN) / (SD * SD) + noise)));
    }
    return x;
  });
  const seen: number[] = [];
  const { x, logDensity, nonFinite } = ascend(normal, start, {
    steps,
    interval: UNIT,
    seed,
    watch: (step) => seen.push(step),
  });
  expected.forEach((value, r) => assert.ok(Math.abs(x.values[2 * r + 1] - value) < 1e-12));
  assert.deepEqual([x.values[0], x.values[2], x.values[4]], [0, 0, 0]);
  assert.deepEqual(logDensity, normal.logDensityAndGradient(x, new Float64Array(6)));
  assert.equal(nonFinite, 0);
  assert.deepEqual(seen, Array.from({ length: steps }, (_, i) => i));
});

Deno.test("the ascent of a flow makes rows more probable, and leaves alone those without a finite gradient", () => {
  const flow = niceOf2(), interval = { low: -3, high: 3 };
  const start = hiddenRows(50, () => 0);
  const hidden = { ...start, x: startUniform(start, interval, 4) };
  const before = flow.logDensity(hidden.x), { logDensity } = ascend(flow, hidden, { steps: 200, interval, seed: 4 });
  const sum = (logs: Float64Array) => logs.reduce((a, b) => a + b);
  assert.ok(sum(logDensity) > sum(before));
  const broken: Scored = {
    dim: 2,
    logDensityAndGradient: ({ rows }, gradient) => {
      gradient.fill(NaN);
      return new Float64Array(rows);
    },
  };
  const stuck = ascend(broken, hidden, { steps: 3, interval, seed: 4 });
  assert.deepEqual(stuck.x, hidden.x);
  assert.equal(stuck.nonFinite, 150);
});

Deno.test("a mask of another size, or one that hides nothing, is refused", () => {
  for (const mask of [[1, 0, 1], [1, 1]]) {
    assert.throws(() => hiddenColumns(mask, 2), (error) => error instanceof InputError && error.path === "mask");
  }
  assert.deepEqual([...hiddenColumns([0, 1, 0], 3)], [0, 2]);
});

function niceOf2(): NetworkFlow {
  const found = flowCases.find(({ name }) => name === "nice");
  if (!found) throw new Error("no case nice");
  const arithmetic = openDouble();
  return new NetworkFlow(networkOf(found, arithmetic), 2, { arithmetic, capacity: CAPACITY, contextWidth: 0 });
}
