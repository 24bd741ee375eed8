/** Seeds are fixed; a statistical check alarms falsely once in 10⁶. */
import assert from "node:assert/strict";
import { summaryNotes, summaryTable } from "../../../coordinator/commands/table.ts";
import { Summary } from "../../../coordinator/schema/summary.ts";
import { quantile } from "../../../coordinator/statistics/quantile.ts";
import { meetsStopRule } from "../../../coordinator/statistics/stop_rule.ts";
import { summarize } from "../../../coordinator/statistics/summary.ts";
import { weightedQuantile, weightedStep } from "../../../coordinator/statistics/weighted_quantile.ts";
import { WeightedSums } from "../../../coordinator/statistics/weighted_sums.ts";
import { Purpose, Random } from "../../../numerics/random/random.ts";
import { logNormalDensity } from "../../../numerics/special/normal_distribution.ts";
import { MemoryDraws } from "./memory_draws.ts";

const codes = (summary: Summary) => summary.warnings.map(({ code }) => code);

/** Draws of N(1, sd²) with their log weights for Z · N(1, 0.8²). */
function importance(random: Random, chains: number, draws: number, sd: number, logZ = 0) {
  const values: number[][] = [], logWeights: number[][] = [];
  for (let chain = 0; chain < chains; chain++) {
    const x = Array.from({ length: draws }, () => 1 + sd * random.normal());
    values.push(x);
    logWeights.push(
      x.map((v) =>
        logZ + logNormalDensity((v - 1) / 0.8) - Math.log(0.8) - logNormalDensity((v - 1) / sd) + Math.log(sd)
      ),
    );
  }
  return { values, logWeights };
}

Deno.test("merged sums are those of the whole, and those of their definitions", () => {
  const random = new Random(61).at(0, 0, Purpose.test);
  for (const shift of [0, 5000, -5000]) {
    const logs = Float64Array.from({ length: 1000 }, () => shift + 3 * random.normal());
    const f = Float64Array.from(logs, (x) => 1e6 + x - shift + random.normal());
    logs[17] = -Infinity;
    f[17] = Infinity; // has no weight, so does not matter
    const whole = new WeightedSums(1e6).addAll(logs, f);
    const parts = new WeightedSums(1e6);
    for (const [from, to] of [[0, 1], [1, 400], [400, 400], [400, 1000]]) {
      parts.merge(new WeightedSums(1e6).addAll(logs.subarray(from, to), f.subarray(from, to)));
    }
    const w = [...logs].map((x) => Math.exp(x - shift)), total = w.reduce((a, b) => a + b, 0);
    const sum = (g: (i: number) => number) => w.reduce((a, _, i) => w[i] === 0 ? a : a + g(i), 0);
    const mean = sum((i) => w[i] * (f[i] - 1e6)) / total;
    const squares = sum((i) => w[i] ** 2) / total ** 2;
    const expected = {
      ess: 1 / squares,
      mean: 1e6 + mean,
      sd: Math.sqrt(sum((i) => w[i] * (f[i] - 1e6 - mean) ** 2) / total / (1 - squares)),
      mcseMean: Math.sqrt(sum((i) => (w[i] * (f[i] - 1e6 - mean)) ** 2)) / total,
      logMeanWeight: shift + Math.log(total / 1000),
    };
    for (const found of [whole, parts]) {
      for (const [name, value] of Object.entries(expected)) {
        const actual = found[name as keyof typeof expected];
        assert.ok(Math.abs(actual - value) < 1e-10 * Math.max(1, Math.abs(value)), `${name}: ${actual}, ${value}`);
      }
    }
  }
  assert.throws(() => new WeightedSums(1).merge(new WeightedSums(2)), RangeError);
  assert.equal(new WeightedSums().addAll(Float64Array.of(-Infinity)).logMeanWeight, -Infinity);
});

Deno.test("with equal weights a weighted quantile is that of type 7", () => {
  const random = new Random(62).at(0, 0, Purpose.test);
  for (const count of [1, 2, 5, 100]) {
    const sorted = Float64Array.from({ length: count }, () => random.normal()).sort();
    const draws = {
      count,
      sorted,
      order: Uint32Array.from(sorted.keys()),
      weights: new Float64Array(count).fill(1 / count),
    };
    for (const p of [0.05, 0.3, 0.5, 0.95]) {
      assert.ok(Math.abs(weightedQuantile(draws, count, p) - quantile(sorted, count, p)) < 1e-12);
    }
  }
});

Deno.test("weighted quantiles pass over draws that have no weight", () => {
  const sorted = Float64Array.of(-100, 1, 2, 3, 100), order = Uint32Array.of(0, 1, 2, 3, 4);
  const draws = { count: 5, sorted, order, weights: Float64Array.of(0, 0.2, 0.6, 0.2, 0) };
  for (const p of [0, 0.05, 0.5, 1]) {
    assert.ok(weightedStep(draws, p) >= 1 && weightedStep(draws, p) <= 3);
    assert.ok(weightedQuantile(draws, 1 / 0.44, p) >= 1 && weightedQuantile(draws, 1 / 0.44, p) <= 3);
  }
  assert.equal(weightedStep(draws, 0.5), 2);
});

Deno.test("the summary of weighted draws has ess and k-hat, and the log of the normalizer", () => {
  const { values, logWeights } = importance(new Random(63).at(0, 0, Purpose.test), 4, 1000, 1.2, -7);
  const summary = summarize(new MemoryDraws({ x: values }, { lp: values, log_weight: logWeights }));
  assert.deepEqual(Summary.parse(summary), summary);
  assert.deepEqual(summary.warnings, []);
  const [x] = summary.variables;
  assert.deepEqual(["rhat", "essBulk", "essTail"].filter((key) => key in x), []);
  assert.ok(x.ess! > 2000 && x.ess! < 4000 && x.khat! < 0.5, `${x.ess}, ${x.khat}`);
  assert.ok(Math.abs(x.mean! - 1) < 4.9 * x.mcseMean!);
  assert.ok(Math.abs(x.sd! - 0.8) < 4.9 * x.mcseSd!);
  [[x.q5, x.mcseQ5, 1 - 1.6449 * 0.8], [x.q50, x.mcseQ50, 1], [x.q95, x.mcseQ95, 1 + 1.6449 * 0.8]]
    .forEach(([q, error, truth]) => assert.ok(Math.abs(q! - truth!) < 4.9 * error!, `${q} ± ${error} for ${truth}`));
  const { value, standardError, bound } = summary.logEvidence!;
  assert.equal(bound, "lower");
  assert.ok(Math.abs(value! + 7) < 4.9 * standardError! && standardError! < 0.02, `${value} ± ${standardError}`);
  assert.match(summaryTable(summary), /95% +ESS +k-hat/);
  assert.match(summaryNotes(summary), /log evidence -[67]\.\d{3} ± 0\.\d+ \(lower bound/);
});

Deno.test("the errors that are stated are those there are, and without the weights they are not", () => {
  // Of 300 replications Σ error² / Σ mcse² is 1 ± 0.08; outside (0.6, 1.4) with probability below 10⁻⁶.
  const random = new Random(64);
  const ratios = (weighted: boolean) => {
    const sums: Record<string, [number, number]> = {};
    const add = (name: string, error: number, mcse: number) => {
      const [errors, expected] = sums[name] ?? [0, 0];
      sums[name] = [errors + error * error, expected + mcse * mcse];
    };
    for (let r = 0; r < 300; r++) {
      const { values, logWeights } = importance(random.at(r, 0, Purpose.test), 2, 400, 1.1);
      const used = weighted ? logWeights : logWeights.map((chain) => chain.map(() => 0));
      const { variables: [x], logEvidence } = summarize(new MemoryDraws({ x: values }, { log_weight: used }));
      add("mean", x.mean! - 1, x.mcseMean!);
      add("sd", x.sd! - 0.8, x.mcseSd!);
      add("q5", x.q5! - 1 + 1.644853627 * 0.8, x.mcseQ5!);
      add("q50", x.q50! - 1, x.mcseQ50!);
      add("evidence", logEvidence!.value!, logEvidence!.standardError!);
    }
    return Object.fromEntries(Object.entries(sums).map(([name, [errors, expected]]) => [name, errors / expected]));
  };
  for (const [name, ratio] of Object.entries(ratios(true))) assert.ok(ratio > 0.6 && ratio < 1.4, `${name}: ${ratio}`);
  const { sd, q5 } = ratios(false);
  assert.ok(sd > 100 && q5 > 20, `${sd}, ${q5}`);
});

Deno.test("a proposal that is too narrow is told by k-hat, with its limit", () => {
  const { values, logWeights } = importance(new Random(65).at(0, 0, Purpose.test), 4, 250, 0.35);
  const summary = summarize(new MemoryDraws({ x: values }, { log_weight: logWeights }));
  assert.ok(codes(summary).includes("khat"));
  assert.match(summary.warnings.find(({ code }) => code === "khat")!.message, /= 0\.67 for S = 1000 .* x \(\d\.\d\d\)/);
});

Deno.test("k-hat of a variable does not depend on where zero is", () => {
  const { values, logWeights } = importance(new Random(69).at(0, 0, Purpose.test), 4, 250, 1.1);
  const shifted = values.map((chain) => chain.map((v) => v + 1e4));
  const { variables: [x, y] } = summarize(new MemoryDraws({ x: values, y: shifted }, { log_weight: logWeights }));
  assert.ok(Math.abs(x.khat! - y.khat!) < 1e-6 && Math.abs(x.sd! - y.sd!) < 1e-8, `${x.khat}, ${y.khat}`);
});

Deno.test("of too many draws the tail is a part's, means and the evidence those of all", () => {
  const { values, logWeights } = importance(new Random(66).at(0, 0, Purpose.test), 3, 2000, 1.1);
  const reader = () => new MemoryDraws({ x: values }, { log_weight: logWeights });
  const all = summarize(reader()), part = summarize(reader(), { mostRanked: 1000 });
  assert.deepEqual(codes(part), ["thinned-diagnostics"]);
  assert.deepEqual(part.logEvidence, all.logEvidence);
  const sums = new WeightedSums().addAll(Float64Array.from(logWeights.flat()), Float64Array.from(values.flat()));
  assert.ok(Math.abs(part.variables[0].mean! - sums.mean) < 1e-12);
  assert.ok(Math.abs(part.variables[0].mcseMean! - sums.mcseMean) < 1e-12);
  assert.ok(part.variables[0].ess! < 1000);
});

Deno.test("hostile weights never put NaN or an infinity into a summary, and what is null is explained", () => {
  const normal = new Random(67).at(0, 0, Purpose.test);
  const x = [Array.from({ length: 100 }, () => normal.normal())];
  const cases: [string, number[], string[]][] = [
    ["none", x[0].map(() => -Infinity), ["no-weight"]],
    ["NaN", x[0].map((_, i) => i < 3 ? NaN : i < 6 ? Infinity : 0.1 * i), ["khat", "ess"]],
    ["one", x[0].map((_, i) => i === 5 ? 0 : -Infinity), ["no-khat", "ess", "constant"]],
    ["equal", x[0].map(() => -3), ["ess"]],
    ["far apart", x[0].map((_, i) => 20 * i), ["khat", "ess"]],
  ];
  for (const [name, logWeights, expected] of cases) {
    const summary = summarize(new MemoryDraws({ x }, { log_weight: [logWeights] }));
    assert.deepEqual(Summary.parse(summary), summary, name);
    assert.deepEqual(codes(summary).filter((code) => code !== "khat" || expected.includes(code)), expected, name);
  }
  const infinite = summarize(new MemoryDraws({ x: [[1, Infinity, 2, 3]] }, { log_weight: [[0, 0, 0, 0]] }));
  assert.ok(codes(infinite).includes("non-finite-draws"));
  assert.equal(infinite.variables[0].mean, null);
  // e^±700 with hardly any weight: no overflow, and neither sd nor k-hat is lost.
  const far = summarize(
    new MemoryDraws(
      { x: [x[0].map((v, i) => i === 7 ? 1e300 : i === 8 ? Infinity : v)] },
      { log_weight: [x[0].map((_, i) => i === 7 ? -1500 : i === 8 ? -Infinity : 0.01 * i)] },
    ),
  );
  assert.ok(far.variables[0].sd! < 2 && far.variables[0].mcseSd! < 1 && far.variables[0].khat !== null);
  const harmless = summarize(new MemoryDraws({ x: [[1, Infinity, 2, 3]] }, { log_weight: [[0, -Infinity, 0, 0]] }));
  assert.equal(harmless.variables[0].mean, 2);
});

Deno.test("weighted draws meet a stop rule by the effective size of their weights, and none on R-hat", () => {
  const { values, logWeights } = importance(new Random(68).at(0, 0, Purpose.test), 4, 250, 1.1);
  const summary = summarize(new MemoryDraws({ x: values }, { log_weight: logWeights }));
  assert.ok(meetsStopRule(summary, { essBulk: 300, essTail: 300 }));
  assert.ok(!meetsStopRule(summary, { essBulk: 1000 }));
  assert.ok(!meetsStopRule(summary, { rhat: 2 }));
});

Deno.test("evidence told once a chain is averaged over chains; reverse weights give the bound from above", () => {
  const x = [[1, 2, 3, 4, 5, 6], [2, 1, 3, 5, 4, 6], [6, 5, 1, 2, 3, 4]];
  const told = x.map((chain, c) => chain.map(() => Math.log([1, 2, 3][c]) - 900));
  const { logEvidence, variables } = summarize(new MemoryDraws({ x }, { log_evidence: told }));
  assert.ok(Math.abs(logEvidence!.value! + 900 - Math.log(2)) < 1e-12);
  assert.ok(Math.abs(logEvidence!.standardError! - 1 / Math.sqrt(3) / 2) < 1e-12); // sd 1 of three about 2
  assert.ok("rhat" in variables[0]);
  const reverse = summarize(new MemoryDraws({ x }, { log_reverse_weight: x.map((chain) => chain.map(() => -4)) }));
  assert.deepEqual(reverse.logEvidence, { value: 4, standardError: 0, bound: "upper" });
  const alone = summarize(new MemoryDraws({ x: [x[0]] }, { log_evidence: [told[0]] }));
  assert.equal(alone.logEvidence!.standardError, null);
});

Deno.test("a population whose warmup was too short is told", () => {
  const x = Array.from({ length: 2 }, () => Array.from({ length: 8 }, (_, i) => i % 5));
  const summary = summarize(new MemoryDraws({ x }, { forced_stage: [x[0].map(() => 0), x[0].map(() => 0.4)] }));
  assert.match(summary.warnings.find(({ code }) => code === "forced-stage")!.message, /in chain 1:/);
});
