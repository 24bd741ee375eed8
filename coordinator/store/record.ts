/**
 * The unit of a job's segment file: one encoded block behind a header that says which it is.
 *
 *   header  8 × uint32, little-endian: magic, version, chain, segment, bytes of the block, their CRC-32, 0, 0
 *   block   as workers/block.ts encodes it
 *   zeros   up to a multiple of 8 bytes
 *
 * Every bit of it is determined by the index row, but for the block's, which the CRC holds: so any changed byte is found.
 */
import { crc32 } from "node:zlib";

const MAGIC = 0x52475245; // "ERGR"
const VERSION = 1;
export const RECORD_HEADER_BYTES = 32;

/** What tells a record from every other, and right bytes from wrong ones. */
export interface RecordKey {
  readonly chain: number;
  readonly segment: number;
  /** Bytes of the block. */
  readonly length: number;
  readonly crc: number;
}

/** The bytes that a block of `length` bytes takes in the file. */
export function recordBytes(length: number): number {
  return RECORD_HEADER_BYTES + Math.ceil(length / 8) * 8;
}

export function encodeRecord(key: RecordKey, block: Uint8Array): Uint8Array {
  const record = new Uint8Array(recordBytes(block.byteLength));
  writeHeader(key, record);
  record.set(block, RECORD_HEADER_BYTES);
  return record;
}

/** The block within a record's bytes, a view; null where any byte is not what was written. */
export function decodeRecord(key: RecordKey, record: Uint8Array): Uint8Array | null {
  const expected = new Uint8Array(RECORD_HEADER_BYTES);
  writeHeader(key, expected);
  for (let i = 0; i < RECORD_HEADER_BYTES; i++) {
    if (record[i] !== expected[i]) return null;
  }
  const end = RECORD_HEADER_BYTES + key.length;
  for (let i = end; i < record.byteLength; i++) {
    if (record[i] !== 0) return null;
  }
  const block = record.subarray(RECORD_HEADER_BYTES, end);
  return block.byteLength === key.length && crc32(block) === key.crc ? block : null;
}

function writeHeader({ chain, segment, length, crc }: RecordKey, out: Uint8Array): void {
  const view = new DataView(out.buffer, out.byteOffset, RECORD_HEADER_BYTES);
  [MAGIC, VERSION, chain, segment, length, crc].forEach((word, i) => view.setUint32(4 * i, word, true));
}
