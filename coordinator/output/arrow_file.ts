/**
 * Apache Arrow's IPC file: columns `chain` and `draw` (int32, counted from 1), then one float64 column a reported value (the last
 * one `log_weight`, of weighted draws);
 * record batches of a few thousand draws, none of which spans two chains. The schema's metadata say job, model, sampler,
 * seed and whether the draws are complete.
 *
 * https://arrow.apache.org/docs/format/Columnar.html#ipc-file-format
 */
import {
  Data,
  Field,
  Float64,
  Int32,
  makeData,
  RecordBatch,
  RecordBatchFileWriter,
  Schema,
  Struct,
  type TypeMap,
} from "apache-arrow";
import type { DrawsReader } from "../store/draws.ts";
import type { OutputContext } from "./format.ts";

/** The library's writer, whose bytes are taken after each batch: its own queue grows without a bound. */
class BatchWriter extends RecordBatchFileWriter {
  #chunks: Uint8Array[] = [];

  protected override _write(chunk: ArrayBufferView): this {
    const { buffer, byteOffset, byteLength } = chunk;
    this.#chunks.push(new Uint8Array(buffer, byteOffset, byteLength));
    this._position += byteLength;
    return this;
  }

  /** A copy of what was written since the last call: the batches' own buffers may be used again. */
  take(): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(this.#chunks.reduce((sum, { byteLength }) => sum + byteLength, 0));
    let offset = 0;
    for (const chunk of this.#chunks) {
      bytes.set(chunk, offset);
      offset += chunk.byteLength;
    }
    this.#chunks = [];
    return bytes;
  }
}

export function* arrowFile(draws: DrawsReader, context: OutputContext): Generator<Uint8Array<ArrayBuffer>, void> {
  const schema = schemaOf(draws, context);
  const writer = new BatchWriter();
  writer.reset(undefined, schema);
  for (let chain = 0; chain < draws.chains; chain++) {
    for (const { start, draws: length, values, stride } of draws.blocks(chain)) {
      const columns: Data[] = [
        makeData({ type: new Int32(), data: new Int32Array(length).fill(chain + 1) }),
        makeData({ type: new Int32(), data: Int32Array.from({ length }, (_, i) => start + i + 1) }),
      ];
      for (let value = 0; value < draws.names.length; value++) {
        const data = values.subarray(value * stride, value * stride + length);
        columns.push(makeData({ type: new Float64(), data }));
      }
      writer.write(new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length, children: columns })));
      yield writer.take();
    }
  }
  writer.finish();
  yield writer.take();
}

function schemaOf(draws: DrawsReader, context: OutputContext): Schema<TypeMap> {
  const { job, model, sampler, seed } = context;
  return new Schema(
    [
      new Field("chain", new Int32()),
      new Field("draw", new Int32()),
      ...draws.names.map((name) => new Field(name, new Float64())),
    ],
    new Map(Object.entries({ job, model, sampler, seed: String(seed), complete: String(draws.complete) })),
  );
}
