/**
 * A zip of stored entries, written from front to back: CRCs follow the data, sizes are known before, and those beyond 32
 * bits are in zip64 fields. All dates are the first that zip knows: no clock.
 *
 * APPNOTE.TXT 6.3.10, sections 4.3 and 4.5.3.
 */
import { crc32 } from "node:zlib";
import { ByteWriter } from "./byte_writer.ts";

export interface ZipEntry {
  readonly name: string;
  /** Bytes that `data` gives. */
  readonly size: number;
  data(): Iterable<Uint8Array<ArrayBuffer>>;
}

/** An entry as it was written. */
interface Written {
  readonly name: Uint8Array;
  readonly size: number;
  readonly offset: number;
  readonly crc: number;
}

const MOST_32 = 0xffffffff;
const MOST_16 = 0xffff;
const FLAGS = 0x0808; // a descriptor follows the data; names are UTF-8
const FIRST_DATE = 0x0021; // 1 January 1980
const VERSION = 20;
const VERSION_64 = 45;

export function* zip(entries: Iterable<ZipEntry>): Generator<Uint8Array<ArrayBuffer>, void> {
  const written: Written[] = [];
  let offset = 0;
  for (const { name: text, size, data } of entries) {
    const name = new TextEncoder().encode(text);
    const header = localHeader(name, size);
    yield header;
    let crc = 0;
    let bytes = 0;
    for (const chunk of data()) {
      crc = crc32(chunk, crc);
      bytes += chunk.byteLength;
      yield chunk;
    }
    if (bytes !== size) throw new Error(`expected ${size} bytes for ${text}, found ${bytes}`);
    const descriptor = dataDescriptor(crc, size);
    yield descriptor;
    written.push({ name, size, offset, crc });
    offset += header.byteLength + size + descriptor.byteLength;
  }
  yield directory(written, offset);
}

/** The bytes that `zip` gives. */
export function zipLength(entries: Iterable<ZipEntry>): number {
  const written: Written[] = [];
  let offset = 0;
  for (const { name: text, size } of entries) {
    const name = new TextEncoder().encode(text);
    written.push({ name, size, offset, crc: 0 });
    offset += localHeader(name, size).byteLength + size + dataDescriptor(0, size).byteLength;
  }
  return offset + directory(written, offset).byteLength;
}

function localHeader(name: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  const large = size >= MOST_32;
  const writer = new ByteWriter()
    .u32(0x04034b50).u16(large ? VERSION_64 : VERSION).u16(FLAGS).u16(0).u16(0).u16(FIRST_DATE)
    .u32(0).u32(large ? MOST_32 : 0).u32(large ? MOST_32 : 0).u16(name.byteLength).u16(large ? 20 : 0)
    .bytes(name);
  if (large) writer.u16(1).u16(16).u64(0).u64(0); // tells that the descriptor has 64 bits
  return writer.slice();
}

function dataDescriptor(crc: number, size: number): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter().u32(0x08074b50).u32(crc);
  return size >= MOST_32 ? writer.u64(size).u64(size).slice() : writer.u32(size).u32(size).slice();
}

/** The central directory that begins at `offset`, and the end of the file. */
function directory(entries: readonly Written[], offset: number): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter();
  for (const { name, size, offset, crc } of entries) {
    const wide = [...(size >= MOST_32 ? [size, size] : []), ...(offset >= MOST_32 ? [offset] : [])];
    const version = wide.length > 0 ? VERSION_64 : VERSION;
    writer
      .u32(0x02014b50).u16(version).u16(version).u16(FLAGS).u16(0).u16(0).u16(FIRST_DATE)
      .u32(crc).u32(Math.min(size, MOST_32)).u32(Math.min(size, MOST_32))
      .u16(name.byteLength).u16(wide.length > 0 ? 4 + 8 * wide.length : 0)
      .u16(0).u16(0).u16(0).u32(0).u32(Math.min(offset, MOST_32))
      .bytes(name);
    if (wide.length > 0) writer.u16(1).u16(8 * wide.length);
    wide.forEach((value) => writer.u64(value));
  }
  const size = writer.length;
  const count = entries.length;
  if (offset + size >= MOST_32 || count >= MOST_16) {
    writer.u32(0x06064b50).u64(44).u16(VERSION_64).u16(VERSION_64).u32(0).u32(0)
      .u64(count).u64(count).u64(size).u64(offset)
      .u32(0x07064b50).u32(0).u64(offset + size).u32(1);
  }
  return writer.u32(0x06054b50).u16(0).u16(0).u16(Math.min(count, MOST_16)).u16(Math.min(count, MOST_16))
    .u32(Math.min(size, MOST_32)).u32(Math.min(offset, MOST_32)).u16(0)
    .slice();
}
