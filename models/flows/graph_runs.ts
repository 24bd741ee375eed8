/**
 * A graph that is run again and again on as many rows, in arrays that stay. Where the backend can (wasm, native) it answers at once: no
 * promise, and nothing made for a run. A graphics processor answers later.
 */
import { InputError } from "../../numerics/errors.ts";
import type { Assets, BoundGraph, TensorSlot } from "../model.ts";
import type { NumericClass } from "../target.ts";
import { arrayOf, type Port, valuesOf } from "./ports.ts";

export interface GraphRuns extends Pick<BoundGraph, "inputs" | "outputs"> {
  /** Reads the inputs and writes the outputs. */
  run(): void | Promise<void>;
  close(): void | Promise<void>;
}

interface Places {
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  readonly rows: number;
}

/** Throws InputError. */
export async function openRuns(
  sha256: string,
  numericClass: NumericClass,
  { inputs, outputs, rows }: Places,
  { bindGraph, openGraph }: Pick<Assets, "bindGraph" | "openGraph">,
): Promise<GraphRuns> {
  if (bindGraph && (numericClass === "wasm" || numericClass === "native")) {
    const slot = ({ name, type, shape }: Port): TensorSlot => ({ name, type, shape: [rows, ...shape] });
    return bindGraph(sha256, numericClass, inputs.map(slot), outputs.map(slot));
  }
  if (!openGraph) throw new InputError("sha256", "there is no runtime for graphs here");
  const graph = await openGraph(sha256, numericClass);
  const arrays = (ports: readonly Port[]) => ports.map((port) => arrayOf(port, rows));
  const given = arrays(inputs), found = arrays(outputs);
  const feeds = Object.fromEntries(
    inputs.map(({ name, shape }, i) => [name, { shape: [rows, ...shape], values: given[i] }]),
  );
  return {
    inputs: given,
    outputs: found,
    async run() {
      const results = await graph.run(feeds);
      outputs.forEach((port, i) => found[i].set(valuesOf(results, port, rows)));
    },
    close: () => graph.close(),
  };
}
