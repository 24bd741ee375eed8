/** The messages of which an HDF5 object header is made (section IV.A.2). */
import { ByteWriter } from "../byte_writer.ts";
import { type Datatype, fixedString, INT64 } from "./datatype.ts";

export interface Message {
  readonly type: number;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** A named value beside an object. */
export interface Attribute {
  readonly name: string;
  readonly type: Datatype;
  /** Absent for a scalar. */
  readonly shape?: readonly number[];
  readonly data: Uint8Array<ArrayBuffer>;
}

const ATTRIBUTE = 0x0c;
const UNDEFINED_ADDRESS = 2n ** 64n - 1n;
const ORDER_TRACKED_AND_INDEXED = 3;

export function stringAttribute(name: string, value: string): Attribute {
  const text = new TextEncoder().encode(value);
  return { name, type: fixedString(text.byteLength + 1), data: new Uint8Array([...text, 0]) };
}

export function integerAttribute(name: string, value: number): Attribute {
  return { name, type: INT64, data: new Uint8Array(BigInt64Array.of(BigInt(value)).buffer) };
}

/** True where the attribute is within the 64 KiB that a message may have. */
export function fitsAMessage(attribute: Attribute): boolean {
  return attributeMessage(attribute).body.byteLength < 1 << 16;
}

export function attributeMessage({ name, type, shape = [], data }: Attribute): Message {
  const text = new TextEncoder().encode(name);
  const space = dataspace(shape);
  const writer = new ByteWriter()
    .u8(3, 0).u16(text.byteLength + 1).u16(type.byteLength).u16(space.byteLength).u8(1) // the name is UTF-8
    .bytes(text).u8(0).bytes(type).bytes(space).bytes(data);
  return { type: ATTRIBUTE, body: writer.slice() };
}

/** Where the attributes are: in the header. */
export function attributeInfoMessage(count: number): Message {
  const writer = new ByteWriter().u8(0, ORDER_TRACKED_AND_INDEXED).u16(count)
    .u64(UNDEFINED_ADDRESS).u64(UNDEFINED_ADDRESS).u64(UNDEFINED_ADDRESS);
  return { type: 0x15, body: writer.slice() };
}

/** A contiguous dataset at an address. */
export function datasetMessages(type: Datatype, shape: readonly number[], address: number, bytes: number): Message[] {
  return [
    { type: 0x01, body: dataspace(shape) },
    { type: 0x03, body: type },
    { type: 0x05, body: Uint8Array.of(3, 0x0a) }, // fill value: none; allocated late, written if set
    { type: 0x08, body: new ByteWriter().u8(3, 1).u64(address).u64(bytes).slice() },
  ];
}

/** A group of hard links, in this order. */
export function groupMessages(links: readonly { name: string; address: number }[]): Message[] {
  const info = new ByteWriter().u8(0, ORDER_TRACKED_AND_INDEXED).u64(links.length)
    .u64(UNDEFINED_ADDRESS).u64(UNDEFINED_ADDRESS).u64(UNDEFINED_ADDRESS);
  return [
    { type: 0x02, body: info.slice() },
    { type: 0x0a, body: Uint8Array.of(0, 0) },
    ...links.map(({ name, address }, order) => {
      const text = new TextEncoder().encode(name);
      // Flags: a name's length of four bytes, creation order and character set are there.
      const writer = new ByteWriter().u8(1, 0x16).u64(order).u8(1).u32(text.byteLength).bytes(text).u64(address);
      return { type: 0x06, body: writer.slice() };
    }),
  ];
}

export function isAttribute({ type }: Message): boolean {
  return type === ATTRIBUTE;
}

function dataspace(shape: readonly number[]): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter().u8(2, shape.length, 0, shape.length === 0 ? 0 : 1);
  shape.forEach((size) => writer.u64(size));
  return writer.slice();
}
