/**
 * onnxruntime in WebAssembly by its C functions, which return when they are done.
 *
 * What this module believes
 * - The package publishes the WebAssembly module (ort-wasm-simd-threaded.mjs and .wasm) that its own interface is written over; of the builds
 *   in it, this one suspends nowhere. Its functions are those of OrtInferenceAPIs in the package's lib/wasm/wasm-types.ts.
 * - Its memory is shared, so that views of it outlive its growth.
 * - Where numbers lie can decide in which order they are added: tensors begin at multiples of 64 bytes, everywhere.
 * - What it prints would go to the standard output of a node, which is a channel: it is silenced.
 */
import { InputError } from "../../numerics/errors.ts";
import type { BoundGraph, TensorSlot } from "../../models/model.ts";
import { explain } from "./explain.ts";
import { hideLocation } from "./one_thread.ts";

const FUNCTIONS = [
  "_malloc",
  "_free",
  "_OrtInit",
  "_OrtGetLastError",
  "_OrtCreateSessionOptions",
  "_OrtReleaseSessionOptions",
  "_OrtCreateSession",
  "_OrtReleaseSession",
  "_OrtCreateTensor",
  "_OrtReleaseTensor",
  "_OrtRun",
] as const;

/** Addresses and handles are numbers of 32 bits; a handle of 0 and a status other than 0 are failures. */
type Runtime = Readonly<Record<(typeof FUNCTIONS)[number], (...args: number[]) => number>> & {
  readonly HEAPU8: Uint8Array<SharedArrayBuffer>;
};

const ELEMENTS = { float32: { code: 1, bytes: 4 }, float64: { code: 11, bytes: 8 } } as const; // codes of TensorProto.DataType
const POINTER_BYTES = 4;
const ALIGNMENT = 64;
const ALL_OPTIMISATIONS = 99;
const FATAL = 4;
const IN_MEMORY = 1; // where a tensor is

let preparing: Promise<Runtime> | null = null;
let prepared: Runtime | null = null;

export async function prepareWasm(module: WebAssembly.Module): Promise<void> {
  prepared = await (preparing ??= load(module));
}

async function load(module: WebAssembly.Module): Promise<Runtime> {
  hideLocation();
  const { default: instantiate } = await import("onnxruntime-web/ort-wasm-simd-threaded.mjs");
  const runtime: unknown = await instantiate({
    numThreads: 1,
    instantiateWasm(
      imports: WebAssembly.Imports,
      done: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void,
    ) {
      done(new WebAssembly.Instance(module, imports), module);
      return {}; // its exports are given to `done`
    },
    locateFile: (file: string) => file, // there is nothing to locate
    print: () => {},
    printErr: () => {},
  });
  if (!isRuntime(runtime)) throw new Error("this version of onnxruntime-web has other functions than were expected");
  if (runtime._OrtInit(1, FATAL) !== 0) throw new Error(`onnxruntime does not start: ${lastError(runtime)}`);
  return runtime;
}

function isRuntime(value: unknown): value is Runtime {
  if (typeof value !== "object" || value === null) return false;
  const has = new Map<string, unknown>(Object.entries(value));
  const heap = has.get("HEAPU8");
  return has.get("PTR_SIZE") === POINTER_BYTES && FUNCTIONS.every((name) => typeof has.get(name) === "function") &&
    heap instanceof Uint8Array && heap.buffer instanceof SharedArrayBuffer;
}

export function bindWasm(
  graph: Uint8Array,
  inputs: readonly TensorSlot[],
  outputs: readonly TensorSlot[],
): BoundGraph {
  if (!prepared) throw new Error("this thread was not prepared for graphs that answer at once");
  return new WasmGraph(prepared, graph, inputs, outputs);
}

class WasmGraph implements BoundGraph {
  readonly inputs: readonly (Float32Array | Float64Array)[];
  readonly outputs: readonly (Float32Array | Float64Array)[];
  readonly #runtime: Runtime;
  readonly #session: number;
  /** What a run is given: session, names and tensors of inputs, their number; names of outputs, their number, tensors; no options. */
  readonly #words: readonly number[];
  readonly #memory: number[] = [];
  readonly #tensors: number[] = [];

  constructor(
    runtime: Runtime,
    graph: Uint8Array,
    inputs: readonly TensorSlot[],
    outputs: readonly TensorSlot[],
  ) {
    this.#runtime = runtime;
    this.#session = openSession(runtime, graph);
    try {
      const given = inputs.map((slot) => this.#tensor(slot)), found = outputs.map((slot) => this.#tensor(slot));
      this.inputs = given.map(({ values }) => values);
      this.outputs = found.map(({ values }) => values);
      const names = (slots: readonly TensorSlot[]) => this.#pointers(slots.map(({ name }) => this.#text(name)));
      const handles = (tensors: typeof given) => this.#pointers(tensors.map(({ handle }) => handle));
      this.#words = [
        ...[this.#session, names(inputs), handles(given), inputs.length],
        ...[names(outputs), outputs.length, handles(found), 0],
      ];
    } catch (error) {
      this.close();
      throw error;
    }
  }

  run(): void {
    let status: number;
    try {
      status = this.#runtime._OrtRun(...this.#words);
    } catch (error) { // it was aborted: no memory
      throw explain("cannot run", error);
    }
    if (status !== 0) throw explain("cannot run", lastError(this.#runtime));
  }

  close(): void {
    for (const handle of this.#tensors.splice(0)) this.#runtime._OrtReleaseTensor(handle);
    for (const address of this.#memory.splice(0)) this.#runtime._free(address);
    this.#runtime._OrtReleaseSession(this.#session);
  }

  #tensor({ name, type, shape }: TensorSlot) {
    const { code, bytes } = ELEMENTS[type];
    const size = shape.reduce((a, b) => a * b, 1);
    const address = this.#allocate(size * bytes);
    const handle = this.#runtime._OrtCreateTensor(
      ...[code, address, size * bytes],
      ...[this.#pointers(shape), shape.length, IN_MEMORY],
    );
    if (handle === 0) throw new InputError("graph", `there is no tensor ${name}: ${lastError(this.#runtime)}`);
    this.#tensors.push(handle);
    const { buffer } = this.#runtime.HEAPU8;
    const values = type === "float64"
      ? new Float64Array(buffer, address, size)
      : new Float32Array(buffer, address, size);
    return { handle, values };
  }

  #text(text: string): number {
    const bytes = new TextEncoder().encode(`${text}\0`);
    const address = this.#allocate(bytes.length);
    this.#runtime.HEAPU8.set(bytes, address);
    return address;
  }

  #pointers(values: readonly number[]): number {
    const address = this.#allocate(values.length * POINTER_BYTES);
    new Uint32Array(this.#runtime.HEAPU8.buffer, address, values.length).set(values);
    return address;
  }

  #allocate(bytes: number): number {
    const address = allocate(this.#runtime, bytes + ALIGNMENT);
    this.#memory.push(address);
    return Math.ceil(address / ALIGNMENT) * ALIGNMENT;
  }
}

function openSession(runtime: Runtime, graph: Uint8Array): number {
  const address = allocate(runtime, graph.byteLength);
  runtime.HEAPU8.set(graph, address);
  // Optimisations, arena, memory pattern; execution mode, profiling and its file; log's name, level and verbosity; no file of the result.
  const options = runtime._OrtCreateSessionOptions(ALL_OPTIMISATIONS, 1, 1, 0, 0, 0, 0, FATAL, 0, 0);
  try {
    const session = options === 0 ? 0 : runtime._OrtCreateSession(address, graph.byteLength, options);
    if (session === 0) throw explain("cannot load", lastError(runtime));
    return session;
  } finally {
    if (options !== 0) runtime._OrtReleaseSessionOptions(options);
    runtime._free(address);
  }
}

function allocate(runtime: Runtime, bytes: number): number {
  const address = runtime._malloc(bytes);
  if (address === 0) throw explain("cannot load", "there is no memory for it");
  return address >>> 0;
}

function lastError(runtime: Runtime): string {
  const pair = allocate(runtime, 2 * POINTER_BYTES);
  try {
    runtime._OrtGetLastError(pair, pair + POINTER_BYTES);
    const heap = runtime.HEAPU8;
    const [, begin] = new Uint32Array(heap.buffer, pair, 2);
    return begin === 0 ? "" : new TextDecoder().decode(heap.slice(begin, heap.indexOf(0, begin)));
  } finally {
    runtime._free(pair);
  }
}
