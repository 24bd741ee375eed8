/** What a summary says of a flow that proposes to chains. */
import assert from "node:assert/strict";
import { summarize } from "../../../coordinator/statistics/summary.ts";
import { Random } from "../../../numerics/random/random.ts";
import { MemoryDraws, normals } from "./memory_draws.ts";

const CHAINS = 4, DRAWS = 500;

/** Chains that mix, with what their proposals recorded. */
function summaryOf(acceptance: () => number, logWeight: () => number, seed: number) {
  const random = new Random(seed).at(0, 0);
  const filled = (value: () => number) => Array.from({ length: CHAINS }, () => Array.from({ length: DRAWS }, value));
  const x = normals(CHAINS, DRAWS, () => random.normal());
  return summarize(
    new MemoryDraws({ x }, { global_acceptance_rate: filled(acceptance), proposal_log_weight: filled(logWeight) }),
  );
}

const codes = ({ warnings }: ReturnType<typeof summarize>) => warnings.map(({ code }) => code);

Deno.test("a flow that fits has an acceptance rate, a k-hat below its limit, and the log evidence of its weights", () => {
  const random = new Random(21).at(1, 0);
  // Weights exp(3 + z/2 − 1/8), of mean e³; all fixed by the seed.
  const summary = summaryOf(() => 0.6, () => 3 + 0.5 * random.normal() - 0.125, 1);
  assert.deepEqual(codes(summary), []);
  assert.ok(Math.abs((summary.globalMoves?.acceptRate ?? NaN) - 0.6) < 1e-12);
  assert.ok((summary.globalMoves?.khat ?? NaN) < 0.5, JSON.stringify(summary.globalMoves));
  const { value, standardError } = summary.logEvidence ?? { value: NaN, standardError: NaN };
  assert.ok(Math.abs((value ?? NaN) - 3) < 4.9 * (standardError ?? NaN), `${value} ± ${standardError}`); // two-sided 10⁻⁶
});

Deno.test("rare acceptance, heavy weights, and no flow at all are each told for what they are", () => {
  const random = new Random(22).at(1, 0);
  const light = () => 0.1 * random.normal();
  // u^(−1.2): the tail of a weight whose mean is infinite.
  const heavy = () => -1.2 * Math.log(random.uniform());
  assert.deepEqual(codes(summaryOf(() => 0.01, light, 2)), ["global-moves"]);
  assert.deepEqual(codes(summaryOf(() => 0.5, heavy, 3)), ["flow-tails"]);
  const none = summaryOf(() => NaN, () => NaN, 4);
  assert.deepEqual(codes(none), ["no-flow"]);
  assert.deepEqual([none.globalMoves, none.logEvidence?.value], [{ acceptRate: null, khat: null }, null]);
});
