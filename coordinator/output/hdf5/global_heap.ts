/** A collection of HDF5's global heap: objects found by their index, which counts from 1 (section III.E). */
import { ByteWriter } from "../byte_writer.ts";

const SIGNATURE = new TextEncoder().encode("GCOL");
const LEAST_BYTES = 4096;
const HEADER_BYTES = 16;

/** Objects of one collection; an index has 16 bits. */
export const MOST_OBJECTS = 10_000;

export function encodeHeap(objects: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const used = objects.reduce((sum, object) => sum + HEADER_BYTES + Math.ceil(object.byteLength / 8) * 8, HEADER_BYTES);
  // What is free is an object too, number 0, with its header.
  const size = Math.max(LEAST_BYTES, used + HEADER_BYTES);
  const writer = new ByteWriter().bytes(SIGNATURE).u8(1, 0, 0, 0).u64(size);
  objects.forEach((object, i) => {
    writer.u16(i + 1).u16(1).u32(0).u64(object.byteLength).bytes(object).align(8);
  });
  return writer.u16(0).u16(0).u32(0).u64(size - used).bytes(new Uint8Array(size - used - HEADER_BYTES)).slice();
}
