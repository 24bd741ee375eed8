/** HDF5 datatypes as the bytes of a datatype message: class and version, bit field, size, properties (section IV.A.2.d). */
import { ByteWriter } from "../byte_writer.ts";

export type Datatype = Uint8Array<ArrayBuffer>;

const IEEE = {
  4: { sign: 31, exponentAt: 23, exponentBits: 8, bias: 127 },
  8: { sign: 63, exponentAt: 52, exponentBits: 11, bias: 1023 },
};

function float(size: 4 | 8): Datatype {
  const { sign, exponentAt, exponentBits, bias } = IEEE[size];
  return new ByteWriter()
    .u8(0x11, 0x20, sign, 0).u32(size) // the leading bit of the mantissa is implied
    .u16(0).u16(8 * size).u8(exponentAt, exponentBits, 0, exponentAt).u32(bias)
    .slice();
}

function signedInteger(size: number): Datatype {
  return new ByteWriter().u8(0x10, 0x08, 0, 0).u32(size).u16(0).u16(8 * size).slice();
}

export const FLOAT64 = float(8);
export const FLOAT32 = float(4);
export const INT64 = signedInteger(8);
export const INT32 = signedInteger(4);
export const INT8 = signedInteger(1);

/** The address of an object in the file. */
export const OBJECT_REFERENCE: Datatype = new ByteWriter().u8(0x17, 0, 0, 0).u32(8).slice();

/** UTF-8 in `size` bytes, a zero at the end. */
export function fixedString(size: number): Datatype {
  return new ByteWriter().u8(0x13, 0x10, 0, 0).u32(size).slice();
}

/** A sequence of any length, kept in a global heap: its length (uint32), the heap's address and the index in it. */
export function variableLength(element: Datatype): Datatype {
  return new ByteWriter().u8(0x19, 0, 0, 0).u32(16).bytes(element).slice();
}

/** Members at their byte offsets. `size` is below 256. */
export function compound(size: number, members: readonly { name: string; offset: number; type: Datatype }[]): Datatype {
  const writer = new ByteWriter().u8(0x36, members.length, 0, 0).u32(size);
  for (const { name, offset, type } of members) {
    writer.bytes(new TextEncoder().encode(name)).u8(0, offset).bytes(type);
  }
  return writer.slice();
}
