import assert from "node:assert/strict";
import { compile } from "../../../../models/modules/compile/compile.ts";
import { plainRuntime, run } from "./plain_runtime.ts";
import { createRuntime } from "../../../../models/modules/tape/runtime.ts";
import { Random } from "../../../../numerics/random/random.ts";
import { programs } from "./programs.ts";
import { randomProgram } from "./random_programs.ts";

const MODEL = "export const dim = 1; export const logDensity = (x: number[]) => x[0];";

function resultOf(source: string, sites: number[] = []): unknown {
  const { result } = run(compile(`${source}\n${MODEL}\nexport { result };`), {}, sites);
  assert.ok(typeof result === "function");
  return result();
}

for (const { name, source, gives } of programs) {
  Deno.test(`compiled as written: ${name}`, async () => {
    const whole = `${source}\n${MODEL}\nexport { result };`;
    const itself: { result(): unknown } = await import(`data:application/typescript,${encodeURIComponent(whole)}`);
    assert.deepEqual(itself.result(), gives, "what the language makes of it");
    assert.deepEqual(resultOf(source), gives);
    assertSameLines(whole, compile(whole).code);
  });
}

/** What the compiler may write that the source does not have. */
const OURS = new Set([
  ...Object.keys(plainRuntime()),
  ...["globals", "math", "set", "null", "undefined", "this", "function", "return", "use", "strict"],
]);

/** Every word of the code stands on its line of the source. */
function assertSameLines(source: string, code: string): void {
  const lines = (text: string) => text.split(/\r\n|[\n\r\u2028\u2029]/);
  const written = lines(source.replaceAll("\\u0061", "a"));
  for (const [i, line] of lines(code).slice(0, written.length).entries()) {
    for (const word of line.replace(/ǂ\w*/g, " ").match(/[a-zA-Z_$]{2,}/g) ?? []) {
      assert.ok(OURS.has(word) || written[i].includes(word), `line ${i + 1} has ${word}: ${line}`);
    }
  }
}

// A script reads <!-- as a comment, a module does not; Deno's own reader of TypeScript takes it for one.
Deno.test("what a script would read as a comment is none", () => {
  const source = `function result(a = 1, b = 3) { const c = a <!--b; while (b --> 0) a++; return [c, a, b, a<!--b]; }
function hidden(n = 0) { let i = 1; return n <!-- /* a comment to both */ i; }`;
  assert.deepEqual(resultOf(source), [false, 3, -1, false]);
  assert.ok(!compile(`${source}\n${MODEL}`).code.includes("<!--"));
});

Deno.test("an operation knows its place in the source", () => {
  const source = `export const dim = 2;
export function logDensity(x) {
  const scale =
    Math.exp(x[0]);
  return -0.5 * (x[1] / scale) ** 2
    - Math.log(scale);
}`;
  const sites: number[] = [];
  const compiled = compile(source);
  run(compiled, {}, sites).logDensity([0, 1]);
  assert.deepEqual(sites.map((site) => compiled.sites[site]), [
    { line: 5, column: 18, text: "x[1] / scale" },
    { line: 5, column: 17, text: "(x[1] / scale) ** 2" },
    { line: 5, column: 10, text: "-0.5 * (x[1] / scale) ** 2" },
    { line: 5, column: 10, text: "-0.5 * (x[1] / scale) ** 2 - Math.log(scale)" },
  ]);
  assert.ok(compiled.sites.some(({ line, text }) => line === 4 && text === "Math.exp(x[0])"));
});

Deno.test("the text of a long place is cut", () => {
  const { sites } = compile(
    `export const dim = 1; export const logDensity = (x) => x[0] + ${"1 * x[0] + ".repeat(50)} 2;`,
  );
  for (const { text } of sites) assert.ok(text.length <= 60, text);
});

Deno.test("what is imported comes from the library, under the names it is given", () => {
  const source = `import { normal, studentT as t, type Value } from "ergodic";
export const dim = 1;
export function logDensity(x: Value[]) { return normal(x[0]) + t(x[0]) + lib.normal(1); }
import * as lib from "ergodic";`;
  const library = { normal: (x: number) => 10 * x, studentT: (x: number) => 100 * x };
  assert.equal(run(compile(source, ["normal", "studentT"]), library).logDensity([2]), 230);
});

Deno.test("what is exported is given back under the names it is exported by", () => {
  const source = `const size = 1, density = (x) => x[0]; let { a, b: [c] } = { a: 1, b: [2] };
export { size as dim, density as logDensity, type Gone, Only };
export const [first, { second = 2 }] = [1, {}]; export class Kept {}
interface Gone {} type Only = number;
export { a, c as "any text" };`;
  const compiled = compile(source);
  assert.deepEqual(compiled.exports, ["dim", "logDensity", "first", "second", "Kept", "a", "any text"]);
  const exports = run(compiled);
  assert.deepEqual([exports.dim, exports.first, exports.second, exports.a, exports["any text"]], [1, 1, 2, 1, 2]);
});

Deno.test("a module may end with a comment, begin with #! and import for its effects on types alone", () => {
  const compiled = compile(`#!/usr/bin/env deno
"use strict"
import type { X } from "./elsewhere.ts"
import {} from "ergodic"
export const dim = 3 // three
export const logDensity = () => 0 // the end`);
  assert.equal(run(compiled).dim, 3);
});

Deno.test("loop counters cost nothing: their arithmetic stays what it is", () => {
  const { code } = compile(`export const dim = 3;
export function logDensity(x) { let lp = 0; for (let i = 1; i < 3; i++) lp += x[i] * x[i - 1]; return lp; }`);
  assert.match(
    code,
    /for \(let i = 1; i < 3; \(i\+\+\)\) \(lp = ǂ.add\(lp, ǂ.mul\(x\[i\], x\[i - 1\], \d+\), \d+\)\);/,
  );
});

Deno.test("a hundred thousand characters compile in time proportional to them", () => {
  const line = "  lp += Math.exp(x[0]) * (x[1] - 2) / (1 + x[0] ** 2);\n";
  const compiled = compile(
    `export const dim = 2; export function logDensity(x) { let lp = 0;\n${line.repeat(2000)} return lp; }`,
  );
  assert.equal(compiled.sites.length, 7 * 2000);
});

Deno.test("a return without a line feed stays a line of its own where a type goes", () => {
  const source = `type T = {\r a: 1 }\nconst f = (a: {\r}): {\r\n} => 1;\r\n${MODEL}`;
  const { code } = compile(source);
  const line = code.split(/\r\n|[\r\n]/).findIndex((text) => text.includes("const dim"));
  assert.equal(line, source.split(/\r\n|[\r\n]/).findIndex((text) => text.includes("const dim")));
});

/** What a program gives, or that it throws. */
function outcome(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error instanceof Error ? error.name : error;
  }
}

Deno.test("three hundred random programs compute what they compute without the compiler, on any runtime of numbers", () => {
  const random = new Random(5);
  for (let i = 0; i < 300; i++) {
    const { typed, plain } = randomProgram(random.at(i, 0));
    const expected = outcome(() => new Function(`"use strict"; ${plain}\nreturn result();`)());
    const compiled = compile(`${typed}\n${MODEL}\nexport { result };`);
    const open: (runtime: unknown, library: unknown) => { result(): unknown } = (0, eval)(compiled.code);
    const runtime = createRuntime(compiled.sites);
    const globals = { ...plainRuntime().globals, ...runtime.globals };
    for (const numbers of [plainRuntime(), { ...runtime, globals }]) {
      assert.deepEqual(
        outcome(() => open(numbers, {}).result()),
        expected,
        `program ${i}:\n${typed}\n${compiled.code}`,
      );
    }
  }
});
