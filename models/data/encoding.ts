/**
 * A data set as the bytes that travel to the workers and are kept. The same data give the same bytes:
 *
 *   length   uint32, little-endian: bytes of the header
 *   header   MessagePack { name, rows, columns, type, image, labels, validationRows }
 *   values   from the next multiple of 4 bytes on: bits where all of them are 0 or 1 (eight to a byte, the first in its lowest bit), else
 *            bytes or float32, as they are
 */
import { Packr } from "msgpackr/pack";
import type { Dataset } from "./dataset.ts";
import { isBinary } from "./intensity.ts";

// Without moreTypes typed arrays would come back as plain bytes; records would make the bytes depend on history.
const packr = new Packr({ moreTypes: true, useRecords: false });

const LENGTH_BYTES = 4;

interface Header extends Pick<Dataset, "name" | "rows" | "columns" | "validationRows"> {
  readonly type: "bits" | "uint8" | "float32";
  readonly image: Dataset["image"] | null;
  readonly labels: Uint8Array | null;
}

/** Parts that follow each other; the last one may be the values themselves, which are hundreds of megabytes. */
export function encodeDataset(data: Dataset): Uint8Array[] {
  const { name, rows, columns, values, image = null, labels = null, validationRows } = data;
  const bits = isBinary(values) ? packBits(values) : null;
  const type = bits ? "bits" : values instanceof Float32Array ? "float32" : "uint8";
  const header: Header = { name, rows, columns, type, image, labels, validationRows };
  const packed: Uint8Array = packr.pack(header);
  const start = new Uint8Array(valuesStart(packed.length));
  new DataView(start.buffer).setUint32(0, packed.length, true);
  start.set(packed, LENGTH_BYTES);
  return [start, bits ?? new Uint8Array(values.buffer, values.byteOffset, values.byteLength)];
}

function valuesStart(headerLength: number): number {
  return Math.ceil((LENGTH_BYTES + headerLength) / 4) * 4;
}

/** Bytes that `encodeDataset` made. The values may be a view of them. */
export function decodeDataset(bytes: Uint8Array): Dataset {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const header: Header = packr.unpack(bytes.subarray(LENGTH_BYTES, LENGTH_BYTES + length));
  const { name, rows, columns, type, image, labels, validationRows } = header;
  const values = bytes.subarray(valuesStart(length));
  return {
    name,
    rows,
    columns,
    values: type === "bits" ? unpackBits(values, rows * columns) : type === "float32" ? toFloats(values) : values,
    ...(image ? { image } : {}),
    ...(labels ? { labels } : {}),
    validationRows,
  };
}

function toFloats(bytes: Uint8Array): Float32Array {
  const { buffer, byteOffset, byteLength } = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  return new Float32Array(buffer, byteOffset, byteLength / 4);
}

/** Eight to a byte, the first in its lowest bit. */
function packBits(values: Uint8Array): Uint8Array {
  const packed = new Uint8Array(Math.ceil(values.length / 8));
  for (let i = 0; i < values.length; i++) packed[i >> 3] |= values[i] << (i & 7);
  return packed;
}

function unpackBits(packed: Uint8Array, count: number): Uint8Array {
  const values = new Uint8Array(count);
  for (let i = 0; i < count; i++) values[i] = (packed[i >> 3] >> (i & 7)) & 1;
  return values;
}
