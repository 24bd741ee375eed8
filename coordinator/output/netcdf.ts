/**
 * netCDF-4 in the layout of ArviZ's InferenceData: group `posterior` with each variable [chain, draw, …], `sample_stats`
 * with the recorded statistics, `observed_data` where the model has data; every dimension has its coordinate, counted
 * from 0 as ArviZ does. Opens in xarray, ArviZ, netCDF and HDF5. Flags are int8 with the attribute `dtype = "bool"`, which xarray
 * turns into booleans.
 *
 * https://python.arviz.org/en/stable/schema/schema.html
 */
import type { ColumnType } from "../../workers/block.ts";
import type { DrawsReader } from "../store/draws.ts";
import { type ArrayChunk, statisticChunks, variableChunks, variableRanges } from "./array_chunks.ts";
import { byteStream } from "./byte_stream.ts";
import type { OutputContext, OutputFormat } from "./format.ts";
import { type Datatype, FLOAT32, FLOAT64, INT32, INT64, INT8 } from "./hdf5/datatype.ts";
import { type Dataset, type Group, layOut } from "./hdf5/file.ts";
import { integerAttribute, stringAttribute } from "./hdf5/message.ts";

export const netcdf: OutputFormat<"netcdf"> = {
  name: "netcdf",
  contentType: "application/x-netcdf",
  extension: ".nc",
  length: (draws, context) => layOut(inferenceData(draws, context)).byteLength,
  stream: (draws, context) => byteStream(parts(draws, context), draws, context.signal),
};

const TYPES: Record<ColumnType, { type: Datatype; elementBytes: number }> = {
  float64: { type: FLOAT64, elementBytes: 8 },
  float32: { type: FLOAT32, elementBytes: 4 },
  int32: { type: INT32, elementBytes: 4 },
  uint8: { type: INT8, elementBytes: 1 },
};
const COORDINATES_A_PIECE = 1 << 15;

function* parts(draws: DrawsReader, context: OutputContext): Generator<Uint8Array<ArrayBuffer>, void> {
  yield* layOut(inferenceData(draws, context)).bytes();
}

function inferenceData(draws: DrawsReader, context: OutputContext): Group[] {
  const { observed = [] } = context;
  const posterior = new GroupBuilder("posterior", context, draws);
  for (const range of variableRanges(draws)) {
    posterior.addSampled(range.name, "float64", range.shape, () => variableChunks(draws, range));
  }
  const statistics = new GroupBuilder("sample_stats", context, draws);
  for (const [index, { name, type }] of draws.statistics.entries()) {
    statistics.addSampled(name, type, [], () => statisticChunks(draws, index));
  }
  const data = new GroupBuilder("observed_data", context, draws);
  for (const { name, shape, values } of observed) {
    data.add(name, "float64", shape, [], () => [new Uint8Array(values.slice().buffer)]);
  }
  return [posterior.group(), statistics.group(), ...(observed.length > 0 ? [data.group()] : [])];
}

/** A group whose variables share the dimensions `chain` and `draw`, and have the others to themselves. */
class GroupBuilder {
  readonly #name: string;
  readonly #context: OutputContext;
  readonly #draws: DrawsReader;
  readonly #datasets = new Map<string, Dataset>();
  /** `chain` and `draw`, from their first use on. */
  #sampled?: readonly Dataset[];

  constructor(name: string, context: OutputContext, draws: DrawsReader) {
    this.#name = name;
    this.#context = context;
    this.#draws = draws;
  }

  /** A variable [chain, draw, ...shape]. */
  addSampled(
    name: string,
    type: ColumnType,
    shape: readonly number[],
    chunks: () => Iterable<ArrayChunk<{ readonly buffer: ArrayBuffer }>>,
  ): void {
    this.#sampled ??= [this.#dimension("chain", this.#draws.chains), this.#dimension("draw", this.#draws.draws)];
    this.add(name, type, shape, this.#sampled, function* () {
      for (const { elements } of chunks()) yield new Uint8Array(elements.buffer);
    });
  }

  /** A variable with the dimensions given and then its own. */
  add(
    name: string,
    type: ColumnType,
    shape: readonly number[],
    dimensions: readonly Dataset[],
    data: () => Iterable<Uint8Array<ArrayBuffer>>,
  ): void {
    const own = this.#freeName(name);
    const scales = [...dimensions, ...shape.map((size, axis) => this.#dimension(`${own}_dim_${axis}`, size))];
    this.#datasets.set(own, {
      name: own,
      ...TYPES[type],
      shape: scales.map((scale) => scale.shape[0]),
      attributes: type === "uint8" ? [stringAttribute("dtype", "bool")] : [],
      scales,
      data,
    });
  }

  group(): Group {
    const { job, model, sampler, seed } = this.#context;
    return {
      name: this.#name,
      attributes: [
        stringAttribute("inference_library", "ergodic"),
        stringAttribute("job", job),
        stringAttribute("model", model),
        stringAttribute("sampler", sampler),
        integerAttribute("seed", seed),
        integerAttribute("complete", Number(this.#draws.complete)),
      ],
      datasets: [...this.#datasets.values()],
    };
  }

  /** The coordinate 0, 1 … of a dimension, made at its first use. */
  #dimension(name: string, size: number): Dataset {
    const found = this.#datasets.get(name);
    if (found) return found;
    const coordinate = {
      name,
      type: INT64,
      elementBytes: 8,
      shape: [size],
      attributes: [],
      data: () => counting(size),
    };
    this.#datasets.set(name, coordinate);
    return coordinate;
  }

  /** A name that netCDF takes and that nothing in the group has: "/" becomes "_", and "_" is appended while it is taken. */
  #freeName(name: string): string {
    let free = name.replaceAll("/", "_");
    while (this.#datasets.has(free)) free += "_";
    return free;
  }
}

/** 0, 1 … size − 1 as int64. */
function* counting(size: number): Generator<Uint8Array<ArrayBuffer>, void> {
  for (let start = 0; start < size; start += COORDINATES_A_PIECE) {
    const length = Math.min(COORDINATES_A_PIECE, size - start);
    yield new Uint8Array(BigInt64Array.from({ length }, (_, i) => BigInt(start + i)).buffer);
  }
}
