import assert from "node:assert/strict";
import { summarizeCalibration } from "../../../coordinator/statistics/calibration/calibration_summary.ts";
import { Workspace } from "../../../coordinator/statistics/workspace.ts";
import { Random } from "../../../numerics/random/random.ts";
import { MemoryDraws } from "./memory_draws.ts";

const CHAINS = 60, DRAWS = 39;

/** What replications record whose truth is below a draw with probability u, u uniform; of wrong ones u². `sticky` repeats a draw so often. */
function recorded({ wrong = false, sticky = 1 } = {}): number[][] {
  const random = new Random(20260701).at(0, 0);
  return Array.from({ length: CHAINS }, () => {
    const u = random.uniform(), below = wrong ? u * u : u;
    let last = 0;
    return Array.from({ length: DRAWS }, (_, i) => i % sticky === 0 ? last = Number(random.uniform() < below) : last);
  });
}

const summarize = (values: Record<string, number[][]>, start: "truth" | "warmup" = "truth") =>
  summarizeCalibration(new MemoryDraws(values, { lp_below: recorded() }), start, new Workspace());

Deno.test("ranks that are uniform are calibrated, and variables are the ranks on (0, 1)", () => {
  const { calibration, variables, warnings } = summarize({ a: recorded(), b: recorded() });
  assert.equal(calibration?.verdict, "calibrated"); // false alarms of a seed: 1 %
  assert.deepEqual(calibration.quantities.map(({ name }) => name), ["a", "b", "log density"]);
  assert.deepEqual(warnings, []);
  const [{ mean, sd, q50, mcseMean }] = variables;
  assert.ok(mean !== null && sd !== null && q50 !== null && mcseMean !== null);
  assert.ok(Math.abs(mcseMean - sd / Math.sqrt(CHAINS)) < 0.01 * mcseMean + 1e-3);
  for (const [found, expected] of [[mean, 0.5], [q50, 0.5], [sd, 0.29]]) assert.ok(Math.abs(found - expected) < 0.2);
});

Deno.test("a quantity whose ranks lean is named, and the others are not", () => {
  const { calibration, warnings } = summarize({ a: recorded(), b: recorded({ wrong: true }) });
  assert.equal(calibration?.verdict, "miscalibrated");
  assert.deepEqual(calibration.quantities.filter(({ uniform }) => !uniform).map(({ name }) => name), ["b"]);
  assert.match(warnings[0].message, /^The ranks of b \(p \de-\d+\) are not uniform/);
});

Deno.test("the histogram has as many bins as hold equally many ranks, and every replication once", () => {
  const { calibration } = summarize({ a: recorded() });
  const [{ histogram }] = calibration?.quantities ?? [];
  assert.equal(histogram.length, 10); // 40 ranks; at most 60 / 5 bins, and 10 is the largest divisor below
  assert.equal(histogram.reduce((a, b) => a + b), CHAINS);
});

Deno.test("draws that depend on each other are told of where they go on from warmup, with what to do", () => {
  const codes = (sticky: number, start: "truth" | "warmup") =>
    summarize({ a: recorded({ sticky }) }, start).warnings.filter(({ code }) => code === "dependent-draws");
  assert.match(codes(5, "warmup")[0].message, /thin: \d+ or more, or start: "truth"/);
  assert.deepEqual(codes(1, "warmup"), []);
  assert.deepEqual(codes(5, "truth"), []);
});

Deno.test("replications that are not finished have no verdict", () => {
  const values = { a: recorded({ wrong: true }) }, statistics = { lp_below: recorded() };
  const draws = new class extends MemoryDraws {
    override readonly complete: boolean = false;
  }(values, statistics);
  const { calibration, warnings } = summarizeCalibration(draws, "truth", new Workspace());
  assert.equal(calibration?.verdict, "incomplete");
  assert.deepEqual(warnings, []);
});
