/** The lines of docs/library.md give what stands behind their arrows; its modules are taken and have gradients; it names every function. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { library, libraryNames } from "../models/library/library.ts";
import { compile } from "../models/modules/compile/compile.ts";
import { openModule } from "../models/modules/module.ts";

const PAGE = Deno.readTextFileSync(join(import.meta.dirname ?? ".", "../docs/library.md"));

const blocks = [...PAGE.matchAll(/^```ts\n([\s\S]*?)^```\n+(?:```json\n([\s\S]*?)^```)?/gm)]
  .map(([, source, data]) => ({ source, data }));
const modules = blocks.filter(({ source }) => source.includes("export function"));
const lines = blocks.filter((block) => !modules.includes(block))
  .flatMap(({ source }) => source.trim().split("\n"));

function evaluate(expression: string): unknown {
  return new Function(...libraryNames, `"use strict"; return ${expression};`)(...Object.values(library));
}

/** As the page writes it: numbers cut to twelve digits, so that the last bits of Math's functions do not matter. */
function written(value: unknown): string {
  if (typeof value === "number") return String(Number(value.toPrecision(12)));
  if (Array.isArray(value)) return `[${value.map(written).join(", ")}]`;
  return `{ ${Object.entries(Object(value)).map(([name, one]) => `${name}: ${written(one)}`).join(", ")} }`;
}

Deno.test("every line of the library's page gives what it says", () => {
  assert.ok(lines.length >= 20);
  for (const line of lines) {
    const [expression, expected] = line.split("; // → ");
    assert.equal(written(evaluate(expression)), expected, line);
  }
});

Deno.test("the modules of the library's page are examined without a warning, and have finite gradients", () => {
  assert.ok(modules.length >= 3);
  for (const { source, data } of modules) {
    const opened = openModule(compile(source, libraryNames), JSON.parse(data));
    assert.deepEqual(opened.module.examine(opened.data).warnings, []);
    const target = opened.target(), gradient = new Float64Array(target.dim);
    const value = target.logDensityAndGradient(new Float64Array(target.dim).fill(0.2), gradient);
    assert.ok(Number.isFinite(value) && gradient.every(Number.isFinite), source);
  }
});

Deno.test("the library's page names every function", () => {
  for (const name of libraryNames) assert.match(PAGE, new RegExp(`\`${name}[(\`]`), name);
});
