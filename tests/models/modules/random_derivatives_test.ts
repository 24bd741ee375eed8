import assert from "node:assert/strict";
import { judgeRandomPrograms } from "./derivatives/random_derivatives.ts";

const PROGRAMS = 5000, PARTS = 5;
const SEED = Number(Deno.env.get("SEED") ?? 20261126);

// A right derivation passes for certain: nothing here is a matter of chance but what is looked at.
for (let part = 0; part < PARTS; part++) {
  const from = part * PROGRAMS / PARTS, to = from + PROGRAMS / PARTS;
  Deno.test(`gradients of random programs ${from + 1} to ${to} are those of dual numbers, in the same bits however often run`, () => {
    const { slopes, leftOut } = judgeRandomPrograms(SEED, from, to);
    assert.ok(leftOut < 0.03 * slopes, `${leftOut} left out of ${slopes}`);
  });
}
