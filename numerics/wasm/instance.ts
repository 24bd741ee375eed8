/** Instances of the modules that this folder carries as base64. */

const PAGE_BYTES = 65_536;
/** Kept from the beginning: a worker that is to run a user's code takes the global away. */
const { Module, Instance } = WebAssembly;
const compiled = new Map<string, WebAssembly.Module>();

/** The exports of a new instance of a module, which is compiled when it is first asked for. */
export function instantiate(module: string, imports?: WebAssembly.Imports): WebAssembly.Exports {
  let found = compiled.get(module);
  if (!found) {
    found = new Module(Uint8Array.fromBase64(module));
    compiled.set(module, found);
  }
  return new Instance(found, imports).exports;
}

/** Lets a memory hold so many bytes. Views of it are void where it grows. */
export function reserve(memory: WebAssembly.Memory, bytes: number): void {
  const missing = Math.ceil(bytes / PAGE_BYTES) - memory.buffer.byteLength / PAGE_BYTES;
  if (missing > 0) memory.grow(missing);
}
