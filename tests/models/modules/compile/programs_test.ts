import assert from "node:assert/strict";
import { compile } from "../../../../models/modules/compile/compile.ts";
import { run } from "./plain_runtime.ts";

Deno.test("a module keeps its lines", () => {
  const source =
    "import { normal } from 'ergodic';\nexport const dim = 1;\n\nexport function logDensity(x: number[]) {\n  return normal(x[0],\n    0, 1); }";
  const { code } = compile(source, ["normal"]);
  assert.equal(code.split("\n")[3].trim(), "function logDensity(x) {");
  const { logDensity } = run(compile(source), { normal: (x: number) => -x * x / 2 });
  assert.equal(logDensity([2]), -2);
});
