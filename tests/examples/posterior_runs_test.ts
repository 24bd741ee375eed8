/**
 * Chains of the posteriors of examples/models agree with what was published of them, and with long runs of JAGS. `deno task posteriors` does the same by the command line
 * and over HTTP.
 *
 * A right quantity is further away than four standard errors, of both runs together, for one seed in 16,000: of some 400 quantities one is in
 * one of forty seeds. The seed is fixed.
 */
import assert from "node:assert/strict";
import { NAMES, openPosterior, type Ran, readSource, runPosterior } from "./posterior.ts";
import { compare, compareWithJags, type Comparison } from "./published.ts";

const RUN = { chains: 4, warmup: 1000, draws: 1000, seed: 20260405 };
const MOST_RHAT = 1.01;

function compared(name: string, { found }: Ran): Comparison[] {
  const find = (quantity: string) => {
    const diagnostics = found.get(quantity);
    assert(diagnostics, `${name} does not report ${quantity}`);
    return diagnostics;
  };
  return [...compare(name, find), ...compareWithJags(name, find)];
}

for (const name of NAMES) {
  Deno.test(`chains of ${name} agree with the published estimates and with JAGS, mix, and do not diverge`, () => {
    const ran = runPosterior(name, openPosterior(name), RUN);
    assert.equal(ran.divergences, 0);
    for (const [variable, { rhat, constant }] of ran.found) {
      assert(constant || rhat <= MOST_RHAT, `R-hat of ${variable} is ${rhat}`);
    }
    for (const { quantity, what, found, printed, errors, agrees } of compared(name, ran)) {
      assert(agrees, `the ${what} of ${quantity} is ${found}, expected ${printed}: ${errors} standard errors`);
    }
  });
}

Deno.test("chains of a posterior that lacks a Jacobian do not agree", () => {
  const source = readSource("mice").replace("+ Math.log(r.value);", ";");
  assert.notEqual(source, readSource("mice"));
  const ran = runPosterior("mice", openPosterior("mice", source), RUN);
  assert(compared("mice", ran).some(({ agrees }) => !agrees));
});
