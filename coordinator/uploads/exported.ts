/** The ONNX pair of a flow that was trained here, kept beside its parameters. It needs no trial: the exporter's tests hold it to our own arithmetic. */
import type { TrainedParameters } from "../../models/training/training.ts";
import { type ExportedFlow, exportFlow } from "../../onnx/export/flow.ts";
import type { GraphFile } from "../../onnx/export/manifest.ts";
import { decodeModel } from "../../onnx/import/decode.ts";
import { inspect, type TensorInfo } from "../../onnx/import/graph.ts";
import { DIRECTIONS, ROLES } from "../../onnx/import/hints.ts";
import type { AssetFolder } from "../store/assets.ts";
import type { StoredGraph } from "./stored.ts";

/** Where a flow cannot be exported, its parameters are kept all the same, and why is told. */
export function exportAndKeep(
  trained: TrainedParameters,
  assets: AssetFolder,
): { graphs: StoredGraph[]; base: string } | { notExported: string } {
  try {
    return keep(exportFlow(trained), assets);
  } catch (error) {
    return { notExported: `it has no ONNX graphs: ${error instanceof Error ? error.message : String(error)}` };
  }
}

function keep(exported: ExportedFlow, assets: AssetFolder): { graphs: StoredGraph[]; base: string } {
  const { manifest } = exported;
  const { dim, classes, base } = manifest;
  const graphs = DIRECTIONS.map((direction): StoredGraph => {
    const bytes = exported[direction];
    const { opset, nodes, parameters, inputs, outputs } = inspect(decodeModel(bytes));
    const { inputs: sources, outputs: ends } = manifest[direction];
    return {
      kind: "flow",
      direction,
      dim,
      ...(classes > 0 ? { contextDim: classes } : {}),
      inputs: inputs.map((tensor) => withRole(tensor, sources)),
      outputs: outputs.map((tensor) => withRole(tensor, ends)),
      warnings: [],
      opset,
      nodes,
      parameters,
      sha256: assets.put(bytes),
      bytes: bytes.byteLength,
      hints: { direction, roles: {} },
    };
  });
  return { graphs, base: base.kind };
}

function withRole({ name, type, shape }: TensorInfo, ports: GraphFile["inputs"]): StoredGraph["inputs"][number] {
  const said = ports.find((port) => port.name === name)?.role;
  const role = ROLES.find((role) => role === said);
  return { name, type: type ?? "", shape: [...shape ?? []], ...(role ? { role } : {}) };
}
