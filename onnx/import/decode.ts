/**
 * ONNX bytes to a ModelProto, within bounds.
 *
 * What is decoded grows: a message of two bytes becomes an object of a hundred. So the bytes are walked once on the wire alone, by the
 * schema's own descriptors, and only what is nested, counted and cut as a model of bearable size is then decoded.
 */
import { type DescMessage, fromBinary } from "@bufbuild/protobuf";
import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import { InputError } from "../../numerics/errors.ts";
import { type ModelProto, ModelProtoSchema } from "../proto/onnx_pb.ts";

/** The bytes are no ONNX model at all. */
export class UnreadableModelError extends InputError {
  override name = "UnreadableModelError";
  constructor(reason: string) {
    super("", `the body is not an ONNX model: ${reason}. Send the bytes of a .onnx file, whole and as they are.`);
  }
}

export const MOST_MODEL_BYTES = 512 * 2 ** 20;
const MOST_DEPTH = 12; // model, graph, node, attribute, tensor are 5; a value's type takes 7
const MOST_MESSAGES = 500_000;
const MOST_ENTRIES = 2 ** 24; // names and numbers outside raw_data: each becomes a value of JavaScript

/** Throws UnreadableModelError where the bytes are no model, InputError where it is beyond the bounds. */
export function decodeModel(bytes: Uint8Array): ModelProto {
  if (bytes.byteLength === 0) throw new UnreadableModelError("it is empty");
  walk(bytes);
  try {
    const model = fromBinary(ModelProtoSchema, bytes, { readUnknownFields: false });
    if (model.graph) return model;
  } catch (error) {
    throw new UnreadableModelError(error instanceof Error ? error.message : String(error));
  }
  throw new UnreadableModelError("it has no graph");
}

/** Reads every tag, and nothing else. */
function walk(bytes: Uint8Array): void {
  let messages = 0;
  let entries = 0;
  const reader = new BinaryReader(bytes);

  const message = (schema: DescMessage, end: number, depth: number): void => {
    if (depth > MOST_DEPTH) {
      throw new InputError(
        "graph",
        `the model is nested deeper than ${MOST_DEPTH} levels. Export it without subgraphs.`,
      );
    }
    if (++messages > MOST_MESSAGES) {
      throw new InputError("graph", `the model has more than ${MOST_MESSAGES} parts. Simplify it before the upload.`);
    }
    const fields = fieldsOf(schema);
    while (reader.pos < end) {
      const [number, wireType] = reader.tag();
      const field = fields.get(number);
      entries++;
      if (wireType === WireType.StartGroup || wireType === WireType.EndGroup) {
        throw new UnreadableModelError("it has fields of a form that ONNX does not use");
      }
      if (wireType !== WireType.LengthDelimited) {
        reader.skip(wireType);
      } else {
        const length = reader.uint32();
        const next = reader.pos + length;
        if (next > end) throw new UnreadableModelError("it is cut off, or a length in it is wrong");
        if (field?.inner) message(field.inner, next, depth + 1);
        else if (field?.isPacked) entries += length;
        reader.pos = next;
      }
      if (reader.pos > end) throw new UnreadableModelError("it is cut off, or a length in it is wrong");
      if (entries > MOST_ENTRIES) {
        throw new InputError(
          "graph",
          `the model has more than ${MOST_ENTRIES} names and numbers outside raw_data. Keep its weights as raw_data, as ` +
            "every exporter does.",
        );
      }
    }
  };

  try {
    message(ModelProtoSchema, bytes.byteLength, 1);
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new UnreadableModelError(error instanceof Error ? error.message : String(error));
  }
}

interface Field {
  /** What a length-delimited field of this number holds. */
  readonly inner: DescMessage | null;
  readonly isPacked: boolean;
}

const FIELDS = new Map<string, ReadonlyMap<number, Field>>();

function fieldsOf(schema: DescMessage): ReadonlyMap<number, Field> {
  const known = FIELDS.get(schema.typeName);
  if (known) return known;
  const fields = new Map(schema.fields.map((field): [number, Field] => [field.number, {
    inner: field.message ?? null,
    isPacked: field.fieldKind === "list" && field.listKind === "scalar",
  }]));
  FIELDS.set(schema.typeName, fields);
  return fields;
}
