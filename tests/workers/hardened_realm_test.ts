import assert from "node:assert/strict";
import type { Left } from "./closed_worker.ts";

const FORBIDDEN = [
  ...["Deno", "process", "fetch", "WebSocket", "EventSource", "BroadcastChannel", "Worker", "postMessage", "onmessage"],
  ...["addEventListener", "setTimeout", "setInterval", "setImmediate", "performance", "crypto", "navigator", "caches"],
  ...["localStorage", "sessionStorage", "Function", "eval", "self", "global", "console", "close", "location", "name"],
  ...[
    "MessageChannel",
    "MessagePort",
    "SharedArrayBuffer",
    "Atomics",
    "Date",
    "Intl",
    "structuredClone",
    "importScripts",
  ],
];
/** The language's own, and what the runtime and the encoding of blocks call by its name. */
const MAY_BE =
  /^([A-Z][A-Za-z0-9]*Error|(Big)?(Ui|I)nt\d+(Clamped)?Array|Float\d+Array|is(NaN|Finite)|parse(Int|Float)|NaN|Infinity|globalThis)$/;
const KNOWN = new Set([
  ...["Object", "Array", "Number", "Boolean", "String", "Symbol", "BigInt", "Math", "JSON", "RegExp", "Map", "Set"],
  ...["WeakMap", "WeakSet", "WeakRef", "FinalizationRegistry", "Promise", "Proxy", "Reflect", "Iterator", "Error"],
  ...["ArrayBuffer", "DataView", "WebAssembly", "Buffer", "queueMicrotask", "dispatchEvent", "constructor"],
]);

Deno.test("of a worker's realm nothing is left that reaches beyond it, and nothing that makes code of text", async () => {
  const worker = new Worker(import.meta.resolve("./closed_worker.ts"), {
    type: "module",
    deno: { permissions: "none" },
  });
  const { port1, port2 } = new MessageChannel();
  const { promise, resolve } = Promise.withResolvers<Left>();
  port1.onmessage = ({ data }) => resolve(data);
  worker.postMessage(FORBIDDEN, [port2]);
  const { names, reached } = await promise;
  port1.close();
  worker.terminate();
  assert.deepEqual(reached, []);
  const others = names.filter((name) => !KNOWN.has(name) && !MAY_BE.test(name));
  assert.deepEqual(others, []);
});
