/** No gradient is wrong without a word: what is not finite is told with its line; what depends on earlier calls, or takes too much, is refused. */
import assert from "node:assert/strict";
import { compile } from "../../../models/modules/compile/compile.ts";
import { ModuleError } from "../../../models/modules/errors.ts";
import { openModule } from "../../../models/modules/module.ts";

const RUNS = 6; // recorded, interpreted and compiled

function opened(lines: readonly string[], dim = 1, before = "") {
  const source = `${before}export const dim = ${dim};\nexport function logDensity(x) {\n${lines.join("\n")}\n}`;
  return openModule(compile(source), undefined);
}

/** `line`: of the body, from 1. */
const terms: { name: string; body: string[]; at: number[]; line: number; value: number }[] = [
  { name: "a root at zero", body: ["const a = x[0] * 2;", "return a + Math.sqrt(x[0]);"], at: [0], line: 2, value: 0 },
  {
    name: "a root of a square at zero",
    body: ["const r = x[0] ** 2;", "const root = Math.sqrt(r);", "return root * 3;"],
    at: [0],
    line: 2,
    value: 0,
  },
  {
    name: "a logarithm of zero that max hides",
    body: ["const l = Math.log(x[0]);", "return Math.max(l, -5);"],
    at: [0],
    line: 1,
    value: -5,
  },
  { name: "a power below one of zero", body: ["return 1 +", "x[0] ** 0.5;"], at: [0], line: 2, value: 1 },
  {
    name: "an exponential that overflows in a quotient",
    body: ["const e = Math.exp(x[0]);", "return 1 / (1 + e);"],
    at: [1000],
    line: 1,
    value: 0,
  },
  {
    name: "an arc's end, behind a harmless infinity",
    body: ["const l = 1 / (1 - x[0]);", "return l > 5 ? Math.asin(x[0]) : x[0];"],
    at: [1],
    line: 2,
    value: Math.PI / 2,
  },
];

for (const { name, body, at, line, value } of terms) {
  Deno.test(`a gradient that is not finite is counted with its line: ${name}`, () => {
    const target = opened(body).target(), gradient = new Float64Array(1);
    for (let run = 0; run < RUNS; run++) {
      assert.equal(target.logDensityAndGradient(Float64Array.from(at), gradient), value);
      assert.ok(!Number.isFinite(gradient[0]), `${gradient}`);
      const found = target.takeNonFiniteTerms();
      assert.deepEqual(found.map((term) => [term.line - 2, term.count]), [[line, 1]]);
      target.logDensityAndGradient(Float64Array.of(0.5), gradient);
      assert.deepEqual([Number.isFinite(gradient[0]), target.takeNonFiniteTerms()], [true, []]);
    }
  });
}

const finite: { name: string; body: string; at: number[]; gradient: number[] }[] = [
  { name: "abs at zero", body: "return Math.abs(x[0]) + x[0];", at: [0], gradient: [1] },
  { name: "max of equals", body: "return Math.max(x[0], x[1]);", at: [2, 2], gradient: [1, 0] },
  { name: "x ** 0 and 0 ** 2", body: "return x[0] ** 0 + x[0] ** 2 + x[0];", at: [0], gradient: [1] },
  { name: "zero to a traced power", body: "return (x[0] * 0) ** x[1] + x[1];", at: [1, 2], gradient: [0, 1] },
  { name: "hypot of zeros", body: "return Math.hypot(x[0], x[1]) + x[0];", at: [0, 0], gradient: [1, 0] },
  { name: "a guarded logarithm", body: "return x[0] > 0 ? x[0] * Math.log(x[0]) : 0;", at: [0], gradient: [0] },
  { name: "expm1 far below zero", body: "return Math.expm1(x[0]);", at: [-40], gradient: [Math.exp(-40)] },
  { name: "tanh far out", body: "return Math.tanh(x[0]);", at: [25], gradient: [Math.cosh(25) ** -2] },
  { name: "a remainder at a multiple", body: "return (x[0] % 0.1) + x[0];", at: [0.3], gradient: [2] },
  { name: "a remainder by what moves", body: "return 0.9999999999999999 % x[0];", at: [1 / 3], gradient: [-2] },
  { name: "−∞ outside", body: "return x[0] > 0 ? -x[0] : -Infinity;", at: [-1], gradient: [0] },
];

for (const { name, body, at, gradient } of finite) {
  Deno.test(`where a function has a corner or an end the gradient is one of its sides: ${name}`, () => {
    const target = opened([body], at.length).target(), found = new Float64Array(at.length);
    for (let run = 0; run < RUNS; run++) {
      target.logDensityAndGradient(Float64Array.from(at), found);
      gradient.forEach((slope, k) => assert.ok(Math.abs(found[k] - slope) <= 1e-12 * Math.abs(slope), `${found}`));
      assert.deepEqual(target.takeNonFiniteTerms(), []);
    }
  });
}

Deno.test("0 · log 0 gives NaN, which is no density, and never a number", () => {
  const target = opened(["return 0 * Math.log(x[0]) + x[0];"]).target();
  for (let run = 0; run < RUNS; run++) assert.ok(Number.isNaN(target.logDensity(Float64Array.of(0))));
});

const kept: [string, string, string][] = [
  ["returned", "let last; ", "const now = last ?? x[0]; last = x[0]; return now;"],
  ["added", "let last = 0; ", "const now = last + x[0]; last = x[0]; return now;"],
  ["compared", "let last = 0; ", "const was = last; last = x[0]; return was > 0 ? x[0] : -x[0];"],
];
for (const [name, before, body] of kept) {
  Deno.test(`a coordinate that is kept from one call to the next is refused where it is ${name}`, () => {
    const { module, data } = opened([body], 1, before);
    assert.throws(() => module.examine(data), (error) => {
      return error instanceof ModuleError && /kept from one evaluation to another/.test(error.message);
    });
  });
}

Deno.test("a density that counts its calls is refused", () => {
  const { module, data } = opened(["return -(x[0] ** 2) * ++calls;"], 1, "let calls = 0; ");
  assert.throws(() => module.examine(data), /two results at one place/);
});

Deno.test("a loop of a million operations is derived", () => {
  const turns = 250_000; // of four operations
  const target = opened([`let s = 0; for (let i = 0; i < ${turns}; i++) s += Math.sin(x[0] * (i % 7)) - 1; return s;`])
    .target();
  const gradient = new Float64Array(1);
  let truth = 0;
  for (let i = 0; i < turns; i++) truth += Math.cos(0.5 * (i % 7)) * (i % 7);
  for (let run = 0; run < 5; run++) {
    target.logDensityAndGradient(Float64Array.of(0.5), gradient);
    assert.ok(Math.abs(gradient[0] - truth) < 1e-9 * Math.abs(truth), `run ${run}: ${gradient[0]}, expected ${truth}`);
  }
});

Deno.test("a density of more operations than a record holds is refused with what to write instead", () => {
  const target = opened(["let s = x[0]; for (let i = 0; i < 5e6; i++) s = s * 0.5 + 1; return s;"]).target();
  assert.throws(() => target.logDensity(Float64Array.of(1)), /more than \d+ operations.*vector functions/);
});
