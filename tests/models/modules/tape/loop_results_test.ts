import assert from "node:assert/strict";
import { openModule } from "../../../../models/modules/module.ts";
import { compile } from "../../../../models/modules/compile/compile.ts";

// Two loops that meet in straight lines: the lines read what the last turn of the first has left, which its first turns need not keep.
const source = `
export const dim = 2;
export function logDensity(x: number[], data: number[][]) {
  let log = 0;
  for (const t of data[0]) {
    log += -Math.exp(x[0] * (t - x[1]));
    log += Math.log(x[0]) + x[0] * (t - x[1]);
  }
  for (const t of data[1]) log += -Math.exp(x[0] * (t - x[1]));
  log += x[1] / x[0];
  for (const t of data[0]) log += Math.sin(x[0] * t) - x[1];
  return log;
}`;
const data = [[1.1, 1.7, 2.4, 3.1, 3.9, 2.2, 2.8], [0.5, 0.9, 1.6]];

function expected([a, b]: readonly number[]): number {
  const survival = (t: number) => -Math.exp(a * (t - b)), sum = (terms: number[]) => terms.reduce((s, t) => s + t, 0);
  return sum(data[0].map((t) => survival(t) + Math.log(a) + a * (t - b) + Math.sin(a * t) - b)) +
    sum(data[1].map(survival)) + b / a;
}

Deno.test("a program that has been compiled gives at each place what the density is there", () => {
  const target = openModule(compile(source), data).target();
  for (let run = 0; run < 12; run++) { // recorded, then interpreted, then compiled
    const x = Float64Array.of(0.4 + 0.05 * run, 0.3 - 0.1 * run),
      found = target.logDensity(x),
      truth = expected([...x]);
    assert(Math.abs(found - truth) < 1e-12 * Math.abs(truth), `run ${run}: ${found}, expected ${truth}`);
  }
});
