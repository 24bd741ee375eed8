/** A request of the Open Inference Protocol against a graph, as JSON or with tensors behind it, and its answer in the same form. */
import { NotFoundError, ValidationError } from "../schema/errors.ts";
import { faultsOf } from "../schema/faults.ts";
import { type InferenceMetadata, InferenceRequest, type InferenceResponse } from "../schema/inference.ts";
import type { GraphView, ModelView } from "../schema/models.ts";
import type { RawTensor } from "./inference.ts";
import { bytesAnElement, bytesOf, datatypeOf, valuesOf } from "./tensors.ts";

/** The graph of a version: of a flow its direction, of another graph `1`; without one the first. */
export function versionOf({ name, graphs = [] }: ModelView, version?: string): { graph: GraphView; version: string } {
  const graph = version === undefined ? graphs[0] : graphs.find((graph) => versionName(graph) === version);
  if (graph) return { graph, version: versionName(graph) };
  throw new NotFoundError(
    graphs.length === 0
      ? `the model ${JSON.stringify(name)} has no ONNX graph`
      : `the model ${JSON.stringify(name)} has the versions ${graphs.map(versionName).join(", ")}`,
  );
}

function versionName({ direction }: GraphView): string {
  return direction ?? "1";
}

export function metadataOf(model: ModelView, graph: GraphView): InferenceMetadata {
  const told = ({ name, type, shape }: GraphView["inputs"][number]) => ({ name, datatype: datatypeOf(type), shape });
  return {
    name: model.name,
    versions: (model.graphs ?? []).map(versionName),
    platform: "onnxruntime_onnx",
    inputs: graph.inputs.map(told),
    outputs: graph.outputs.map(told),
  };
}

export interface ReadRequest {
  readonly request: InferenceRequest;
  readonly inputs: RawTensor[];
  /** The names of the outputs that are wanted, and whether as bytes. */
  readonly outputs: readonly { readonly name: string; readonly isBinary: boolean }[];
}

/** `value`: the JSON of the body; `binary`: what came behind it. Throws ValidationError. */
export function readRequest(value: unknown, binary: Uint8Array, graph: GraphView): ReadRequest {
  const parsed = InferenceRequest.safeParse(value);
  if (!parsed.success) throw new ValidationError(faultsOf(parsed.error, value));
  const request = parsed.data;
  let offset = 0;
  const inputs = request.inputs.map((input, i): RawTensor => {
    const path = `inputs.${i}`;
    const declared = graph.inputs.find(({ name }) => name === input.name);
    if (!declared || request.inputs.findIndex(({ name }) => name === input.name) !== i) {
      throw wrong(`${path}.name`, `expected each of ${listed(graph.inputs)} once, found ${JSON.stringify(input.name)}`);
    }
    const count = checkedCount(input, declared, path);
    const size = input.parameters?.binary_data_size;
    if ((size === undefined) === (input.data === undefined)) {
      throw wrong(path, "expected either data or parameters.binary_data_size, and not both");
    }
    if (input.data !== undefined) {
      return { ...declared, shape: input.shape, bytes: bytesOf(input.data, declared.type, count, `${path}.data`) };
    }
    const bytes = count * bytesAnElement(declared.type);
    if (size !== bytes) {
      throw wrong(`${path}.parameters.binary_data_size`, `the shape asks for ${bytes} bytes, found ${size}`);
    }
    if (offset + bytes > binary.byteLength) {
      throw wrong(path, `${bytes} bytes are to follow the JSON, found ${binary.byteLength - offset}`);
    }
    return { ...declared, shape: input.shape, bytes: binary.subarray(offset, offset += bytes) };
  });
  if (offset !== binary.byteLength) {
    throw wrong("inputs", `${binary.byteLength - offset} bytes behind the JSON belong to no input`);
  }
  const missing = graph.inputs.filter(({ name }) => !inputs.some((input) => input.name === name));
  if (missing.length > 0) throw wrong("inputs", `the graph also needs ${listed(missing)}`);
  const all = request.parameters?.binary_data_output ?? false;
  const wanted = request.outputs ?? graph.outputs.map(({ name }) => ({ name, parameters: undefined }));
  const outputs = wanted.map(({ name, parameters }, i) => {
    if (
      !graph.outputs.some((output) => output.name === name) || wanted.findIndex((other) => other.name === name) !== i
    ) {
      throw wrong(
        `outputs.${i}.name`,
        `expected some of ${listed(graph.outputs)}, each once, found ${JSON.stringify(name)}`,
      );
    }
    return { name, isBinary: parameters?.binary_data ?? all };
  });
  return { request, inputs, outputs };
}

/** The elements of an input whose shape and type are those that the graph declares. */
function checkedCount(
  { shape, datatype }: InferenceRequest["inputs"][number],
  declared: GraphView["inputs"][number],
  path: string,
): number {
  const expected = datatypeOf(declared.type);
  if (datatype !== expected) throw wrong(`${path}.datatype`, `expected ${expected}, found ${JSON.stringify(datatype)}`);
  const fits = shape.length === declared.shape.length &&
    shape.every((size, i) => size === declared.shape[i] || declared.shape[i] === -1);
  if (!fits || shape.includes(0)) {
    throw wrong(
      `${path}.shape`,
      `expected [${declared.shape.join(", ")}] with at least 1 in place of each -1, found [${shape.join(", ")}]`,
    );
  }
  const count = shape.reduce((product, size) => product * size, 1);
  if (count > MOST_VALUES) {
    throw wrong(`${path}.shape`, `expected at most ${MOST_VALUES} values, found ${count}. Send fewer rows at a time.`);
  }
  return count;
}

const MOST_VALUES = 2 ** 22; // about a second of a graph of bearable size

/** The answer's JSON, and the bytes that go behind it. */
export function answerOf(
  { request, outputs }: ReadRequest,
  results: readonly RawTensor[],
  model: string,
  version: string,
): { json: InferenceResponse; binary: Uint8Array[] } {
  const binary: Uint8Array[] = [];
  const told = results.map((tensor, i): InferenceResponse["outputs"][number] => {
    const head = { name: tensor.name, shape: [...tensor.shape], datatype: datatypeOf(tensor.type) };
    if (!outputs[i].isBinary) return { ...head, data: valuesOf(tensor) };
    binary.push(tensor.bytes);
    return { ...head, parameters: { binary_data_size: tensor.bytes.byteLength } };
  });
  const id = request.id === undefined ? {} : { id: request.id };
  return { json: { model_name: model, model_version: version, ...id, outputs: told }, binary };
}

function listed(tensors: readonly { readonly name: string }[]): string {
  return tensors.map(({ name }) => JSON.stringify(name)).join(", ");
}

function wrong(path: string, message: string): ValidationError {
  return new ValidationError([{ path, message }]);
}
