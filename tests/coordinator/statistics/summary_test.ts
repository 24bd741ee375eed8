import assert from "node:assert/strict";
import { loadValue, MOST_RANKED } from "../../../coordinator/statistics/load.ts";
import { meetsStopRule } from "../../../coordinator/statistics/stop_rule.ts";
import { nextRecompute } from "../../../coordinator/statistics/recompute.ts";
import { summarize } from "../../../coordinator/statistics/summary.ts";
import { autocorrelation } from "../../../coordinator/statistics/autocorrelation.ts";
import { diagnose } from "../../../coordinator/statistics/diagnose.ts";
import { Workspace } from "../../../coordinator/statistics/workspace.ts";
import { Summary } from "../../../coordinator/schema/summary.ts";
import { Random } from "../../../numerics/random/random.ts";
import { MemoryDraws, normals } from "./memory_draws.ts";

const random = new Random(11);
const normal = () => random.normal();
const codes = (summary: Summary) => summary.warnings.map(({ code }) => code);

Deno.test("a summary of well-mixed chains has all its numbers and no warning", () => {
  random.at(1, 0);
  const x = normals(4, 1000, normal), y = x.map((chain) => chain.map((v) => 10 + 3 * v));
  const acceptance = x.map((chain) => chain.map((_, i) => i % 2 ? 0.7 : 0.9));
  const energy = normals(4, 1000, normal);
  const zeros = x.map((chain) => chain.map(() => 0));
  const reader = new MemoryDraws({ x, y }, { lp: x, acceptance_rate: acceptance, energy, diverging: zeros });
  const summary = summarize(reader);
  assert.deepEqual(Summary.parse(summary), summary);
  assert.deepEqual(summary.warnings, []);
  assert.deepEqual(summary.variables.map(({ name }) => name), ["x", "y"]);
  assert.ok(Math.abs(summary.acceptRate! - 0.8) < 1e-12);
  // Independent energies: Σ (E_t − E_{t−1})² has twice the variance of one.
  assert.ok(summary.eBfmi!.every((x) => Math.abs(x! - 2) < 0.3));
  assert.equal("rhatNested" in summary.variables[0], false);
});

Deno.test("what is wrong is told, with the names of the worst variables and chains", () => {
  random.at(2, 0);
  const good = normals(4, 100, normal);
  const apart = good.map((chain, c) => chain.map((v) => v + 5 * c));
  const still = good.map((chain) => chain.map(() => 3));
  let e = 0;
  const energy = good.map((chain, c) => chain.map((v) => c === 2 ? e += v : v)); // a random walk
  const events = good.map((chain, c) => chain.map((_, i) => Number(c === 0 && i < 3)));
  const summary = summarize(
    new MemoryDraws({ good, apart, still }, { energy, diverging: events, reached_max_treedepth: events }, 7),
  );
  assert.deepEqual(codes(summary), ["divergences", "rhat", "ess", "e-bfmi", "tree-depth", "constant", "non-finite"]);
  const message = (code: string) => summary.warnings.find((warning) => warning.code === code)!.message;
  assert.match(message("rhat"), /apart \(\d\.\d{3}\)/);
  assert.match(message("divergences"), /^3 of 400/);
  assert.match(message("e-bfmi"), /chain 2 /);
  assert.match(message("constant"), /still/);
  assert.equal(summary.acceptRate, null);
  assert.equal(summary.variables[2].sd, 0);
});

Deno.test("hostile draws never put NaN or an infinity into a summary, and what is null is explained", () => {
  random.at(3, 0);
  const hostile: Record<string, number[][]> = {
    constant: [[1, 1, 1, 1], [1, 1, 1, 1]],
    "one draw": [[1]],
    "one draw each": [[1], [2]],
    "two draws": [[1, 2]],
    "three draws": [[1, 2, 3], [2, 3, 4]],
    NaN: [[NaN, 1, 2, 3, 4, 5, 6, 7], [1, 2, 3, 4, 5, 6, 7, 8]],
    "all NaN": [[NaN, NaN, NaN, NaN, NaN, NaN]],
    infinite: [[Infinity, 1, 2, 3, 4, 5, 6, 7], [-Infinity, 2, 3, 4, 5, 6, 7, 8]],
    "all infinite": [[Infinity, Infinity, Infinity, Infinity, Infinity, Infinity]],
    "chains that stand still": [Array(20).fill(1), Array(20).fill(2)],
    huge: normals(2, 50, () => 1.7e308 * Math.tanh(normal())),
    tiny: normals(2, 50, () => 5e-324 * Math.round(3 * normal())),
    zeros: [[0, -0, 0, -0, 0, 0, 0, 0]],
    binary: [[0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1]],
    "one outlier": [[0, 0, 0, 0, 0, 0, 0, 0, 0, 1e300]],
  };
  for (const [name, rows] of Object.entries(hostile)) {
    const energy = { energy: rows, acceptance_rate: rows, diverging: rows.map((row) => row.map(() => 0)) };
    const summary = summarize(new MemoryDraws({ x: rows }, energy), { superchains: rows.length });
    JSON.stringify(summary, (key, value) => {
      assert.ok(typeof value !== "number" || Number.isFinite(value), `${name}: ${key} is ${value}`);
      return value;
    });
    assert.deepEqual(Summary.parse(summary), summary, name);
    const undefinedNumbers = Object.entries(summary.variables[0]).filter(([key, x]) =>
      x === null && key !== "rhatNested"
    );
    if (undefinedNumbers.length > 0) {
      const reasons = ["constant", "few-draws", "non-finite-draws", "undefined"];
      assert.ok(codes(summary).some((code) => reasons.includes(code)), `${name}: ${codes(summary)}`);
    }
  }
});

Deno.test("of too many draws every k-th is ranked, while mean and sd take all", () => {
  random.at(4, 0);
  const rows = normals(3, 70_001, normal);
  const reader = new MemoryDraws({ x: rows });
  const workspace = new Workspace();
  const loaded = loadValue(reader, 0, workspace, 50_000);
  assert.equal(loaded.every, 5);
  const kept = rows.flatMap((row) => row.filter((_, i) => i % 5 === 4));
  assert.deepEqual([...loaded.values.subarray(0, 3 * loaded.draws)], kept);
  const thinned = diagnose(loaded, workspace, undefined, loaded.exact);
  const whole = diagnose(loadValue(reader, 0, workspace, MOST_RANKED), workspace);
  assert.ok(Math.abs(thinned.mean - whole.mean) < 1e-14);
  assert.ok(Math.abs(thinned.sd / whole.sd - 1) < 1e-13);
  assert.ok(thinned.essMean < whole.essMean);
});

Deno.test("nested R-hat is there for jobs with superchains, and tells superchains apart", () => {
  random.at(5, 0);
  const alike = normals(16, 20, normal);
  const apart = alike.map((chain, c) => chain.map((v) => v + 3 * Math.floor(c / 4)));
  const { variables, warnings } = summarize(new MemoryDraws({ alike, apart }), { superchains: 4 });
  assert.ok(variables[0].rhatNested! < 1.05);
  assert.ok(variables[1].rhatNested! > 2);
  assert.match(warnings.find(({ code }) => code === "rhat-nested")!.message, /1 of 2 variables: apart/);
});

Deno.test("a spin has no tails, which neither is warned of nor keeps a job from stopping", () => {
  random.at(7, 0);
  const spin = normals(4, 500, normal).map((chain) => chain.map((v) => v > 0 ? 1 : -1));
  const summary = summarize(new MemoryDraws({ spin }));
  assert.equal(summary.variables[0].essTail, null);
  assert.deepEqual(summary.warnings, []);
  assert.equal(meetsStopRule(summary, { essBulk: 400, essTail: 400, rhat: 1.02 }), true);
  assert.equal(meetsStopRule(summary, { essBulk: 1e5, essTail: 400 }), false);
});

Deno.test("a job may stop once every variable that moves meets every condition", () => {
  random.at(6, 0);
  const x = normals(4, 500, normal);
  const slow = x.map((chain, c) => chain.map((v) => v + c));
  const one = x.map((chain) => chain.map(() => 1));
  const still = x.map((chain, c) => chain.map(() => c));
  const good = summarize(new MemoryDraws({ x, one }));
  assert.equal(meetsStopRule(good, { essBulk: 400, essTail: 400, rhat: 1.02 }), true);
  assert.equal(meetsStopRule(good, { essBulk: 1e5 }), false);
  assert.equal(meetsStopRule(good, { essTail: 1e5 }), false);
  assert.equal(meetsStopRule(summarize(new MemoryDraws({ x, slow })), { rhat: 1.02 }), false);
  assert.equal(meetsStopRule(summarize(new MemoryDraws({ one })), { rhat: 1.02 }), false);
  assert.equal(meetsStopRule(summarize(new MemoryDraws({ x, still })), { rhat: 1.02 }), false);
});

Deno.test("live statistics of a growing job cost at most five times its last ones", () => {
  let cost = 0, draws = 1;
  for (; draws < 1e6; draws = nextRecompute(draws)) cost += draws;
  assert.ok(cost + draws < 5 * draws + 100);
});

Deno.test("the autocorrelation of an AR(1) chain falls geometrically; a chain that stands still has none", () => {
  random.at(7, 0);
  let state = 0;
  const chain = Array.from({ length: 20_000 }, () => state = 0.8 * state + 0.6 * normal());
  const [found, none] = autocorrelation(new MemoryDraws({ x: [chain, chain.map(() => 2)] }), 0, 10);
  assert.equal(none, null);
  assert.equal(found!.length, 11);
  // The standard error of each is below √((1 + 0.64)/(1 − 0.64)/20000) = 0.015; five of them in ten lags: 1e-5.
  found!.forEach((rho, lag) => assert.ok(Math.abs(rho - 0.8 ** lag) < 0.075, `lag ${lag}: ${rho}`));
});
