import assert from "node:assert/strict";
import { Random } from "../../../numerics/random/random.ts";
import { compile } from "../../../models/modules/compile/compile.ts";
import { openModule } from "../../../models/modules/module.ts";
import { programs } from "./derivatives/programs.ts";

const PLACES = 6, RUNS = 6; // each place: recorded, interpreted and compiled
const TOLERANCE = 1e-9;

for (const [i, { name, dim, before = "", body, data, positive, gradient }] of programs.entries()) {
  Deno.test(`the derived gradient is that by hand: ${name}`, () => {
    const declared = before.includes("export const variables") ? "" : `export const dim = ${dim};`;
    const source = `${before}\n${declared}\nexport function logDensity(x, data) {\n${body}\n}`;
    const target = openModule(compile(source), data).target();
    const random = new Random(5).at(i, 0);
    const places = Array.from(
      { length: PLACES },
      () =>
        Float64Array.from({ length: dim }, () => positive ? 0.2 + 1.5 * random.uniform() : 3 * random.uniform() - 1.5),
    );
    const found = new Float64Array(dim);
    for (let run = 0; run < RUNS; run++) {
      for (const x of places) {
        target.logDensityAndGradient(x, found);
        const truth = gradient([...x]), scale = Math.max(...truth.map(Math.abs));
        found.forEach((slope, k) => {
          // Slopes that cancel to nothing are held to the largest.
          const most = TOLERANCE * Math.max(Math.abs(truth[k]), 1e-5 * scale);
          assert.ok(
            Math.abs(slope - truth[k]) <= most,
            `run ${run} at ${x}: slope ${k} is ${slope}, by hand ${truth[k]}`,
          );
        });
      }
    }
  });
}

Deno.test("at least 65 programs are held to gradients by hand", () => {
  assert.ok(programs.length >= 65, `${programs.length}`);
});
