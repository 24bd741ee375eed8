/**
 * What a graph is made of and whether it holds together: one definition a name, each before its use, each operator known. Nothing is
 * computed. Paths are those of onnx.proto.
 */
import { InputError } from "../../numerics/errors.ts";
import {
  type AttributeProto,
  AttributeProto_AttributeType as AttributeType,
  type GraphProto,
  type ModelProto,
  type NodeProto,
  type ValueInfoProto,
} from "../proto/onnx_pb.ts";
import { LEAST_OPSET, MOST_OPSET, objectionTo } from "./operators.ts";
import { checkTensor, countElements, elementType, quoted } from "./tensors.ts";

/** An input or output as the graph declares it. */
export interface TensorInfo {
  readonly name: string;
  /** `float32`, `int64` …; null where an output does not tell. */
  readonly type: string | null;
  /** −1 for a dimension that may be any; null where an output does not tell its rank. */
  readonly shape: readonly number[] | null;
}

export interface GraphInfo {
  readonly opset: number;
  readonly nodes: number;
  /** Numbers in the initialisers. */
  readonly parameters: number;
  /** Without those that an initialiser gives. */
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
  /** metadata_props. */
  readonly metadata: ReadonlyMap<string, string>;
}

const MOST_NODES = 50_000;
const MOST_INITIALISERS = 50_000;
const MOST_ENDS = 64; // inputs, and outputs
const MOST_NAME = 1024;
const MOST_METADATA = 2 ** 20; // characters
const MOST_WIDTH = 2 ** 24; // numbers in a row of an input or output

/** Throws InputError with the first thing that is wrong. */
export function inspect(model: ModelProto): GraphInfo {
  const { graph } = model;
  if (!graph) throw new InputError("graph", "the model has no graph");
  if (model.functions.length > 0) {
    throw new InputError(
      "functions",
      "the model brings functions of its own. Inline them (onnx.inliner) and export again.",
    );
  }
  if (model.trainingInfo.length > 0) {
    throw new InputError("training_info", "expected a model for inference, found training");
  }
  if (graph.sparseInitializer.length > 0) {
    throw new InputError("graph.sparse_initializer", "sparse tensors are not taken. Save them dense.");
  }
  bounded("graph.node", graph.node.length, MOST_NODES, "nodes");
  bounded("graph.initializer", graph.initializer.length, MOST_INITIALISERS, "initialisers");
  bounded("graph.input", graph.input.length, MOST_ENDS + graph.initializer.length, "inputs");
  bounded("graph.output", graph.output.length, MOST_ENDS, "outputs");
  const opset = opsetOf(model);
  graph.initializer.forEach((tensor, i) => checkTensor(tensor, `graph.initializer.${i}`));
  graph.node.forEach((node, i) => checkNode(node, `graph.node.${i}`));
  const given = new Set(graph.initializer.map(({ name }) => name));
  const inputs = graph.input.flatMap((value, i) => {
    const info = tensorInfo(value, `graph.input.${i}`, true);
    return given.has(value.name) ? [] : [info];
  });
  const outputs = graph.output.map((value, i) => tensorInfo(value, `graph.output.${i}`, false));
  bounded("graph.input", inputs.length, MOST_ENDS, "inputs");
  if (inputs.length === 0) throw new InputError("graph.input", "the graph has no input: it would always give the same");
  if (outputs.length === 0) throw new InputError("graph.output", "the graph has no output");
  checkOrder(graph);
  return {
    opset,
    nodes: graph.node.length,
    parameters: graph.initializer.reduce(
      (sum, { dims }, i) => sum + countElements(dims, `graph.initializer.${i}.dims`),
      0,
    ),
    inputs,
    outputs,
    metadata: metadataOf(model),
  };
}

function bounded(path: string, found: number, most: number, what: string): void {
  if (found > most) throw new InputError(path, `expected at most ${most} ${what}, found ${found}. Simplify the model.`);
}

function opsetOf({ opsetImport }: ModelProto): number {
  const own = opsetImport.filter(({ domain }) => isStandard(domain));
  if (own.length !== 1) {
    throw new InputError(
      "opset_import",
      own.length === 0
        ? `expected an opset of ai.onnx, found ${
          opsetImport.map(({ domain }) => quoted(domain)).slice(0, 8).join(", ") || "none"
        }`
        : "expected one opset of ai.onnx, found several",
    );
  }
  const { version } = own[0];
  if (version < BigInt(LEAST_OPSET) || version > BigInt(MOST_OPSET)) {
    throw new InputError("opset_import", `expected an opset from ${LEAST_OPSET} to ${MOST_OPSET}, found ${version}`);
  }
  return Number(version);
}

function isStandard(domain: string): boolean {
  return domain === "" || domain === "ai.onnx";
}

function checkNode(node: NodeProto, path: string): void {
  if (!isStandard(node.domain)) {
    throw new InputError(
      `${path}.domain`,
      `the operator ${quoted(node.opType)} is of the domain ${
        quoted(node.domain)
      }. Only those of ai.onnx are taken: export ` +
        "with standard operators alone.",
    );
  }
  const objection = objectionTo(node.opType);
  if (objection) throw new InputError(`${path}.op_type`, `the operator ${quoted(node.opType)} ${objection}`);
  const flag = (name: string) => node.attribute.find((attribute) => attribute.name === name)?.i ?? 0n;
  if (
    (node.opType === "BatchNormalization" && flag("training_mode") !== 0n) ||
    (node.opType === "Dropout" && node.input[2])
  ) {
    throw new InputError(path, `${node.opType} is in training mode. Call model.eval() before the export.`);
  }
  const names = new Set<string>();
  node.attribute.forEach((attribute, i) => {
    if (names.has(attribute.name)) {
      throw new InputError(`${path}.attribute.${i}`, `the attribute ${quoted(attribute.name)} is given twice`);
    }
    names.add(attribute.name);
    checkAttribute(attribute, `${path}.attribute.${i}`, node.opType);
  });
}

function checkAttribute(attribute: AttributeProto, path: string, operator: string): void {
  if (attribute.g || attribute.graphs.length > 0 || isOneOf(attribute, AttributeType.GRAPH, AttributeType.GRAPHS)) {
    throw new InputError(path, `${operator} brings a subgraph. Export the model without branches and loops.`);
  }
  if (attribute.refAttrName !== "") {
    throw new InputError(path, "an attribute refers to one of a function, and there are no functions");
  }
  if (
    attribute.sparseTensor || attribute.sparseTensors.length > 0 || attribute.tp || attribute.typeProtos.length > 0 ||
    isOneOf(
      attribute,
      AttributeType.SPARSE_TENSOR,
      AttributeType.SPARSE_TENSORS,
      AttributeType.TYPE_PROTO,
      AttributeType.TYPE_PROTOS,
    )
  ) {
    throw new InputError(path, `${quoted(attribute.name)} of ${operator}: sparse tensors and types are not taken`);
  }
  if (operator === "Constant" && /string/.test(attribute.name)) {
    throw new InputError(path, "a constant is of text. Tensors are of numbers.");
  }
  if (attribute.t) checkTensor(attribute.t, `${path}.t`);
  attribute.tensors.forEach((tensor, i) => checkTensor(tensor, `${path}.tensors.${i}`));
}

function isOneOf({ type }: AttributeProto, ...types: AttributeType[]): boolean {
  return types.includes(type);
}

function tensorInfo({ name, type }: ValueInfoProto, path: string, isInput: boolean): TensorInfo {
  if (name === "" || name.length > MOST_NAME) {
    throw new InputError(`${path}.name`, `expected a name of 1 to ${MOST_NAME} characters, found ${quoted(name)}`);
  }
  const value = type?.value;
  if (value?.case !== "tensorType") {
    if (!isInput && value?.case === undefined) return { name, type: null, shape: null };
    throw new InputError(
      `${path}.type`,
      `${quoted(name)} is ${KINDS[value?.case ?? ""] ?? "of no type"}. Only tensors are taken.`,
    );
  }
  const { elemType, shape } = value.value;
  const element = elementType(elemType, `${path}.type.elem_type`).name;
  if (!shape) {
    if (!isInput) return { name, type: element, shape: null };
    throw new InputError(
      `${path}.type.shape`,
      `the input ${quoted(name)} does not tell its shape. Export it with one.`,
    );
  }
  const dims = shape.dim.map(({ value }) => (value.case === "dimValue" ? value.value : -1n));
  if (dims.some((dim) => dim < -1n)) {
    throw new InputError(`${path}.type.shape`, `${quoted(name)} has a negative dimension`);
  }
  const width = countElements(dims.filter((dim) => dim >= 0n), `${path}.type.shape`);
  if (width > MOST_WIDTH) {
    throw new InputError(
      `${path}.type.shape`,
      `expected at most ${MOST_WIDTH} numbers in ${quoted(name)}, found the shape [${dims.join(", ")}]`,
    );
  }
  return { name, type: element, shape: dims.map(Number) };
}

const KINDS: Readonly<Record<string, string>> = {
  sequenceType: "a sequence",
  mapType: "a map",
  optionalType: "an optional value",
  sparseTensorType: "a sparse tensor",
};

/** Each name is given once, and before it is used: what is not is undefined, or part of a cycle. */
function checkOrder(graph: GraphProto): void {
  const defined = new Set<string>();
  const define = (name: string, path: string) => {
    if (name.length > MOST_NAME) throw new InputError(path, `expected a name of at most ${MOST_NAME} characters`);
    if (defined.has(name)) throw new InputError(path, `the name ${quoted(name)} is given twice`);
    defined.add(name);
  };
  const initialisers = new Set<string>();
  graph.initializer.forEach(({ name }, i) => {
    define(name, `graph.initializer.${i}.name`);
    initialisers.add(name);
  });
  const inputs = new Set<string>();
  graph.input.forEach(({ name }, i) => {
    // Up to version 3 of the format initialisers are inputs too.
    if (inputs.has(name) || !initialisers.has(name)) define(name, `graph.input.${i}.name`);
    inputs.add(name);
  });
  const produced = new Map<string, number>();
  graph.node.forEach(({ output }, i) => {
    for (const name of output) if (name !== "") produced.set(name, i);
  });
  graph.node.forEach(({ input, output }, i) => {
    for (const name of input) {
      if (name === "" || defined.has(name)) continue; // "" is an optional input that is left out
      throw new InputError(
        `graph.node.${i}.input`,
        produced.has(name)
          ? `${quoted(name)} is used before node ${
            produced.get(name)
          } gives it: the graph has a cycle, or is not sorted`
          : `${quoted(name)} is given by nothing: no input, initialiser or node has this name`,
      );
    }
    for (const name of output) if (name !== "") define(name, `graph.node.${i}.output`);
  });
  const outputs = new Set<string>();
  graph.output.forEach(({ name }, i) => {
    if (!defined.has(name)) throw new InputError(`graph.output.${i}`, `the output ${quoted(name)} is given by nothing`);
    if (outputs.has(name)) throw new InputError(`graph.output.${i}`, `the output ${quoted(name)} is there twice`);
    outputs.add(name);
  });
}

function metadataOf({ metadataProps }: ModelProto): ReadonlyMap<string, string> {
  const length = metadataProps.reduce((sum, { key, value }) => sum + key.length + value.length, 0);
  if (length > MOST_METADATA) throw new InputError("metadata_props", `expected at most ${MOST_METADATA} characters`);
  return new Map(metadataProps.map(({ key, value }) => [key, value]));
}
