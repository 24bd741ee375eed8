/**
 * IDX, the format of MNIST and its relatives: two zero bytes, a byte for the type of the elements, a byte for the number of
 * axes, the length of each axis as uint32, then the elements row-major; all numbers big-endian.
 *
 * Source: the description beside the MNIST database, LeCun, Cortes & Burges (1998).
 */
import { InputError } from "../../numerics/errors.ts";

/** An array as an IDX file holds it. */
export interface IdxArray {
  readonly shape: readonly number[];
  /** [product of shape], row-major. Unsigned bytes stay such, all other types become Float32. */
  readonly values: Uint8Array | Float32Array;
}

const HEADER_BYTES = 4;
const UNSIGNED_BYTE = 0x08;

interface ElementType {
  readonly bytes: number;
  read(view: DataView, offset: number): number;
}

const TYPES: ReadonlyMap<number, ElementType> = new Map([
  [UNSIGNED_BYTE, { bytes: 1, read: (view: DataView, offset: number) => view.getUint8(offset) }],
  [0x09, { bytes: 1, read: (view: DataView, offset: number) => view.getInt8(offset) }],
  [0x0b, { bytes: 2, read: (view: DataView, offset: number) => view.getInt16(offset) }],
  [0x0c, { bytes: 4, read: (view: DataView, offset: number) => view.getInt32(offset) }],
  [0x0d, { bytes: 4, read: (view: DataView, offset: number) => view.getFloat32(offset) }],
  [0x0e, { bytes: 8, read: (view: DataView, offset: number) => view.getFloat64(offset) }],
]);

/** Whether the bytes begin as an IDX file does. */
export function isIdx(bytes: Uint8Array): boolean {
  return bytes.length >= HEADER_BYTES && bytes[0] === 0 && bytes[1] === 0 && TYPES.has(bytes[2]) && bytes[3] > 0;
}

/** Reads an IDX file, already inflated. Throws InputError (its path is "") where the bytes are not one, or not all of one. */
export function parseIdx(bytes: Uint8Array): IdxArray {
  const type = TYPES.get(bytes[2]);
  if (!isIdx(bytes) || !type) {
    const found = [...bytes.subarray(0, HEADER_BYTES)].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const gzip = bytes[0] === 0x1f && bytes[1] === 0x8b ? "; it is compressed with gzip: inflate it first" : "";
    throw new InputError(
      "",
      `expected an IDX file, which begins with 00 00, a type (08 to 0e) and the number of axes; found ${found}${gzip}`,
    );
  }
  const axes = bytes[3];
  const start = HEADER_BYTES + 4 * axes;
  if (bytes.length < start) {
    throw new InputError("", `expected an IDX file with a header of ${start} bytes, found ${bytes.length} in all`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shape = Array.from({ length: axes }, (_, axis) => view.getUint32(HEADER_BYTES + 4 * axis));
  const count = shape.reduce((a, b) => a * b, 1);
  if (bytes.length !== start + type.bytes * count) {
    throw new InputError(
      "",
      `its header says ${shape.join(" × ")} elements of ${type.bytes} bytes, ${
        start + type.bytes * count
      } bytes in all; ` +
        `found ${bytes.length}. Is the file whole?`,
    );
  }
  if (bytes[2] === UNSIGNED_BYTE) return { shape, values: bytes.slice(start) };
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) values[i] = type.read(view, start + type.bytes * i);
  return { shape, values };
}

/** An IDX file of unsigned bytes. */
export function encodeIdx(shape: readonly number[], values: Uint8Array): Uint8Array<ArrayBuffer> {
  const count = shape.reduce((a, b) => a * b, 1);
  if (values.length !== count) {
    throw new RangeError(`${shape.join(" × ")} elements are ${count}, found ${values.length}`);
  }
  const start = HEADER_BYTES + 4 * shape.length;
  const bytes = new Uint8Array(start + count);
  const view = new DataView(bytes.buffer);
  bytes[2] = UNSIGNED_BYTE;
  bytes[3] = shape.length;
  shape.forEach((length, axis) => view.setUint32(HEADER_BYTES + 4 * axis, length));
  bytes.set(values, start);
  return bytes;
}
