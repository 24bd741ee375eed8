/**
 * netCDF-4 in the layout of ArviZ's InferenceData: group `posterior` with each variable [chain, draw, …], `sample_stats`
 * with the recorded statistics, `observed_data` where the model has data; every dimension has its coordinate, counted
 * from 0 as ArviZ does. Opens in xarray, ArviZ, netCDF and HDF5. Flags are int8 with the attribute `dtype = "bool"`, which xarray
 * turns into booleans.
 *
 * HDF5 records when each array was made, to the second: the file's bytes depend on the clock by these times alone, what
 * it holds does not.
 *
 * https://python.arviz.org/en/stable/schema/schema.html
 */
import type { Dataset, File, Group } from "h5wasm/node";
import type { ColumnType } from "../../workers/block.ts";
import type { DrawsReader } from "../store/draws.ts";
import {
  type ArrayChunk,
  drawsAPiece,
  MOST_ELEMENTS,
  statisticChunks,
  variableChunks,
  variableRanges,
} from "./array_chunks.ts";
import { byteStream } from "./byte_stream.ts";
import type { OutputContext, OutputFormat } from "./format.ts";
import { hdf5Bytes } from "./hdf5.ts";

export const netcdf: OutputFormat<"netcdf"> = {
  name: "netcdf",
  contentType: "application/x-netcdf",
  extension: ".nc",
  stream: (draws, context) => {
    const parts = hdf5Bytes((file) => inferenceData(file, draws, context), context.temporaryFolder);
    return byteStream(parts, draws, context.signal);
  },
};

const ARRAYS = {
  float64: Float64Array,
  float32: Float32Array,
  int32: Int32Array,
  uint8: Int8Array,
  int64: BigInt64Array,
} as const;

/** Part of an array: the ranges of its leading axes, and its elements; the pieces of an array come in C order. */
interface Piece {
  readonly ranges: [start: number, end: number][];
  readonly elements: ArrayBuffer;
}

/** An array as it is to be written. */
interface Content {
  readonly type: keyof typeof ARRAYS;
  readonly shape: readonly number[];
  /** Of all pieces but the last of an axis. */
  readonly pieceShape: readonly number[];
  readonly pieces: Iterable<Piece>;
}

/** Writes the groups, a MiB or so between two yields. */
function* inferenceData(file: File, draws: DrawsReader, context: OutputContext): Generator<void, void> {
  const posterior = new GroupWriter(file, "posterior", draws, context);
  for (const range of variableRanges(draws)) {
    const { name, shape, count } = range;
    yield* posterior.addSampled(name, "float64", shape, drawsAPiece(count, draws.draws), variableChunks(draws, range));
  }
  const statistics = new GroupWriter(file, "sample_stats", draws, context);
  for (const [index, { name, type }] of draws.statistics.entries()) {
    yield* statistics.addSampled(name, type, [], drawsAPiece(1, draws.draws), statisticChunks(draws, index));
  }
  const { observed = [] } = context;
  if (observed.length === 0) return;
  const data = new GroupWriter(file, "observed_data", draws, context);
  for (const { name, shape, values } of observed) {
    const pieces = [{ ranges: [], elements: values.slice().buffer }];
    yield* data.add(name, [], { type: "float64", shape, pieceShape: shape, pieces });
  }
}

/** A group whose variables share the dimensions `chain` and `draw`, and have the others to themselves. */
class GroupWriter {
  readonly #group: Group;
  readonly #draws: DrawsReader;
  readonly #names = new Set<string>();

  constructor(file: File, name: string, draws: DrawsReader, { job, model, sampler, seed }: OutputContext) {
    this.#group = file.create_group(name, true);
    this.#draws = draws;
    for (const [key, text] of Object.entries({ inference_library: "ergodic", job, model, sampler })) {
      this.#group.create_attribute(key, text);
    }
    for (const [key, integer] of Object.entries({ seed, complete: Number(draws.complete) })) {
      this.#group.create_attribute(key, BigInt64Array.of(BigInt(integer)), []);
    }
  }

  /** A variable [chain, draw, ...shape], in pieces of `pieceDraws` draws. */
  *addSampled(
    name: string,
    type: ColumnType,
    shape: readonly number[],
    pieceDraws: number,
    chunks: Iterable<ArrayChunk<{ readonly buffer: ArrayBuffer }>>,
  ): Generator<void, void> {
    const { chains, draws } = this.#draws;
    if (!this.#names.has("chain")) {
      yield* this.#addDimension("chain", chains);
      yield* this.#addDimension("draw", draws);
    }
    yield* this.add(name, ["chain", "draw"], {
      type,
      shape: [chains, draws, ...shape],
      pieceShape: [1, pieceDraws, ...shape],
      pieces: sampledPieces(chunks),
    });
  }

  /** A variable with the dimensions named and then its own. */
  *add(name: string, dimensions: readonly string[], content: Content): Generator<void, void> {
    const own = this.#freeName(name);
    const scales = [...dimensions];
    for (const [axis, size] of content.shape.slice(dimensions.length).entries()) {
      const scale = `${own}_dim_${axis}`;
      if (!this.#names.has(scale)) yield* this.#addDimension(scale, size);
      scales.push(scale);
    }
    const dataset = yield* this.#write(own, content);
    if (content.type === "uint8") dataset.create_attribute("dtype", "bool");
    for (const [axis, scale] of scales.entries()) dataset.attach_scale(axis, `${this.#group.path}/${scale}`);
  }

  /** The coordinate 0, 1 … of a dimension. */
  *#addDimension(name: string, size: number): Generator<void, void> {
    const pieceShape = [Math.min(size, MOST_ELEMENTS)];
    const dataset = yield* this.#write(name, { type: "int64", shape: [size], pieceShape, pieces: counting(size) });
    dataset.make_scale(name);
  }

  /** A small array is written at once, a large one in HDF5 chunks that are its pieces: none is ever written twice. */
  *#write(name: string, { type, shape, pieceShape, pieces }: Content): Generator<void, Dataset> {
    this.#names.add(name);
    const size = shape.reduce((a, b) => a * b, 1);
    if (size <= MOST_ELEMENTS) {
      const data = new ARRAYS[type](joined(pieces, size * ARRAYS[type].BYTES_PER_ELEMENT));
      const dataset = this.#group.create_dataset({ name, data, shape: [...shape] });
      yield;
      return dataset;
    }
    const dataset = this.#group.create_dataset({
      name,
      data: new ARRAYS[type](0),
      shape: shape.map(() => 0),
      maxshape: [...shape],
      chunks: [...pieceShape],
    });
    dataset.resize([...shape]);
    for (const { ranges, elements } of pieces) {
      dataset.write_slice(ranges, new ARRAYS[type](elements));
      yield;
    }
    return dataset;
  }

  /** A name that netCDF takes and that nothing in the group has: "/" becomes "_", and "_" is appended while it is taken. */
  #freeName(name: string): string {
    let free = name.replaceAll("/", "_");
    while (this.#names.has(free)) free += "_";
    return free;
  }
}

function* sampledPieces(chunks: Iterable<ArrayChunk<{ readonly buffer: ArrayBuffer }>>): Generator<Piece, void> {
  for (const { chain, start, draws, elements } of chunks) {
    yield { ranges: [[chain, chain + 1], [start, start + draws]], elements: elements.buffer };
  }
}

/** 0, 1 … size − 1 as int64; `size` is below 2^31. */
function* counting(size: number): Generator<Piece, void> {
  for (let start = 0; start < size; start += MOST_ELEMENTS) {
    const length = Math.min(MOST_ELEMENTS, size - start);
    const words = new Int32Array(2 * length); // low and high halves, far faster than BigInts
    for (let i = 0; i < length; i++) words[2 * i] = start + i;
    yield { ranges: [[start, start + length]], elements: words.buffer };
  }
}

function joined(pieces: Iterable<Piece>, byteLength: number): ArrayBuffer {
  const bytes = new Uint8Array(byteLength);
  let offset = 0;
  for (const { elements } of pieces) {
    bytes.set(new Uint8Array(elements), offset);
    offset += elements.byteLength;
  }
  return bytes.buffer;
}
