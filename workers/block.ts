/**
 * A block: the draws of one segment with the checkpoint at its end, as the bytes that travel, are checked by CRC-32 and are
 * kept. The same segment always gives the same bytes, so two results can be compared byte for byte.
 *
 * Layout, little-endian, every part at a multiple of 8 bytes:
 *   header      8 × uint32: magic, version, draws, values, bytes of statistics, bytes of the tail, lanes − 1, 1 where values are int8
 *   values      float64 or int8 [lanes][values][draws]: value-major, so that one variable can be read alone; padded to 8 bytes
 *   statistics  one column after the other, each [lanes][draws] of its type, each padded to 8 bytes
 *   tail        MessagePack { numericClass, nonFinite, terms?, state }
 */
import { Packr } from "msgpackr/pack";
import type { NonFiniteTerm, NumericClass } from "../models/target.ts";

const MAGIC = 0x42475245; // "ERGB"
const VERSION = 1;
export const HEADER_BYTES = 32;

// Without moreTypes typed arrays would come back as plain bytes; records would make the bytes depend on history.
const packr = new Packr({ moreTypes: true, useRecords: false });

export type ColumnType = "float64" | "float32" | "int32" | "uint8";
export type Column = Float64Array | Float32Array | Int32Array | Uint8Array;
export const COLUMN_ARRAYS = {
  float64: Float64Array,
  float32: Float32Array,
  int32: Int32Array,
  uint8: Uint8Array,
} as const;

/** How reported values are kept; int8 where all of them are small integers: spins, bits. */
export type ValueType = "float64" | "int8";
export const VALUE_ARRAYS = { float64: Float64Array, int8: Int8Array } as const;

/** A recorded statistic: its name in sample_stats and how it is stored; a uint8 is a flag, 0 or 1. */
export interface StatisticType {
  readonly name: string;
  readonly type: ColumnType;
}

/** The draws of one segment. Segments of warmup, and those between two thinned draws, have none. */
export interface Block {
  /** Chains that were advanced together; 1 where absent. */
  readonly lanes?: number;
  /** Of each lane. */
  readonly draws: number;
  /** [lanes][values][draws], value-major. */
  readonly values: Float64Array | Int8Array;
  /** One column of [lanes][draws] for each of the job's statistics. */
  readonly statistics: readonly Column[];
  readonly numericClass: NumericClass;
  /** Evaluations in this segment, warmup included, whose log density was NaN or +∞. */
  readonly nonFinite: number;
  /** Terms of a user's density whose gradient was not finite in it. */
  readonly terms?: readonly NonFiniteTerm[];
}

/** Where the parts of an encoded block are, in bytes from its beginning. */
export interface BlockLayout {
  readonly lanes: number;
  readonly draws: number;
  readonly values: number;
  readonly valueType: ValueType;
  readonly statisticsStart: number;
  readonly tailStart: number;
  readonly end: number;
}

/** The bytes that a column of `draws` takes, padding included. */
export function columnBytes(type: ColumnType, draws: number): number {
  return padded(COLUMN_ARRAYS[type].BYTES_PER_ELEMENT * draws);
}

/** The bytes that so many reported values take, padding included. */
export function valuesBytes(type: ValueType, count: number): number {
  return padded(VALUE_ARRAYS[type].BYTES_PER_ELEMENT * count);
}

function padded(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}

/** A block and the kernel's state at its end, as bytes. */
export function encodeBlock(block: Block, state: unknown): Uint8Array<ArrayBuffer> {
  const { lanes = 1, draws, values, statistics, numericClass, nonFinite, terms } = block;
  const tail = packr.pack({ numericClass, nonFinite, ...(terms ? { terms } : {}), state });
  const statisticsBytes = statistics.reduce((sum, column) => sum + padded(column.byteLength), 0);
  const bytes = new Uint8Array(HEADER_BYTES + padded(values.byteLength) + statisticsBytes + tail.byteLength);
  const count = draws === 0 ? 0 : values.length / (lanes * draws);
  new Uint32Array(bytes.buffer, 0, 8).set([
    MAGIC,
    VERSION,
    draws,
    count,
    statisticsBytes,
    tail.byteLength,
    lanes - 1,
    Number(values instanceof Int8Array),
  ]);
  let offset = HEADER_BYTES;
  const append = (part: Column | Int8Array) => {
    bytes.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), offset);
    offset += padded(part.byteLength);
  };
  append(values);
  statistics.forEach(append);
  bytes.set(tail, offset);
  return bytes;
}

/** Where the parts of a block are. `header` holds at least its first 32 bytes. Throws where it is not a block. */
export function readLayout(header: Uint8Array): BlockLayout {
  const view = new DataView(header.buffer, header.byteOffset, HEADER_BYTES);
  const word = (i: number) => view.getUint32(4 * i, true);
  if (word(0) !== MAGIC || word(1) !== VERSION) throw new Error("not a block of this version");
  const draws = word(2), values = word(3), lanes = word(6) + 1;
  const valueType = word(7) === 1 ? "int8" : "float64";
  const statisticsStart = HEADER_BYTES + valuesBytes(valueType, lanes * draws * values);
  const tailStart = statisticsStart + word(4);
  return { lanes, draws, values, valueType, statisticsStart, tailStart, end: tailStart + word(5) };
}

/** What a block ends with: the checkpoint and what was counted. */
export interface Tail {
  readonly numericClass: NumericClass;
  readonly nonFinite: number;
  readonly terms?: readonly NonFiniteTerm[];
  /** The kernel's state at the end of the segment. */
  readonly state: unknown;
}

/** The tail of a whole encoded block, still encoded: all that the next segment needs. */
export function tailOf(bytes: Uint8Array): Uint8Array {
  const { tailStart, end } = readLayout(bytes);
  return bytes.subarray(tailStart, end);
}

export function decodeTail(tail: Uint8Array): Tail {
  return packr.unpack(tail);
}
