/** Golden vectors: what the exporter of a pair of graphs computed, held against what the graphs give here. */
import { FlowManifest, FORMAT } from "../../onnx/export/manifest.ts";
import { type Direction, DIRECTIONS, type Role } from "../../onnx/import/hints.ts";
import type { Inference } from "../inference/inference.ts";
import { ValidationError } from "../schema/errors.ts";
import { faultsOf } from "../schema/faults.ts";
import type { AssetFolder } from "../store/assets.ts";
import type { StoredModel } from "../store/models.ts";
import { type About, aboutOf, graphOf, type StoredGraph } from "./stored.ts";

/** Whether a JSON body is meant as the manifest of a flow. */
export function isManifest(body: unknown): boolean {
  return typeof body === "object" && body !== null && "format" in body && body.format === FORMAT;
}

/**
 * What the registry is to keep of a model once the vectors of `body`, a manifest, were found right. Rejects with ValidationError where it is not
 * the manifest of this model's graphs, or where these give something else.
 */
export async function checkVectors(
  model: StoredModel,
  body: unknown,
  inference: Inference,
  assets: AssetFolder,
): Promise<About> {
  const parsed = FlowManifest.safeParse(body);
  if (!parsed.success) throw new ValidationError(faultsOf(parsed.error, body));
  const manifest = parsed.data;
  let error = 0;
  for (const direction of DIRECTIONS) {
    const graph = graphOf(model, direction);
    if (graph?.sha256 !== manifest[direction].sha256) {
      throw new ValidationError([{
        path: `${direction}.sha256`,
        message: graph
          ? `the ${direction} graph of ${JSON.stringify(model.name)} is another: its SHA-256 is ${graph.sha256}`
          : `${JSON.stringify(model.name)} has no ${direction} graph yet. Upload both, then their manifest.`,
      }]);
    }
    error = Math.max(error, await worstOf(graph, direction, manifest, inference, assets));
  }
  return { ...aboutOf(model), vectors: { error, tolerance: manifest.tolerance } };
}

/** The largest difference, relative to 1 + |value|; more than the tolerance is refused. */
async function worstOf(
  graph: StoredGraph,
  direction: Direction,
  { vectors, tolerance }: FlowManifest,
  inference: Inference,
  assets: AssetFolder,
): Promise<number> {
  const given: Readonly<Partial<Record<Role, readonly (readonly number[] | number)[]>>> = {
    ...vectors[direction],
    ...(vectors.context ? { context: vectors.context } : {}),
  };
  const inputs = graph.inputs.map(({ name, type, role, shape }) => {
    const values = role && given[role]?.flat();
    const rows = vectors[direction].logDet.length;
    const width = shape.slice(1).reduce((product, size) => product * size, 1);
    if (!values || values.length !== rows * width) {
      throw wrong(direction, `they have no ${rows} × ${width} values for the input ${JSON.stringify(name)}`);
    }
    const array = type === "float64" ? Float64Array.from(values) : Float32Array.from(values);
    return { name, type, shape: [rows, ...shape.slice(1)], bytes: new Uint8Array(array.buffer) };
  });
  const named = graph.outputs.filter(({ role }) => role !== undefined && given[role] !== undefined);
  const file = { path: assets.path(graph.sha256), bytes: graph.bytes, sha256: graph.sha256 };
  const results = await inference.run(file, inputs, named.map(({ name }) => name));
  let worst = 0;
  results.forEach(({ type, bytes }, i) => {
    const { role, name } = named[i];
    const expected = (role && given[role]?.flat()) ?? [];
    const buffer = bytes.slice().buffer;
    const found = type === "float64" ? new Float64Array(buffer) : new Float32Array(buffer);
    if (found.length !== expected.length) {
      throw wrong(direction, `${JSON.stringify(name)} gives ${found.length} values, expected ${expected.length}`);
    }
    expected.forEach((value, at) => {
      const difference = Math.abs(found[at] - value) / (1 + Math.abs(value));
      if (!(difference <= tolerance)) {
        throw wrong(
          direction,
          `value ${at + 1} of ${JSON.stringify(name)} is ${found[at]}, expected ${value} to ${tolerance}`,
        );
      }
      worst = Math.max(worst, difference);
    });
  });
  return worst;
}

function wrong(direction: Direction, message: string): ValidationError {
  return new ValidationError([{ path: `vectors.${direction}`, message: `the vectors do not hold: ${message}` }]);
}
