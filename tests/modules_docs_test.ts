/** The modules of the guide are examined on their data, and their gradients held to differences. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { libraryNames } from "../models/library/library.ts";
import { compile } from "../models/modules/compile/compile.ts";
import { openModule } from "../models/modules/module.ts";

const page = Deno.readTextFileSync(join(import.meta.dirname ?? ".", "../docs/modules.md"));

/** Each module with the data that follow it. */
const modules = [...page.matchAll(/^```ts\n([\s\S]*?)^```\n+(?:```json\n([\s\S]*?)^```)?/gm)]
  .filter(([, source]) => source.includes("export function logDensity"))
  .map(([, source, data]) => ({ source, data: data === undefined ? undefined : JSON.parse(data) }));

Deno.test("the guide has modules", () => assert.ok(modules.length >= 3));

for (const [i, { source, data }] of modules.entries()) {
  Deno.test(`module ${i + 1} of the guide is taken without a warning, and its gradient is that of differences`, () => {
    const opened = openModule(compile(source, libraryNames), data);
    assert.deepEqual(opened.module.examine(opened.data).warnings, []);
    const target = opened.target();
    const x = Float64Array.from({ length: target.dim }, (_, k) => 0.3 + 0.17 * k);
    const gradient = new Float64Array(target.dim);
    target.logDensityAndGradient(x, gradient);
    const h = 1e-5;
    gradient.forEach((slope, k) => {
      const at = (shift: number) => target.logDensity(x.map((value, j) => (j === k ? value + shift : value)));
      const difference = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
      assert.ok(
        Math.abs(slope - difference) <= 1e-7 * Math.max(1, Math.abs(slope)),
        `${k}: ${slope} and ${difference}`,
      );
    });
  });
}
