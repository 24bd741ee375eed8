/**
 * The committed draws of a job, read from its segment file by positioned reads: nothing is kept but what is being read.
 *
 * A block is checked whole by its CRC before the first part of it is given out; later reads of the same reader fetch only
 * the columns that are asked for. A damaged block throws LostBlockError, never wrong numbers; the store's `verify` then
 * drops it.
 */
import { valueNames } from "../../models/target.ts";
import {
  COLUMN_ARRAYS,
  columnBytes,
  HEADER_BYTES,
  readLayout,
  VALUE_ARRAYS,
  valuesBytes,
} from "../../workers/block.ts";
import type { DrawsBlock, DrawsReader } from "./draws.ts";
import { LostBlockError } from "./errors.ts";
import { type DrawsLayout, lanesOf } from "./layout.ts";
import { decodeRecord, RECORD_HEADER_BYTES, recordBytes } from "./record.ts";
import { readFully } from "./segment_file.ts";

const VALUES_START = RECORD_HEADER_BYTES + HEADER_BYTES;

export class FileDraws implements DrawsReader {
  readonly names: readonly string[];
  readonly #layout: DrawsLayout;
  readonly #file: Deno.FsFile | null;
  /** Bytes of one reported value. */
  readonly #valueBytes: number;
  /** For each group of chains, the first draw of each segment, and the end. */
  readonly #starts: readonly Float64Array[];
  /** For each group of chains, 1 for each segment whose bytes were checked. */
  readonly #checked: readonly Uint8Array[];
  /** Grows to the largest record; serves the reads that do not hand it out. */
  #scratch = new Uint8Array(0);
  #closed = false;

  constructor(layout: DrawsLayout) {
    this.#layout = layout;
    this.#valueBytes = VALUE_ARRAYS[layout.valueType].BYTES_PER_ELEMENT;
    this.names = valueNames(layout.variables);
    this.#starts = layout.segments.map(({ draws }) => {
      const starts = new Float64Array(draws.length + 1);
      for (let i = 0; i < draws.length; i++) starts[i + 1] = starts[i] + draws[i];
      return starts;
    });
    this.#checked = layout.segments.map(({ draws }) => new Uint8Array(draws.length));
    this.#file = openIfPresent(layout.path);
  }

  get chains() {
    return this.#layout.chains;
  }
  get draws() {
    return this.#layout.draws;
  }
  get complete() {
    return this.#layout.complete;
  }
  get variables() {
    return this.#layout.variables;
  }
  get statistics() {
    return this.#layout.statistics;
  }
  get numericClass() {
    return this.#layout.numericClass;
  }
  get terms() {
    return this.#layout.terms ?? [];
  }

  get nonFinite() {
    return this.#layout.nonFinite;
  }

  /** The values of a block are valid until the next one is asked for: the iteration has one buffer. */
  *blocks(chain: number, first = 0, count = this.names.length - first): Generator<DrawsBlock, void> {
    const { group, lane } = this.#placeOf(chain);
    const { draws: lengths } = this.#layout.segments[group];
    const starts = this.#starts[group];
    let buffer = new Uint8Array(0);
    for (let i = 0; i < lengths.length && starts[i] < this.draws; i++) {
      const stride = lengths[i];
      const part = { start: starts[i], draws: Math.min(stride, this.draws - starts[i]), stride };
      if (this.#layout.lanes === 1 && this.#valueBytes === 8 && first === 0 && count === this.names.length) {
        const size = recordBytes(this.#layout.segments[group].length[i]);
        if (buffer.byteLength < size) buffer = new Uint8Array(size);
        this.#readRecord(group, i, buffer.subarray(0, size));
        yield { ...part, values: new Float64Array(buffer.buffer, VALUES_START, count * stride) };
      } else {
        const values = count * stride;
        if (buffer.byteLength < 8 * values) buffer = new Uint8Array(8 * values);
        const out = new Float64Array(buffer.buffer, 0, values);
        this.#readValues(group, i, (lane * this.names.length + first) * stride, out);
        yield { ...part, values: out };
      }
    }
  }

  readValue(chain: number, value: number, start: number, out: Float64Array): void {
    const { group, lane } = this.#placeOf(chain);
    for (const { index, skip, from, count, stride } of this.#span(group, start, out.length)) {
      const position = (lane * this.names.length + value) * stride + skip;
      this.#readValues(group, index, position, out.subarray(from, from + count));
    }
  }

  readStatistic(chain: number, statistic: number, start: number, out: Float64Array): void {
    const { statistics, valueType } = this.#layout;
    const { group, lane } = this.#placeOf(chain);
    const lanes = lanesOf(this.#layout, group);
    const type = statistics[statistic].type;
    const size = COLUMN_ARRAYS[type].BYTES_PER_ELEMENT;
    const bytes = new Uint8Array(out.buffer, out.byteOffset, out.byteLength);
    for (const { index, skip, from, count, stride } of this.#span(group, start, out.length)) {
      const values = valuesBytes(valueType, lanes * this.names.length * stride);
      let offset = VALUES_START + values + size * (lane * stride + skip);
      for (let s = 0; s < statistic; s++) offset += columnBytes(statistics[s].type, lanes * stride);
      if (type === "float64") {
        this.#readPart(group, index, offset, bytes.subarray(8 * from, 8 * (from + count)));
      } else {
        const column = new COLUMN_ARRAYS[type](count);
        this.#readPart(group, index, offset, new Uint8Array(column.buffer));
        out.set(column, from);
      }
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#file?.close();
  }

  #placeOf(chain: number): { group: number; lane: number } {
    const { lanes } = this.#layout;
    return { group: Math.floor(chain / lanes), lane: chain % lanes };
  }

  /** Values of a block from the `position`-th on, whatever they are kept as. */
  #readValues(group: number, index: number, position: number, out: Float64Array): void {
    const offset = VALUES_START + this.#valueBytes * position;
    if (this.#valueBytes === 8) {
      this.#readPart(group, index, offset, new Uint8Array(out.buffer, out.byteOffset, out.byteLength));
    } else {
      const small = new Int8Array(out.length);
      this.#readPart(group, index, offset, new Uint8Array(small.buffer));
      out.set(small);
    }
  }

  /** The segments that hold draws [start, start + length) of a group: where in the segment, where in the result. */
  *#span(group: number, start: number, length: number) {
    if (start < 0 || start + length > this.draws) {
      throw new RangeError(`expected draws within [0, ${this.draws}), found [${start}, ${start + length})`);
    }
    const starts = this.#starts[group];
    const end = start + length;
    for (let index = lastAtMost(starts, start); start < end; index++) {
      const skip = start - starts[index];
      const count = Math.min(starts[index + 1], end) - start;
      yield { index, skip, from: length - (end - start), count, stride: this.#layout.segments[group].draws[index] };
      start += count;
    }
  }

  /** Reads `out.byteLength` bytes of a record from `offset` on, once the whole of it has been checked. */
  #readPart(group: number, index: number, offset: number, out: Uint8Array): void {
    if (this.#checked[group][index] === 0) {
      const size = recordBytes(this.#layout.segments[group].length[index]);
      if (this.#scratch.byteLength < size) this.#scratch = new Uint8Array(size);
      const record = this.#scratch.subarray(0, size);
      this.#readRecord(group, index, record);
      out.set(record.subarray(offset, offset + out.byteLength));
      return;
    }
    const { segment, offset: offsets } = this.#layout.segments[group];
    if (!this.#file || !readFully(this.#file, offsets[index] + offset, out)) {
      throw new LostBlockError(this.#layout.job, group, segment[index]);
    }
  }

  /** Reads and checks a whole record. */
  #readRecord(group: number, index: number, record: Uint8Array): void {
    const { segment, offset, length, crc, draws } = this.#layout.segments[group];
    const key = { chain: group, segment: segment[index], length: length[index], crc: crc[index] };
    const block = this.#file && readFully(this.#file, offset[index], record) && decodeRecord(key, record);
    if (!block) throw new LostBlockError(this.#layout.job, group, key.segment);
    const found = readLayout(block);
    const lanes = lanesOf(this.#layout, group);
    if (found.draws !== draws[index] || found.values !== this.names.length || found.lanes !== lanes) {
      throw new Error(
        `segment ${key.segment} of chain ${group} holds ${found.lanes} × ${found.draws} draws of ${found.values} values, ` +
          `expected ${lanes} × ${draws[index]} of ${this.names.length}`,
      );
    }
    this.#checked[group][index] = 1;
  }
}

/** The last index whose entry is at most x; entries rise. */
function lastAtMost(entries: Float64Array, x: number): number {
  let low = 0, high = entries.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (entries[middle] <= x) low = middle;
    else high = middle - 1;
  }
  return low;
}

function openIfPresent(path: string): Deno.FsFile | null {
  try {
    return Deno.openSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
