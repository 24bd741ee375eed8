/** MessagePack on the wire: the shapes of the JSON bodies, where arrays of numbers may be typed arrays. */
import { decode, encode, ExtensionCodec } from "@msgpack/msgpack";

export const MESSAGE_PACK = "application/msgpack";

/** msgpackr's extension for typed arrays: one byte for the type, then the elements, little-endian. */
const TYPED_ARRAYS = 0x74;
const ARRAY_TYPES = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
] as const;

const extensions = new ExtensionCodec();
extensions.register({
  type: TYPED_ARRAYS,
  encode: () => null, // what goes out are plain arrays
  decode: (data) => {
    const ArrayType = ARRAY_TYPES[data[0]];
    if (!ArrayType) {
      throw new RangeError(`typed arrays of type ${data[0]} are not taken: send floats or integers up to 32 bits`);
    }
    if ((data.length - 1) % ArrayType.BYTES_PER_ELEMENT !== 0) {
      throw new RangeError(`${data.length - 1} bytes are no whole number of ${ArrayType.name} elements`);
    }
    return new ArrayType(data.slice(1).buffer); // a copy, so that it begins at a multiple of the element's size
  },
});

// This decoder neither recurses nor compiles code from what it reads, and refuses a key `__proto__`.
/** Throws an Error that says what is wrong. Unknown extensions come out as objects that are not plain. */
export function decodeMessagePack(bytes: Uint8Array): unknown {
  const most = bytes.length; // no array or map has more entries than the body has bytes
  return decode(bytes, { extensionCodec: extensions, maxArrayLength: most, maxMapLength: most });
}

export function encodeMessagePack(value: unknown): Uint8Array<ArrayBuffer> {
  return encode(value, { ignoreUndefined: true });
}
