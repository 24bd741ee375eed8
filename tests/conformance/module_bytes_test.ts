/** Draws of a user's module are the same bytes whoever makes them, and whatever is killed on the way. */
import { MODEL_EXAMPLES } from "../../coordinator/routes/examples.ts";
import { expectSameBytes } from "./run_on.ts";

const rest = { chains: 3, warmup: 300, draws: 1500, seed: 11 };
const JOBS = [
  { model: MODEL_EXAMPLES.module, ...rest },
  { model: MODEL_EXAMPLES.module, sampler: { kind: "random-walk" }, ...rest, draws: 20_000 },
];

for (const job of JOBS) {
  const sampler = "sampler" in job ? job.sampler.kind : "nuts";
  Deno.test(`a module by ${sampler}: 1, 2 and 4 workers, shuffled results and kills give the same bytes`, () =>
    expectSameBytes(job, { kind: "modules" }));
}
