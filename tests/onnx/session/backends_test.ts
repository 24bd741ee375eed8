/** Which backend a job is given, and what it is told where that is not the one it asked for. */
import assert from "node:assert/strict";
import { type Backends, chooseBackend } from "../../../onnx/session/backends.ts";

const missing = { missing: "it is not there" };
const card = { adapter: "card", isSoftware: false }, software = { adapter: "llvmpipe", isSoftware: true };
const cases: [string, Parameters<typeof chooseBackend>[0], Backends, string, boolean][] = [
  ["a graphics processor comes first", "auto", { webgpu: card, native: true }, "webgpu:card", false],
  ["a software adapter is never chosen", "auto", { webgpu: software, native: true }, "native", false],
  ["but may be asked for", "webgpu", { webgpu: software, native: true }, "webgpu:llvmpipe", false],
  ["Wasm is always there", "auto", { webgpu: missing, native: missing }, "wasm", false],
  ["what is asked for is given", "wasm", { webgpu: card, native: true }, "wasm", false],
  ["native code is not made way for by a card", "native", { webgpu: card, native: true }, "native", false],
  ["a missing card gives way to native code, with a word", "webgpu", { webgpu: missing, native: true }, "native", true],
  ["missing native code gives way to Wasm, with a word", "native", { webgpu: card, native: missing }, "wasm", true],
];

for (const [name, asked, backends, numericClass, hasWord] of cases) {
  Deno.test(name, () => {
    const choice = chooseBackend(asked, backends);
    assert.equal(choice.numericClass, numericClass);
    assert.equal(choice.insteadOf !== undefined, hasWord);
  });
}
