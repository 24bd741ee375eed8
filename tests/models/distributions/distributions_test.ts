/** Seeds are fixed; a statistical check alarms falsely once in 10⁶. */
import assert from "node:assert/strict";
import { cdf } from "../../../models/distributions/cdf.ts";
import { discrete } from "../../../models/distributions/discrete.ts";
import { distribution } from "../../../models/distributions/distribution.ts";
import { families, type FamilyName } from "../../../models/distributions/families.ts";
import { cubicCdf, linearCdf, type Points } from "../../../models/distributions/piecewise.ts";
import type { Target } from "../../../models/target.ts";
import { Purpose, Random } from "../../../numerics/random/random.ts";
import { inverseTransform } from "../../../workers/kernels/inverse_transform.ts";
import { criticalValue, kolmogorovSmirnov } from "../../numerics/kolmogorov_smirnov.ts";

const FALSE_ALARM = 1e-6;

/** In the order of the family's own parameters. */
const PARAMETERS: Record<FamilyName, readonly number[]> = {
  "normal": [1, 2],
  "student-t": [2.5, -1, 0.5],
  "cauchy": [2, 3],
  "logistic": [1, 2],
  "laplace": [0.3, 2],
  "gumbel": [1, 2],
  "uniform": [-2, 3],
  "exponential": [2.5],
  "gamma": [2.3, 0.5],
  "weibull": [1.7, 2],
  "log-normal": [0.5, 0.8],
  "pareto": [2.5, 3],
  "beta": [2.5, 1.5],
  "bernoulli": [0.3],
  "binomial": [12, 0.35],
  "geometric": [0.2],
  "poisson": [4.2],
};

function targetOf(name: FamilyName): Target {
  const names = Object.keys(families[name].parameters);
  const parameters = Object.fromEntries(names.map((key, i) => [key, PARAMETERS[name][i]]));
  return distribution.build(distribution.config.parse({ kind: "distribution", family: name, parameters }));
}

function draws(target: Target, count: number): Float64Array {
  const kernel = inverseTransform.build(target, { kind: "inverse-transform" }, { warmup: 0 });
  const random = new Random(41);
  const state = kernel.init(new Float64Array(target.dim), random);
  const out = new Float64Array(1);
  return Float64Array.from({ length: count }, (_, step) => {
    kernel.step(state, random.at(0, step + 1));
    target.constrain(state.position, out);
    return out[0];
  });
}

for (const name of Object.keys(families) as FamilyName[]) {
  const marginal = families[name].build(...PARAMETERS[name] as [number, number, number]);

  Deno.test(`${name}: the density of the coordinate integrates to the distribution function`, () => {
    if (marginal.integers) {
      let sum = 0;
      for (let k = 0; k < 12; k++) {
        sum += Math.exp(marginal.logDensity(k));
        assert.ok(Math.abs(sum - marginal.distribution.cdf(k)) < 1e-12, `${k}`);
      }
      assert.equal(marginal.logDensity(0.5), -Infinity);
      assert.equal(marginal.logDensity(-1), -Infinity);
      return;
    }
    const quantiles = [0.05, 0.2, 0.35, 0.65, 0.9].map((p) => marginal.quantile(p));
    for (let k = 1; k < quantiles.length; k++) {
      const from = quantiles[k - 1], n = 4000, h = (quantiles[k] - from) / n;
      let sum = 0;
      for (let i = 0; i <= n; i++) {
        sum += (i === 0 || i === n ? 1 : i % 2 === 1 ? 4 : 2) * Math.exp(marginal.logDensity(from + i * h));
      }
      const mass = [0.15, 0.15, 0.3, 0.25][k - 1];
      assert.ok(Math.abs(sum * h / 3 - mass) < 1e-7, `${name} piece ${k}: ${sum * h / 3} for ${mass}`);
    }
  });

  Deno.test(`${name}: F(F⁻¹(u)) = u through the coordinate`, () => {
    for (const u of [1e-9, 0.01, 0.3, 0.5, 0.77, 0.999]) {
      const { cdf } = marginal.distribution;
      const x = marginal.toValue(marginal.quantile(u));
      if (marginal.integers) assert.ok(cdf(x) >= u && cdf(x - 1) < u);
      else assert.ok(Math.abs(cdf(x) - u) < 1e-12, `${u}: ${cdf(x)}`);
    }
  });

  Deno.test(`${name}: what the sampler draws has the law`, () => {
    const found = draws(targetOf(name), 4000);
    const { cdf } = marginal.distribution;
    if (!marginal.integers) {
      assert.ok(kolmogorovSmirnov(found, cdf) < criticalValue(FALSE_ALARM));
      assert.ok(kolmogorovSmirnov(found, (x) => cdf(x) ** 1.4) > criticalValue(FALSE_ALARM));
      return;
    }
    for (let k = 0; k < 12; k++) {
      const p = cdf(k) - cdf(k - 1), count = found.filter((x) => x === k).length;
      assert.ok(Math.abs(count - 4000 * p) <= 5.5 * Math.sqrt(4000 * p * (1 - p)) + 1e-9, `${k}: ${count}`);
    }
  });
}

Deno.test("far tails stay inside the support", () => {
  const narrow = families.gamma.build(0.01, 1), edge = families.beta.build(0.01, 0.01);
  for (const u of [1e-15, 0.1, 0.5, 0.9, 1 - 1e-16]) {
    for (const marginal of [narrow, edge, families.pareto.build(0.1, 1)]) {
      const t = marginal.quantile(u);
      assert.ok(Number.isFinite(t) && Number.isFinite(marginal.logDensity(t)), `${u}: ${t}`);
    }
  }
});

Deno.test("parameters that a family does not have, needs or cannot take are named", () => {
  const build = (config: object) => () =>
    distribution.build(distribution.config.parse({ kind: "distribution", ...config }));
  assert.throws(build({ family: "gamma" }), { name: "InputError", path: "parameters.shape", message: /needs/ });
  assert.throws(build({ family: "normal", parameters: { sigma: 1 } }), {
    path: "parameters.sigma",
    message: /mean, sd/,
  });
  assert.throws(build({ family: "normal", parameters: { sd: 0 } }), { path: "parameters.sd", message: /positive/ });
  assert.throws(build({ family: "binomial", parameters: { trials: 2.5, probability: 0.1 } }), {
    path: "parameters.trials",
  });
  assert.throws(build({ family: "geometric", parameters: { probability: 0 } }), { path: "parameters.probability" });
  assert.throws(build({ family: "uniform", parameters: { low: 2 } }), {
    path: "parameters.high",
    message: /more than low/,
  });
});

Deno.test("a start outside the support is refused", () => {
  assert.throws(() => targetOf("gamma").unconstrain([-1]), { name: "InputError", path: "0" });
  assert.throws(() => targetOf("binomial").unconstrain([13]), { name: "InputError" });
  assert.throws(() => targetOf("poisson").unconstrain([1.5]), { name: "InputError" });
});

Deno.test("a table reports its values, by search and by alias alike", () => {
  const target = discrete.build(
    discrete.config.parse({ kind: "discrete", probabilities: [1, 2, 0, 1], values: [5, -1, 7, 2.5] }),
  );
  const byAlias = new Float64Array(4000);
  const random = new Random(42).at(0, 0, Purpose.test), x = new Float64Array(1), out = new Float64Array(1);
  for (let i = 0; i < byAlias.length; i++) {
    target.sample?.(random, x);
    target.constrain(x, out);
    byAlias[i] = out[0];
  }
  for (const found of [draws(target, 4000), byAlias]) {
    const share = (value: number) => found.filter((draw) => draw === value).length / found.length;
    assert.equal(share(7), 0);
    for (const [value, p] of [[5, 0.25], [-1, 0.5], [2.5, 0.25]]) {
      assert.ok(Math.abs(share(value) - p) < 5.2 * Math.sqrt(p * (1 - p) / 4000), `${value}: ${share(value)}`);
    }
  }
  assert.throws(
    () => discrete.build(discrete.config.parse({ kind: "discrete", probabilities: [1, 1], values: [3, 3] })),
    { name: "InputError", path: "values.1" },
  );
  assert.throws(
    () => discrete.build(discrete.config.parse({ kind: "discrete", probabilities: [0, 0] })),
    { name: "InputError", path: "probabilities" },
  );
});

const POINTS: Points = {
  x: Float64Array.of(0, 1, 1.5, 3, 3.5, 7),
  f: Float64Array.of(0, 0.2, 0.5, 0.5, 0.9, 1),
};

for (const [name, law] of Object.entries({ linear: linearCdf(POINTS), cubic: cubicCdf(POINTS) })) {
  Deno.test(`a ${name} distribution function goes through its points, never falls, and is inverted`, () => {
    POINTS.x.forEach((x, k) => assert.equal(law.cdf(x), POINTS.f[k]));
    let before = 0;
    for (let x = -0.5; x < 8; x += 0.003) {
      const value = law.cdf(x);
      assert.ok(value >= before && value <= 1);
      before = value;
    }
    for (const p of [1e-12, 0.1, 0.2, 0.4999, 0.5, 0.50001, 0.95, 1]) {
      const x = law.quantile(p);
      assert.ok(Math.abs(law.cdf(x) - p) < 1e-15, `${p}: ${law.cdf(x)}`);
    }
    assert.ok(Math.abs(law.quantile(0.5) - 1.5) < 1e-7, "inf{x : F(x) ≥ 1/2} is where the flat piece begins");
    assert.ok(Number.isNaN(law.quantile(2)));
  });
}

Deno.test("a cubic distribution function has a continuous density, a linear one jumps", () => {
  const h = 1e-6;
  const jump = (law: { cdf(x: number): number }) =>
    Math.max(...[1, 1.5, 3, 3.5].map((x) => Math.abs(law.cdf(x + h) - 2 * law.cdf(x) + law.cdf(x - h)) / h));
  assert.ok(jump(cubicCdf(POINTS)) < 1e-4);
  assert.ok(jump(linearCdf(POINTS)) > 0.1);
});

Deno.test("draws of given distribution functions have them, each marginal its own", () => {
  const lists = [[[0, 0], [1, 0.7], [4, 1]], [[-3, 0], [-2, 0.5], [-1, 0.5], [5, 1]]];
  for (const interpolation of ["linear", "cubic"] as const) {
    const target = cdf.build(cdf.config.parse({ kind: "cdf", marginals: lists, interpolation }));
    const laws = lists.map((list) => {
      const points = { x: Float64Array.from(list, ([x]) => x), f: Float64Array.from(list, ([, f]) => f) };
      return interpolation === "linear" ? linearCdf(points) : cubicCdf(points);
    });
    const random = new Random(43).at(0, 0, Purpose.test);
    const t = new Float64Array(2), out = new Float64Array(2);
    const columns = [new Float64Array(3000), new Float64Array(3000)];
    for (let i = 0; i < 3000; i++) {
      target.sample?.(random, t);
      target.constrain(t, out);
      columns.forEach((column, k) => column[i] = out[k]);
    }
    columns.forEach((column, k) => assert.ok(kolmogorovSmirnov(column, laws[k].cdf) < criticalValue(FALSE_ALARM)));
    assert.ok(kolmogorovSmirnov(columns[0], laws[1].cdf) > criticalValue(FALSE_ALARM));
  }
});

Deno.test("points that are no distribution function are refused, with their place", () => {
  const build = (config: object) => () => cdf.build(cdf.config.parse({ kind: "cdf", ...config }));
  assert.throws(build({}), { name: "InputError", path: "points" });
  assert.throws(build({ points: [[0, 0], [0, 1]] }), { path: "points.1.0" });
  assert.throws(build({ points: [[0, 0], [1, 0.6], [2, 0.5], [3, 1]] }), { path: "points.2.1" });
  assert.throws(build({ points: [[0, 0.1], [1, 1]] }), { path: "points.0.1" });
  assert.throws(build({ marginals: [[[0, 0], [1, 1]], [[0, 0], [1, 0.9]]] }), { path: "marginals.1.1.1" });
});
