/** The densities of examples/models: against formulas written once more, and their gradients against differences. Runs are in posterior_runs_test.ts. */
import assert from "node:assert/strict";
import type { ModuleTarget } from "../../models/modules/module.ts";
import { Purpose, Random } from "../../numerics/random/random.ts";
import { formulas } from "./formulas.ts";
import { NAMES, openPosterior, readData, readSource } from "./posterior.ts";
import { published } from "./published.ts";

const PLACES = 6;

/** Where a model's density is looked at, if not around zero or its own start. */
const CENTRES: Readonly<Record<string, readonly number[]>> = {
  mice: [-0.9, 3.3, 3.6, 3.4, 3.2],
  beetles: [0.7, 30, 0.4, 18, 0, 20],
  lsat: [-2.7, -1, -0.2, -1.3, -2.1, -0.4],
};

function places(name: string, target: ModuleTarget): Float64Array[] {
  const random = new Random(5).at(0, 0, Purpose.start), centre = new Float64Array(target.dim);
  if (CENTRES[name]) centre.set(CENTRES[name]);
  else target.start?.(random, centre);
  return Array.from({ length: PLACES }, () => centre.map((c) => c + random.uniform() - 0.5));
}

/** A formula with the model's data: columns, and the one matrix that some have. */
function formulaOf(name: string): (x: Float64Array) => number {
  const data = readData(name) as Record<string, number[]>; // columns of the files beside the models, but for one matrix
  const { weights, heights, ...columns } = data as Record<string, number[]> & Record<"weights" | "heights", number[][]>;
  return (x) => formulas[name]([...x], columns, weights ?? heights ?? []);
}

/** The largest difference between density and formula, once a constant is taken off, in the density's own size. */
function disagreement(name: string, target: ModuleTarget): number {
  const formula = formulaOf(name), offsets = places(name, target).map((x) => target.logDensity(x) - formula(x));
  const size = Math.max(...places(name, target).map((x) => Math.abs(target.logDensity(x))));
  return (Math.max(...offsets) - Math.min(...offsets)) / size;
}

Deno.test("twelve posteriors have published estimates and formulas", () => {
  assert.equal(NAMES.length, 12);
  assert.deepEqual(Object.keys(published).toSorted(), NAMES);
  assert.deepEqual(Object.keys(formulas).toSorted(), NAMES);
});

for (const name of NAMES) {
  Deno.test(`the log density of ${name} is the book's, up to a constant`, () => {
    const found = disagreement(name, openPosterior(name));
    assert(found < 1e-11, `differs by ${found} of its size`);
  });

  Deno.test(`the gradient of ${name} is that of its log density`, () => {
    const target = openPosterior(name), gradient = new Float64Array(target.dim);
    for (const x of places(name, target)) {
      target.logDensityAndGradient(x, gradient);
      const y = x.slice();
      for (let i = 0; i < x.length; i++) {
        const h = 2e-4;
        const at = (steps: number) => (y[i] = x[i] + steps * h, target.logDensity(y));
        const slope = (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * h);
        y[i] = x[i];
        // Differences lose what the density's size costs in digits.
        const precision = 1e-6 * Math.abs(slope) + 1e-11 * Math.abs(target.logDensity(x)) / h;
        assert(
          Math.abs(gradient[i] - slope) < precision,
          `coordinate ${i + 1}: ${gradient[i]}, by differences ${slope}`,
        );
      }
    }
  });
}

Deno.test("a formula finds a Jacobian, a prior or a factor that is wrong", () => {
  const broken: [name: string, from: string, to: string][] = [
    ["rats", "gamma(value, 0.001, 0.001) + logJacobian", "gamma(value, 0.001, 0.001)"],
    ["mice", "+ Math.log(r.value);", ";"],
    ["jaws", "(freedom + ORDER + 1)", "(freedom - ORDER - 1)"],
    ["eyes", "theta.logJacobian +", ""],
    ["seeds", "bounded(u, 0, 10);\n  const logit", "bounded(u, 0, 5);\n  const logit"],
    ["lsat", "score * beta.value", "beta.value"],
  ];
  for (const [name, from, to] of broken) {
    const source = readSource(name), edited = source.replace(from, to);
    assert.notEqual(edited, source, `${name} has no ${from}`);
    const found = disagreement(name, openPosterior(name, edited));
    assert(found > 1e-6, `${name} without ${from} differs by ${found} only`);
  }
});
