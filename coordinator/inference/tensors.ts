/** Tensors of the Open Inference Protocol: their data types, and their values as JSON or as bytes. */
import { ValidationError } from "../schema/errors.ts";
import { describe } from "../schema/faults.ts";
import type { RawTensor } from "./inference.ts";

interface DataType {
  readonly name: string;
  readonly array: new (
    length: number,
  ) => ArrayBufferView & { [index: number]: number | bigint; readonly length: number };
  readonly least: number;
  readonly most: number;
  readonly isInteger: boolean;
}

const integer = (name: string, array: DataType["array"], least: number, most: number): DataType => ({
  name,
  array,
  least,
  most,
  isInteger: true,
});

/** By the names that the registry uses. */
const DATA_TYPES: Readonly<Record<string, DataType>> = {
  float32: { name: "FP32", array: Float32Array, least: -Infinity, most: Infinity, isInteger: false },
  float64: { name: "FP64", array: Float64Array, least: -Infinity, most: Infinity, isInteger: false },
  int8: integer("INT8", Int8Array, -128, 127),
  int16: integer("INT16", Int16Array, -32768, 32767),
  int32: integer("INT32", Int32Array, -(2 ** 31), 2 ** 31 - 1),
  int64: integer("INT64", BigInt64Array, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
  uint8: integer("UINT8", Uint8Array, 0, 255),
  uint16: integer("UINT16", Uint16Array, 0, 65535),
  uint32: integer("UINT32", Uint32Array, 0, 2 ** 32 - 1),
  uint64: integer("UINT64", BigUint64Array, 0, Number.MAX_SAFE_INTEGER),
  bool: integer("BOOL", Uint8Array, 0, 1),
};

/** How the protocol spells a type. */
export function datatypeOf(type: string): string {
  return DATA_TYPES[type]?.name ?? type.toUpperCase();
}

export function bytesAnElement(type: string): number {
  return new DATA_TYPES[type].array(1).byteLength;
}

/** Values of JSON, nested or not, as bytes. Throws ValidationError. */
export function bytesOf(data: readonly unknown[], type: string, count: number, path: string): Uint8Array {
  const { array: TypedArray, least, most, isInteger, name } = DATA_TYPES[type];
  const values = new TypedArray(count);
  const isWide = values instanceof BigInt64Array || values instanceof BigUint64Array;
  let filled = 0;
  const take = (value: unknown, at: string): void => {
    if (Array.isArray(value)) return value.forEach((entry, i) => take(entry, `${at}.${i}`));
    const number = typeof value === "boolean" && type === "bool" ? Number(value) : value;
    if (typeof number !== "number" || number < least || number > most || (isInteger && !Number.isInteger(number))) {
      throw new ValidationError([{ path: at, message: `expected a value of ${name}, found ${describe(value)}` }]);
    }
    if (filled < count) values[filled] = isWide ? BigInt(number) : number;
    filled++;
  };
  take(data, path);
  if (filled !== count) {
    throw new ValidationError([{ path, message: `the shape asks for ${count} values, found ${filled}` }]);
  }
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/** The values of a tensor for JSON; a number that is not finite is null. */
export function valuesOf({ type, bytes }: RawTensor): (number | boolean | null)[] {
  const { array: TypedArray } = DATA_TYPES[type];
  const values = new TypedArray(bytes.byteLength / bytesAnElement(type));
  new Uint8Array(values.buffer).set(bytes);
  return Array.from(values, (value) => {
    if (type === "bool") return value !== 0;
    const number = Number(value);
    return Number.isFinite(number) ? number : null;
  });
}
