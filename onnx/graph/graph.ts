/**
 * A graph in the making: values in the order in which they are made, constants kept once however often they are asked for, names by
 * that order. So the same calls always give the same bytes.
 *
 * Written for opset 17 (ONNX 1.12), which every runtime loads. The first axis may be the batch, ROWS, of any length.
 */
import { create, toBinary } from "@bufbuild/protobuf";
import {
  type AttributeProto,
  AttributeProto_AttributeType as AttributeType,
  AttributeProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  TensorProto_DataType as DataType,
  TensorProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from "../proto/onnx_pb.ts";

export const OPSET = 17;
const IR_VERSION = 8n; // ONNX 1.12's

/** The length of the batch axis, in a shape. */
export const ROWS = -1;
export type Shape = readonly number[];
export type ElementType = "float32" | "int64" | "bool";

/** A tensor of a graph, by what is known before it runs. Operations of onnx/graph/operations.ts make one of others. */
export interface Value {
  readonly graph: Graph;
  readonly type: ElementType;
  readonly shape: Shape;
}

/** Integers of a node; a single one is not a list of one. `real` is written as a float. */
export type Attribute = number | readonly number[] | { readonly real: number };

interface Node {
  readonly operator: string;
  readonly inputs: readonly Value[];
  readonly output: Value;
  readonly attributes: Readonly<Record<string, Attribute>>;
}

interface Constant {
  readonly value: Value;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export class Graph {
  readonly #inputs = new Map<string, Value>();
  readonly #outputs = new Map<string, Value>();
  readonly #nodes: Node[] = [];
  readonly #constants = new Map<string, Constant[]>();

  constructor(readonly name: string) {}

  /** Rows of `columns` numbers. */
  input(name: string, columns: number): Value {
    const value: Value = { graph: this, type: "float32", shape: [ROWS, columns] };
    this.#inputs.set(name, value);
    return value;
  }

  /** Each value has one name: a second one is a copy. */
  output(name: string, value: Value): void {
    const isTaken = [...this.#inputs.values(), ...this.#outputs.values()].includes(value) ||
      !this.#nodes.some(({ output }) => output === value);
    this.#outputs.set(name, isTaken ? this.apply("Identity", [value], value) : value);
  }

  /** Numbers that the file keeps, rounded to single precision. */
  reals(values: ArrayLike<number>, shape: Shape): Value {
    return this.#constant("float32", new Uint8Array(Float32Array.from(values).buffer), shape);
  }

  real(value: number): Value {
    return this.reals([value], []);
  }

  integers(values: readonly number[]): Value {
    return this.#constant("int64", new Uint8Array(BigInt64Array.from(values, BigInt).buffer), [values.length]);
  }

  /** A node. Operations check shapes before they come here. */
  apply(
    operator: string,
    inputs: readonly Value[],
    { type, shape }: Pick<Value, "type" | "shape">,
    attributes: Node["attributes"] = {},
  ): Value {
    for (const { graph } of inputs) if (graph !== this) throw new RangeError(`${operator}: a value of another graph`);
    const output: Value = { graph: this, type, shape };
    this.#nodes.push({ operator, inputs, output, attributes });
    return output;
  }

  /** Nodes and constants that no output needs are left out. */
  encode(): Uint8Array<ArrayBuffer> {
    const { nodes, constants } = this.#needed();
    const names = this.#names(nodes, constants);
    const name = (value: Value) => names.get(value) ?? "";
    const info = ([name, value]: [string, Value]) => valueInfo(name, value);
    const model = create(ModelProtoSchema, {
      irVersion: IR_VERSION,
      producerName: "ergodic",
      opsetImport: [{ domain: "", version: BigInt(OPSET) }],
      graph: {
        name: this.name,
        input: [...this.#inputs].map(info),
        output: [...this.#outputs].map(info),
        initializer: constants.map(({ value, bytes }) =>
          create(TensorProtoSchema, {
            name: name(value),
            dataType: DATA_TYPES[value.type],
            dims: value.shape.map(BigInt),
            rawData: bytes,
          })
        ),
        node: nodes.map(({ operator, inputs, output, attributes }) =>
          create(NodeProtoSchema, {
            name: name(output),
            opType: operator,
            input: inputs.map(name),
            output: [name(output)],
            attribute: Object.entries(attributes).map(([name, value]) => attribute(name, value)),
          })
        ),
      },
    });
    return toBinary(ModelProtoSchema, model);
  }

  #needed(): { nodes: Node[]; constants: Constant[] } {
    const needed = new Set(this.#outputs.values());
    const nodes = this.#nodes.toReversed().filter(({ inputs, output }) => {
      if (!needed.has(output)) return false;
      for (const value of inputs) needed.add(value);
      return true;
    }).reverse();
    return { nodes, constants: [...this.#constants.values()].flat().filter(({ value }) => needed.has(value)) };
  }

  #names(nodes: readonly Node[], constants: readonly Constant[]): Map<Value, string> {
    const names = new Map<Value, string>();
    constants.forEach(({ value }, i) => names.set(value, `constant_${i}`));
    nodes.forEach(({ operator, output }, i) => names.set(output, `${operator.toLowerCase()}_${i}`));
    for (const [name, value] of [...this.#inputs, ...this.#outputs]) names.set(value, name);
    return names;
  }

  #constant(type: ElementType, bytes: Uint8Array<ArrayBuffer>, shape: Shape): Value {
    const words = new Uint32Array(bytes.buffer);
    const key = `${type} [${shape}] ${fingerprint(words)}`;
    const alike = this.#constants.get(key) ?? [];
    const known = alike.find(({ bytes: other }) => new Uint32Array(other.buffer).every((word, i) => word === words[i]));
    if (known) return known.value;
    const value: Value = { graph: this, type, shape };
    this.#constants.set(key, [...alike, { value, bytes }]);
    return value;
  }
}

const DATA_TYPES: Readonly<Record<ElementType, DataType>> = {
  float32: DataType.FLOAT,
  int64: DataType.INT64,
  bool: DataType.BOOL,
};

const MOST_HASHED = 4096;

/** Fowler, Noll and Vo's hash of some of the words: tells most constants apart, so that few are compared whole. */
function fingerprint(words: Uint32Array): number {
  const step = Math.ceil(words.length / MOST_HASHED);
  let hash = 0x811c9dc5;
  for (let k = 0; k < words.length; k += step) hash = Math.imul(hash ^ words[k], 0x01000193);
  return hash >>> 0;
}

function valueInfo(name: string, { type, shape }: Value): ValueInfoProto {
  const dim = shape.map((size) => ({
    value: size === ROWS
      ? { case: "dimParam" as const, value: "N" }
      : { case: "dimValue" as const, value: BigInt(size) },
  }));
  return create(ValueInfoProtoSchema, {
    name,
    type: { value: { case: "tensorType", value: { elemType: DATA_TYPES[type], shape: { dim } } } },
  });
}

function attribute(name: string, value: Attribute): AttributeProto {
  if (typeof value === "number") {
    return create(AttributeProtoSchema, { name, type: AttributeType.INT, i: BigInt(value) });
  }
  if ("real" in value) return create(AttributeProtoSchema, { name, type: AttributeType.FLOAT, f: value.real });
  return create(AttributeProtoSchema, { name, type: AttributeType.INTS, ints: value.map(BigInt) });
}
