import assert from "node:assert/strict";
import { carrier, compile, MODULES } from "../../../numerics/wasm/build.ts";

for (const name of Object.keys(MODULES)) {
  Deno.test(`${name}.wasm.ts is what its source compiles to`, async () => {
    const kept = await Deno.readTextFile(new URL(`../../../numerics/wasm/${name}.wasm.ts`, import.meta.url));
    assert.equal(kept, carrier(name, await compile(name)));
  });
}

Deno.test("every source belongs to a module, and every carrier is one", async () => {
  const folder = new URL("../../../numerics/wasm/", import.meta.url);
  const files = Array.from(Deno.readDirSync(folder), ({ name }) => name);
  const sources = files.filter((name) => name.endsWith(".as"));
  const used = new Set(Object.entries(MODULES).map(([name, { source = name }]) => `${source}.as`));
  for (const source of sources) {
    const text = await Deno.readTextFile(new URL(source, folder));
    for (const [, imported] of text.matchAll(/from "\.\/(\w+)"/g)) used.add(`${imported}.as`);
  }
  assert.deepEqual(sources.filter((name) => !used.has(name)), []);
  const carriers = files.filter((name) => name.endsWith(".wasm.ts")).map((name) => name.replace(".wasm.ts", ""));
  assert.deepEqual(carriers.filter((name) => !(name in MODULES)), []);
});
