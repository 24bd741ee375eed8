/**
 * NumPy's archive: a stored zip of `.npy` arrays, little-endian, C order. Each variable is `<name>` with shape
 * [chains, draws, ...shape], float64; each statistic is `sample_stats/<name>` with shape [chains, draws] in the type in
 * which it is recorded, flags as bool. All dates are the first that zip knows: no clock.
 *
 * https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
import { makeZip, predictLength } from "client-zip";
import type { ColumnType } from "../../workers/block.ts";
import type { DrawsReader } from "../store/draws.ts";
import { type ArrayChunk, statisticChunks, variableChunks, variableRanges } from "./array_chunks.ts";
import { byteStream } from "./byte_stream.ts";
import type { OutputFormat } from "./format.ts";
import { arrayHeader, FIRST_DATE } from "./npy.ts";

export const npz: OutputFormat<"npz"> = {
  name: "npz",
  contentType: "application/zip",
  extension: ".npz",
  length: (draws) => Number(predictLength(Array.from(entries(draws), ({ name, size }) => ({ name, size })))),
  stream: (draws, { signal }) => byteStream(parts(draws), draws, signal),
};

const NUMPY_TYPES: Record<ColumnType, string> = { float64: "<f8", float32: "<f4", int32: "<i4", uint8: "|b1" };
const ELEMENT_BYTES: Record<ColumnType, number> = { float64: 8, float32: 4, int32: 4, uint8: 1 };

type Bytes = Uint8Array<ArrayBuffer>;

interface Entry {
  readonly name: string;
  /** Bytes that `input` gives. */
  readonly size: number;
  readonly lastModified: Date;
  readonly input: AsyncGenerator<Bytes, void>;
}

/** The library's stream as a generator, so that it starts with the first read and its cancel cannot fail. */
async function* parts(draws: DrawsReader): AsyncGenerator<Bytes, void> {
  // Its chunks are either ours or made by it, none in shared memory.
  const reader = (makeZip(entries(draws)) as ReadableStream<Bytes>).getReader();
  try {
    for (let chunk; !(chunk = await reader.read()).done;) yield chunk.value;
  } finally {
    await reader.cancel().catch(() => {}); // it rejects with the reason of the cancel, which is undefined
  }
}

function* entries(draws: DrawsReader): Generator<Entry, void> {
  for (const range of variableRanges(draws)) {
    const shape = [draws.chains, draws.draws, ...range.shape];
    yield entry(range.name, "float64", shape, () => variableChunks(draws, range));
  }
  for (const [index, { name, type }] of draws.statistics.entries()) {
    yield entry(`sample_stats/${name}`, type, [draws.chains, draws.draws], () => statisticChunks(draws, index));
  }
}

type AnyChunk = ArrayChunk<{ readonly buffer: ArrayBuffer }>;

function entry(name: string, type: ColumnType, shape: readonly number[], chunks: () => Iterable<AnyChunk>): Entry {
  const header = arrayHeader(NUMPY_TYPES[type], shape);
  return {
    name: `${name}.npy`,
    size: header.byteLength + ELEMENT_BYTES[type] * shape.reduce((a, b) => a * b, 1),
    lastModified: FIRST_DATE,
    input: arrayBytes(header, chunks),
  };
}

async function* arrayBytes(header: Bytes, chunks: () => Iterable<AnyChunk>): AsyncGenerator<Bytes, void> {
  yield header;
  for (const { elements } of chunks()) yield new Uint8Array(elements.buffer);
}
