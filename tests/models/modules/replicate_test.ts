/** Modules that can simulate: their replications, what `check` finds of them, and what is refused. */
import assert from "node:assert/strict";
import { Random } from "../../../numerics/random/random.ts";
import { libraryNames } from "../../../models/library/library.ts";
import { checkModule } from "../../../models/modules/checking/check.ts";
import { compile } from "../../../models/modules/compile/compile.ts";
import { openModule } from "../../../models/modules/module.ts";

const SOURCE = `
import { normal, positive } from "ergodic";
export const variables = { mu: [], logSigma: [] };
export function logDensity({ mu, logSigma }, { y }) {
  const sigma = positive(logSigma);
  return normal(mu, 0, 1) - sigma.value + sigma.logJacobian + normal(y, mu, sigma.value);
}
export function prior(random) {
  return { mu: random.normal(0, 1), logSigma: Math.log(random.exponential(1)) };
}
export function simulate({ mu, logSigma }, random, { y }) {
  return { y: y.map(() => random.normal(mu, Math.exp(logSigma))) };
}
`;
const DATA = { y: [0.3, -1, 2] };

function opened(source: string) {
  const { target } = openModule(compile(source, libraryNames), DATA);
  const { replicate } = target();
  assert(replicate);
  return replicate;
}

Deno.test("a replication is a function of its random numbers: the truth, and the posterior of the data that it made", () => {
  const replicate = opened(SOURCE);
  const first = replicate(new Random(1).at(3, 0)), again = opened(SOURCE)(new Random(1).at(3, 0));
  const other = replicate(new Random(1).at(4, 0));
  assert.deepEqual(again.truth, first.truth);
  assert.equal(again.target.logDensity(first.truth), first.target.logDensity(first.truth));
  assert.notDeepEqual(other.truth, first.truth);
  assert.notEqual(other.target.logDensity(first.truth), first.target.logDensity(first.truth));
});

Deno.test("a module that lacks prior or simulate has no replications", () => {
  const { target } = openModule(compile(SOURCE.replace("function prior", "function before"), libraryNames), DATA);
  assert.equal(target().replicate, undefined);
});

const refused: [string, string, RegExp][] = [
  ["return { mu: random.normal(0, 1)", "return { nu: random.normal(0, 1)", /prior: gives no mu/],
  ["random.exponential(1)", "random.exponential(-1)", /rate must be positive, found -1/],
  ["random.normal(mu, Math.exp(logSigma))", "NaN", /simulate: the data\.y\.0 is NaN/],
  ["return { y: y.map(() => random.normal(mu, Math.exp(logSigma))) };", "", /simulate gives nothing/],
  ["=> random.normal(mu, Math.exp(logSigma))", "=> Math.exp", /simulate: the data\.y\.0 is no JSON value/],
];
for (const [text, instead, expected] of refused) {
  Deno.test(`simulation is refused: ${expected.source}`, () => {
    assert.ok(SOURCE.includes(text));
    assert.throws(() => opened(SOURCE.replace(text, instead))(new Random(1).at(0, 0)), expected);
  });
}

/** A clock that runs, so that timing ends. */
function clock(): () => number {
  let time = 0;
  return () => time += 10;
}

Deno.test("a right module passes: its gradient, the transforms that it uses", () => {
  const { gradient, transforms } = checkModule(compile(SOURCE, libraryNames), DATA, 1, clock());
  assert.ok(gradient.agrees && gradient.relativeError < 1e-8);
  assert.deepEqual([gradient.kind, gradient.points, gradient.nonFinitePoints], ["derived", 12, 0]);
  assert.deepEqual(transforms.map(({ name, agrees }) => [name, agrees]), [["positive", true]]);
});

Deno.test("a gradient of the module's own that is wrong is found, with its coordinate", () => {
  const source = `${SOURCE}
export function gradient({ mu, logSigma }, out, { y }) {
  const sigma = Math.exp(logSigma);
  out[0] = -mu;
  out[1] = 1 - sigma - y.length;
  for (const one of y) {
    out[0] += (one - mu) / sigma ** 2;
    out[1] += ((one - mu) / sigma) ** 2 * 1.001;
  }
}`;
  const { gradient } = checkModule(compile(source, libraryNames), DATA, 1, clock());
  assert.deepEqual([gradient.agrees, gradient.kind, gradient.worst?.coordinate], [false, "given", "logSigma"]);
});

Deno.test("where a density is not finite the term that makes it so is named", () => {
  const source = SOURCE.replace("return normal(mu, 0, 1)", "return Math.sqrt(mu) + normal(mu, 0, 1)");
  const { gradient } = checkModule(compile(source, libraryNames), DATA, 1, clock());
  assert.match(gradient.nonFinite[0].term ?? "", /line 6, column 10: Math\.sqrt\(mu\)/);
});
