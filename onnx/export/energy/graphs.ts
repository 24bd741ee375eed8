/** What is said of each graph of an energy model. */
import type { EnergyManifest, Port } from "../manifest.ts";

export interface EnergyGraph {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  readonly vectors: EnergyManifest["graphs"][string]["vectors"];
}

/** Rows of test vectors. */
export const VECTORS = 4;

/** Rows of `width` numbers, or one number a row. */
export function port(name: string, width?: number): Port {
  return { name, role: name, shape: width === undefined ? ["N"] : ["N", width] };
}
