/**
 * The committed draws of a job, read from its segment file by positioned reads: nothing is kept but what is being read.
 *
 * A block is checked whole by its CRC before the first part of it is given out; later reads of the same reader fetch only
 * the columns that are asked for. A damaged block throws LostBlockError, never wrong numbers; the store's `verify` then
 * drops it.
 */
import { valueNames } from "../../models/target.ts";
import { COLUMN_ARRAYS, columnBytes, HEADER_BYTES, readLayout } from "../../workers/block.ts";
import type { DrawsBlock, DrawsReader } from "./draws.ts";
import { LostBlockError } from "./errors.ts";
import type { DrawsLayout } from "./layout.ts";
import { decodeRecord, RECORD_HEADER_BYTES, recordBytes } from "./record.ts";
import { readFully } from "./segment_file.ts";

const VALUES_START = RECORD_HEADER_BYTES + HEADER_BYTES;

export class FileDraws implements DrawsReader {
  readonly names: readonly string[];
  readonly #layout: DrawsLayout;
  readonly #file: Deno.FsFile | null;
  /** For each chain, the first draw of each segment, and the end. */
  readonly #starts: readonly Float64Array[];
  /** For each chain, 1 for each segment whose bytes were checked. */
  readonly #checked: readonly Uint8Array[];
  /** Grows to the largest record; serves the reads that do not hand it out. */
  #scratch = new Uint8Array(0);
  #closed = false;

  constructor(layout: DrawsLayout) {
    this.#layout = layout;
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
  get nonFinite() {
    return this.#layout.nonFinite;
  }

  /** The values of a block are valid until the next one is asked for: the iteration has one buffer. */
  *blocks(chain: number, first = 0, count = this.names.length - first): Generator<DrawsBlock, void> {
    const { draws: lengths } = this.#layout.segments[chain];
    const starts = this.#starts[chain];
    let buffer = new Uint8Array(0);
    for (let i = 0; i < lengths.length && starts[i] < this.draws; i++) {
      const stride = lengths[i];
      if (first === 0 && count === this.names.length) {
        const size = recordBytes(this.#layout.segments[chain].length[i]);
        if (buffer.byteLength < size) buffer = new Uint8Array(size);
        this.#readRecord(chain, i, buffer.subarray(0, size));
        const values = new Float64Array(buffer.buffer, VALUES_START, count * stride);
        yield { start: starts[i], draws: Math.min(stride, this.draws - starts[i]), values, stride };
      } else {
        const size = 8 * count * stride;
        if (buffer.byteLength < size) buffer = new Uint8Array(size);
        this.#readPart(chain, i, VALUES_START + 8 * first * stride, buffer.subarray(0, size));
        const values = new Float64Array(buffer.buffer, 0, count * stride);
        yield { start: starts[i], draws: Math.min(stride, this.draws - starts[i]), values, stride };
      }
    }
  }

  readValue(chain: number, value: number, start: number, out: Float64Array): void {
    const bytes = new Uint8Array(out.buffer, out.byteOffset, out.byteLength);
    for (const { index, skip, from, count, stride } of this.#span(chain, start, out.length)) {
      const offset = VALUES_START + 8 * (value * stride + skip);
      this.#readPart(chain, index, offset, bytes.subarray(8 * from, 8 * (from + count)));
    }
  }

  readStatistic(chain: number, statistic: number, start: number, out: Float64Array): void {
    const { statistics } = this.#layout;
    const type = statistics[statistic].type;
    const size = COLUMN_ARRAYS[type].BYTES_PER_ELEMENT;
    const bytes = new Uint8Array(out.buffer, out.byteOffset, out.byteLength);
    for (const { index, skip, from, count, stride } of this.#span(chain, start, out.length)) {
      let offset = VALUES_START + 8 * this.names.length * stride + size * skip;
      for (let s = 0; s < statistic; s++) offset += columnBytes(statistics[s].type, stride);
      if (type === "float64") {
        this.#readPart(chain, index, offset, bytes.subarray(8 * from, 8 * (from + count)));
      } else {
        const column = new COLUMN_ARRAYS[type](count);
        this.#readPart(chain, index, offset, new Uint8Array(column.buffer));
        out.set(column, from);
      }
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#file?.close();
  }

  /** The segments that hold draws [start, start + length) of a chain: where in the segment, where in the result. */
  *#span(chain: number, start: number, length: number) {
    if (start < 0 || start + length > this.draws) {
      throw new RangeError(`expected draws within [0, ${this.draws}), found [${start}, ${start + length})`);
    }
    const starts = this.#starts[chain];
    const end = start + length;
    for (let index = lastAtMost(starts, start); start < end; index++) {
      const skip = start - starts[index];
      const count = Math.min(starts[index + 1], end) - start;
      yield { index, skip, from: length - (end - start), count, stride: this.#layout.segments[chain].draws[index] };
      start += count;
    }
  }

  /** Reads `out.byteLength` bytes of a record from `offset` on, once the whole of it has been checked. */
  #readPart(chain: number, index: number, offset: number, out: Uint8Array): void {
    if (this.#checked[chain][index] === 0) {
      const size = recordBytes(this.#layout.segments[chain].length[index]);
      if (this.#scratch.byteLength < size) this.#scratch = new Uint8Array(size);
      const record = this.#scratch.subarray(0, size);
      this.#readRecord(chain, index, record);
      out.set(record.subarray(offset, offset + out.byteLength));
      return;
    }
    const { segment, offset: offsets } = this.#layout.segments[chain];
    if (!this.#file || !readFully(this.#file, offsets[index] + offset, out)) {
      throw new LostBlockError(this.#layout.job, chain, segment[index]);
    }
  }

  /** Reads and checks a whole record. */
  #readRecord(chain: number, index: number, record: Uint8Array): void {
    const { segment, offset, length, crc, draws } = this.#layout.segments[chain];
    const key = { chain, segment: segment[index], length: length[index], crc: crc[index] };
    const block = this.#file && readFully(this.#file, offset[index], record) && decodeRecord(key, record);
    if (!block) throw new LostBlockError(this.#layout.job, chain, key.segment);
    const found = readLayout(block);
    if (found.draws !== draws[index] || found.values !== this.names.length) {
      throw new Error(
        `segment ${key.segment} of chain ${chain} holds ${found.draws} draws of ${found.values} values, ` +
          `expected ${draws[index]} of ${this.names.length}`,
      );
    }
    this.#checked[chain][index] = 1;
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
