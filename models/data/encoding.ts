/**
 * A data set as the bytes that travel to the workers and are kept: MessagePack, with the values as bits where all of them are
 * 0 or 1 (an eighth of a byte each), else as they are. The same data give the same bytes.
 */
import { Packr } from "msgpackr/pack";
import type { Dataset } from "./dataset.ts";
import { isBinary } from "./intensity.ts";

// Without moreTypes typed arrays would come back as plain bytes; records would make the bytes depend on history.
const packr = new Packr({ moreTypes: true, useRecords: false });

export function encodeDataset(
  { name, rows, columns, values, image, labels, validationRows }: Dataset,
): Uint8Array {
  const bits = isBinary(values);
  return packr.pack({
    name,
    rows,
    columns,
    bits,
    values: bits ? packBits(values) : values,
    image: image ?? null,
    labels: labels ?? null,
    validationRows,
  });
}

/** Bytes that `encodeDataset` made. */
export function decodeDataset(bytes: Uint8Array): Dataset {
  const { name, rows, columns, bits, values, image, labels, validationRows } = packr.unpack(bytes);
  return {
    name,
    rows,
    columns,
    values: bits ? unpackBits(values, rows * columns) : values,
    ...(image ? { image } : {}),
    ...(labels ? { labels } : {}),
    validationRows,
  };
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
