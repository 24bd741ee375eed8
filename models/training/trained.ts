/**
 * Trained parameters as bytes: what the registry keeps, names by their SHA-256, and sends to the workers. The same parameters
 * always give the same bytes: MessagePack without records, typed arrays little-endian.
 */
import { Packr } from "msgpackr/pack";
import { z } from "zod";
import type { TrainedParameters } from "./training.ts";

const FORMAT = "ergodic-trained-1";

// Without moreTypes typed arrays would come back as plain bytes; records would make the bytes depend on history.
const packr = new Packr({ moreTypes: true, useRecords: false });

const Encoded = z.strictObject({
  format: z.literal(FORMAT),
  config: z.looseObject({ kind: z.string() }),
  arrays: z.record(
    z.string(),
    z.strictObject({
      shape: z.array(z.int().min(0)),
      values: z.union([z.instanceof(Float32Array), z.instanceof(Float64Array)]),
    }).refine(({ shape, values }) => shape.reduce((a, b) => a * b, 1) === values.length, {
      error: "the shape of an array does not agree with how many values it has",
    }),
  ),
});

export function encodeTrained({ config, arrays }: TrainedParameters): Uint8Array<ArrayBuffer> {
  return new Uint8Array(packr.pack({ format: FORMAT, config, arrays }));
}

/** Throws an Error where the bytes are not what `encodeTrained` writes. */
export function decodeTrained(bytes: Uint8Array): TrainedParameters {
  let value: unknown;
  try {
    value = packr.unpack(bytes);
  } catch (cause) {
    throw new Error("these bytes are not trained parameters: they cannot be unpacked", { cause });
  }
  const parsed = Encoded.safeParse(value);
  if (!parsed.success) {
    throw new Error(`these bytes are not trained parameters: ${parsed.error.issues[0].message}`, {
      cause: parsed.error,
    });
  }
  const { config, arrays } = parsed.data;
  return { config, arrays };
}
