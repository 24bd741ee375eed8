/**
 * Takes from a worker's realm all that reaches beyond it, before a user's code comes near. That code runs in a realm of its own (models/modules/realm.ts),
 * in a process without permissions: this is the wall between the two, for the day on which something leads from that realm into this one.
 */

/** What is left on the global object: the language itself, and what numbers and texts are encoded by. */
const KEPT = new Set([
  ...[
    "Object",
    "Function",
    "Array",
    "Number",
    "Boolean",
    "String",
    "Symbol",
    "BigInt",
    "Math",
    "JSON",
    "RegExp",
    "Map",
    "Set",
  ],
  ...["WeakMap", "WeakSet", "WeakRef", "FinalizationRegistry", "Promise", "Proxy", "Reflect", "Iterator"],
  ...["Error", "AggregateError", "EvalError", "RangeError", "ReferenceError", "SyntaxError", "TypeError", "URIError"],
  ...[
    "ArrayBuffer",
    "DataView",
    "Float64Array",
    "Float32Array",
    "Int32Array",
    "Uint32Array",
    "Int16Array",
    "Uint16Array",
  ],
  ...["Int8Array", "Uint8Array", "Uint8ClampedArray", "BigInt64Array", "BigUint64Array"],
  ...["NaN", "Infinity", "undefined", "globalThis", "isNaN", "isFinite", "parseInt", "parseFloat"],
  // The loops of this project's own kernels. Users' code has none: its realm makes no code of bytes.
  "WebAssembly",
  "Buffer", // blocks are encoded by it
  "queueMicrotask", // the runtime calls it by this name
]);

function harden(): void {
  // The runtime makes it when it is first asked for, of what is taken away below.
  Reflect.defineProperty(globalThis, "Buffer", { value: Reflect.get(globalThis, "Buffer"), configurable: false });
  // The constructors that make code of text: none is left that can be reached from a function.
  const functions = [function () {}, function* () {}, async function () {}, async function* () {}];
  for (const one of functions) remove(Object.getPrototypeOf(one), "constructor");
  for (const key of Reflect.ownKeys(EventTarget.prototype)) {
    // Ports are event targets too, so these stay where they are, and are hidden from the global object alone.
    // The runtime tells the global object of errors that nobody caught.
    const value = key === "dispatchEvent" ? () => true : undefined;
    if (key !== "constructor") Reflect.defineProperty(globalThis, key, { value, configurable: false });
  }
  const shared = EventTarget.prototype;
  for (let object: object | null = globalThis; object && object !== shared && object !== Object.prototype;) {
    for (const key of Reflect.ownKeys(object)) {
      if (!(typeof key === "string" && KEPT.has(key) && object === globalThis)) remove(object, key);
    }
    object = Object.getPrototypeOf(object);
  }
  remove(globalThis, "Function");
  Object.freeze(Object.prototype);
}

/** What cannot be deleted is written over. */
function remove(object: object, key: PropertyKey): void {
  try {
    if (Reflect.deleteProperty(object, key)) return;
    Reflect.defineProperty(object, key, { value: undefined, writable: false, configurable: false });
  } catch {
    // an accessor of the runtime that answers by throwing: it gives nothing
  }
}

/** Closes this worker's realm at the first message that it gets, and goes on with what that brought. */
export function onFirstMessage<Data>(begin: (data: Data, port: MessagePort) => void): void {
  addEventListener("message", (event) => {
    if (!(event instanceof MessageEvent)) return;
    const { data, ports: [port] } = event;
    harden();
    begin(data, port);
  }, { once: true });
}
