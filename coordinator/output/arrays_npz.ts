/** Trained parameters as NumPy's archive: an array a name. */
import { makeZip } from "client-zip";
import type { TrainedParameters } from "../../models/training/training.ts";
import { arrayHeader, FIRST_DATE } from "./npy.ts";

export function arraysNpz(arrays: TrainedParameters["arrays"]): ReadableStream<Uint8Array<ArrayBuffer>> {
  const entries = Object.entries(arrays).map(([name, { shape, values }]) => ({
    name: `${name}.npy`,
    lastModified: FIRST_DATE,
    input: new Blob([
      arrayHeader(values instanceof Float64Array ? "<f8" : "<f4", shape),
      new Uint8Array(values.buffer, values.byteOffset, values.byteLength).slice(),
    ]),
  }));
  return makeZip(entries) as ReadableStream<Uint8Array<ArrayBuffer>>; // none of its chunks is in shared memory
}
