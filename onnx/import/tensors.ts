/** The tensors that a model file carries: initialisers and constants. Each has to be whole, in this file, and of its stated size. */
import { InputError } from "../../numerics/errors.ts";
import { type TensorProto, TensorProto_DataLocation, TensorProto_DataType as Type } from "../proto/onnx_pb.ts";

interface ElementType {
  /** As /v1/models tells it. */
  readonly name: string;
  readonly bytes: number;
  /** Which field may hold the values in place of raw_data. */
  readonly field: "floatData" | "doubleData" | "int32Data" | "int64Data" | "uint64Data";
}

/** What a tensor may be made of. Keys are TensorProto.DataType. */
const ELEMENT_TYPES: ReadonlyMap<number, ElementType> = new Map([
  [Type.FLOAT, { name: "float32", bytes: 4, field: "floatData" }],
  [Type.DOUBLE, { name: "float64", bytes: 8, field: "doubleData" }],
  [Type.INT8, { name: "int8", bytes: 1, field: "int32Data" }],
  [Type.INT16, { name: "int16", bytes: 2, field: "int32Data" }],
  [Type.INT32, { name: "int32", bytes: 4, field: "int32Data" }],
  [Type.INT64, { name: "int64", bytes: 8, field: "int64Data" }],
  [Type.UINT8, { name: "uint8", bytes: 1, field: "int32Data" }],
  [Type.UINT16, { name: "uint16", bytes: 2, field: "int32Data" }],
  [Type.UINT32, { name: "uint32", bytes: 4, field: "uint64Data" }],
  [Type.UINT64, { name: "uint64", bytes: 8, field: "uint64Data" }],
  [Type.BOOL, { name: "bool", bytes: 1, field: "int32Data" }],
]);

const TYPED_FIELDS = ["floatData", "doubleData", "int32Data", "int64Data", "uint64Data"] as const;
const MOST_RANK = 16;
const MOST_ELEMENTS = 2 ** 29; // of 512 MiB

/** The name of an element type. Throws InputError for text, complex and half precision, and for what is no type. */
export function elementType(code: number, path: string): ElementType {
  const found = ELEMENT_TYPES.get(code);
  if (found) return found;
  throw new InputError(
    path,
    `expected float32, float64, integers or bool, found ${Type[code]?.toLowerCase() ?? `the unknown type ${code}`}. ` +
      "Convert the model to float32.",
  );
}

/** Throws InputError with what is wrong with the tensor at `path`. */
export function checkTensor(tensor: TensorProto, path: string): void {
  const called = tensor.name === "" ? "the tensor" : `the tensor ${quoted(tensor.name)}`;
  if (tensor.dataLocation === TensorProto_DataLocation.EXTERNAL || tensor.externalData.length > 0) {
    throw new InputError(
      path,
      `${called} keeps its data in another file. Save the model as one file, without external data ` +
        "(onnx.save_model with save_as_external_data=False).",
    );
  }
  if (tensor.segment) throw new InputError(path, `${called} is a segment of a larger one. Save it in one piece.`);
  if (tensor.stringData.length > 0) throw new InputError(path, `${called} is of text. Tensors are of numbers.`);
  const { name, bytes, field } = elementType(tensor.dataType, `${path}.data_type`);
  const elements = countElements(tensor.dims, `${path}.dims`);
  const filled = TYPED_FIELDS.filter((key) => tensor[key].length > 0);
  const isRaw = tensor.rawData.byteLength > 0;
  if (filled.some((key) => key !== field) || (isRaw && filled.length > 0)) {
    throw new InputError(path, `${called} of ${name} has values in more than one field, or in the wrong one.`);
  }
  const found = isRaw ? tensor.rawData.byteLength / bytes : tensor[field].length;
  if (found !== elements) {
    throw new InputError(
      `${path}.dims`,
      `${called} of shape [${tensor.dims.join(", ")}] needs ${elements} values of ${name}, and has ${found}`,
    );
  }
}

/** The product of dimensions that have to be of bearable size. */
export function countElements(dims: readonly bigint[], path: string): number {
  if (dims.length > MOST_RANK) {
    throw new InputError(path, `expected at most ${MOST_RANK} dimensions, found ${dims.length}`);
  }
  let elements = 1n;
  for (const dim of dims) {
    if (dim < 0n) throw new InputError(path, `expected dimensions of 0 or more, found ${dim}`);
    elements *= dim;
    if (dim > BigInt(MOST_ELEMENTS) || elements > BigInt(MOST_ELEMENTS)) {
      throw new InputError(path, `expected at most ${MOST_ELEMENTS} elements, found the shape [${dims.join(", ")}]`);
    }
  }
  return Number(elements);
}

const MOST_CHARACTERS = 60;

/** A name that came with the model, fit to be said back. */
export function quoted(name: string): string {
  return JSON.stringify(name.length > MOST_CHARACTERS ? `${name.slice(0, MOST_CHARACTERS)}…` : name);
}
