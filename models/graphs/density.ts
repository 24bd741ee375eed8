/**
 * A density as an ONNX graph, x in and log p(x) out, or an energy −log p(x), both up to a constant; with a gradient where the graph gives one.
 *
 * Kernels ask for one place at a time, and cannot wait: the graph is bound to arrays here and runs at once (onnx/session/bound.ts). A graph whose
 * batch has one fixed size is given x in every row.
 *
 * Of a graph in single precision the density is rounded to about 1e-7 of its size: draws are those of the rounded density, in places that are not.
 */
import { z } from "zod";
import { contextOf, Port, sizeOf } from "../flows/ports.ts";
import type { Assets, BoundGraph, TensorSlot } from "../model.ts";
import { unchanged } from "../posteriors/coordinates.ts";
import type { NumericClass, Target } from "../target.ts";
import { InputError } from "../../numerics/errors.ts";

export const DensityPorts = z.strictObject({
  x: Port,
  context: Port.optional(),
  logProb: Port.optional(),
  energy: Port.optional(),
  gradient: Port.optional().describe("That of logProb where there is it, else of the energy."),
});
export type DensityPorts = z.output<typeof DensityPorts>;

export interface DensityOptions {
  readonly sha256: string;
  readonly ports: DensityPorts;
  /** Rows of every run, where the graph takes no other number. */
  readonly batch?: number | undefined;
  readonly numericClass: NumericClass;
  readonly class?: number | undefined;
}

/** Throws InputError. */
export function graphDensity(options: DensityOptions, assets: Assets | undefined): Target {
  const { x, logProb, energy, gradient } = options.ports;
  const value = logProb ?? energy;
  if (!value) throw new InputError("ports", "expected a log_prob or an energy among the outputs");
  const sign = logProb ? 1 : -1;
  const dim = sizeOf(x);
  const graph = new RowGraph(options, gradient ? [value, gradient] : [value], assets);
  return {
    dim,
    variables: [{ name: "x", shape: x.shape.length === 3 && x.shape[0] === 1 ? x.shape.slice(1) : x.shape }],
    numericClass: options.numericClass,
    ...unchanged(dim),
    logDensity: (position) => sign * graph.at(position)[0][0],
    ...(gradient
      ? {
        logDensityAndGradient(position: Float64Array, out: Float64Array): number {
          const [found, slopes] = graph.at(position);
          for (let i = 0; i < dim; i++) out[i] = sign * slopes[i];
          return sign * found[0];
        },
      }
      : {}),
    close: () => graph.close(),
  };
}

/** A graph of which one row is asked at a time. Opened when it is first asked. */
class RowGraph {
  readonly #dim: number;
  readonly #batch: number;
  readonly #open: () => BoundGraph;
  #bound: BoundGraph | null = null;

  constructor(options: DensityOptions, outputs: readonly Port[], assets: Assets | undefined) {
    const { sha256, ports: { x, context }, batch = 1, numericClass } = options;
    this.#dim = sizeOf(x);
    this.#batch = batch;
    const slot = ({ name, type, shape }: Port): TensorSlot => ({ name, type, shape: [batch, ...shape] });
    const fixed = Object.values(contextOf(context, options.class, batch)); // a class that is missing is said at once
    this.#open = () => {
      if (!assets?.bindGraph) throw new InputError("sha256", "there is no runtime for graphs here");
      const inputs = context ? [x, context] : [x];
      const bound = assets.bindGraph(sha256, numericClass, inputs.map(slot), outputs.map(slot));
      fixed.forEach(({ values }) => bound.inputs[1].set(values));
      return bound;
    };
  }

  /** The outputs, of which the first row is that of x; overwritten by the next call. */
  at(x: Float64Array): BoundGraph["outputs"] {
    const bound = this.#bound ??= this.#open();
    for (let row = 0; row < this.#batch; row++) bound.inputs[0].set(x, row * this.#dim);
    bound.run();
    return bound.outputs;
  }

  close(): void {
    this.#bound?.close();
    this.#bound = null;
  }
}
