/** A data set as the bytes that travel to the workers and are kept: MessagePack. The same data give the same bytes. */
import { Packr } from "msgpackr/pack";
import type { Dataset } from "./dataset.ts";

// Without moreTypes typed arrays would come back as plain bytes; records would make the bytes depend on history.
const packr = new Packr({ moreTypes: true, useRecords: false });

export function encodeDataset({ name, rows, columns, values, image, labels, validationRows }: Dataset): Uint8Array {
  return packr.pack({ name, rows, columns, values, image: image ?? null, labels: labels ?? null, validationRows });
}

/** Bytes that `encodeDataset` made. */
export function decodeDataset(bytes: Uint8Array): Dataset {
  const { image, labels, ...rest } = packr.unpack(bytes);
  return { ...rest, ...(image ? { image } : {}), ...(labels ? { labels } : {}) };
}
