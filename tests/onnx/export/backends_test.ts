/**
 * What is exported, in Wasm, in native code and on a graphics processor: Debian's mesa-vulkan-drivers has one in software. In a process of
 * its own, for what drivers leave running.
 */
import assert from "node:assert/strict";
import { join } from "node:path";

const PROGRAM = join(import.meta.dirname ?? ".", "backends_program.ts");

Deno.test("every exported graph gives its manifest's numbers in every backend", async () => {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args: ["run", "-A", "--quiet", PROGRAM] })
    .output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  const classes: string[] = JSON.parse(new TextDecoder().decode(stdout));
  assert.deepEqual(classes.slice(0, 2), ["wasm", "native"]);
  if (classes.length === 2) {
    console.warn("skipped: WebGPU runs exported graphs. Install mesa-vulkan-drivers for an adapter in software.");
    assert.notEqual(Deno.env.get("CI"), "true");
  }
});
