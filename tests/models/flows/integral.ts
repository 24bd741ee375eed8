/** ∫ p over the plane, or over what the logit layer can give, by the trapezoidal rule in coordinates in which the density falls fast. */
import { MARGIN } from "../../../models/flows/layers/logit.ts";
import type { Batch } from "../../../models/flows/flow.ts";
import type { Preprocess } from "../../../models/flows/definition.ts";

const REACH = 6.5; // sinh 6.5 = 333
const CELLS = 400;

export function integral(logDensity: (x: Batch) => Float64Array, preprocess: Preprocess): number {
  const step = 2 * REACH / CELLS;
  const line = Array.from({ length: CELLS + 1 }, (_, i) => {
    const t = i * step - REACH, y = Math.sinh(t), dy = Math.cosh(t);
    if (preprocess !== "logit") return { x: y, dx: dy };
    const p = 1 / (1 + Math.exp(-y));
    return { x: (p - MARGIN) / (1 - 2 * MARGIN), dx: dy * p * (1 - p) / (1 - 2 * MARGIN) };
  }).filter(({ dx }) => dx > 1e-14); // where p is 0 or 1 in double precision there is nothing left
  const values = new Float64Array(line.length ** 2 * 2);
  line.forEach((a, i) => line.forEach((b, j) => values.set([a.x, b.x], 2 * (i * line.length + j))));
  const logs = logDensity({ rows: line.length ** 2, values });
  return logs.reduce((sum, log, k) => {
    const area = line[Math.floor(k / line.length)].dx * line[k % line.length].dx * step * step;
    return sum + Math.exp(log) * area;
  }, 0);
}
