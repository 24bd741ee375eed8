/**
 * The desk: a process that answers small questions about flows, one at a time, over its standard input and output. It has the permissions of a
 * node, and is killed where an answer does not come: a graph that was uploaded may do anything but harm others.
 */
import { z } from "zod";
import { InputError } from "../numerics/errors.ts";
import { openRowMaps, RowMapsOptions } from "../models/flows/row_maps.ts";
import type { Assets } from "../models/model.ts";
import type { Target } from "../models/target.ts";
import { openSession } from "../onnx/session/open.ts";
import { encodeFrame, readFrames } from "./frames.ts";
import { buildTarget, type SamplingSpec } from "./sampling.ts";

/** Rows are the payload, float64. */
export type ToDesk =
  /** Comes before the first question that names it. */
  | { readonly type: "asset"; readonly sha256: string }
  | { readonly type: "draw"; readonly model: SamplingSpec["model"]; readonly count: number; readonly seed: number }
  | { readonly type: RowQuestion; readonly model: RowMapsOptions };
export type RowQuestion = z.output<typeof RowQuestion>;
const RowQuestion = z.enum(["logDensity", "encode", "decode"]);

/** The payload of what is good: float64. Of draws x [count × dim], then their log densities, NaN where these are not known. */
export type FromDesk =
  | { readonly type: "good" }
  | { readonly type: "wrong"; readonly path: string; readonly message: string };

const bytes = new Map<string, Uint8Array>();
const assets: Assets = {
  get(sha256) {
    const found = bytes.get(sha256);
    if (!found) throw new Error(`the asset ${sha256} did not come`);
    return found;
  },
  openGraph: (sha256, numericClass) => openSession(assets.get(sha256), numericClass),
};

/** What was asked last is kept open: most questions come several at a time. */
let last: { readonly key: string; readonly model: Target | ReturnType<typeof openRowMaps> } | null = null;

async function kept<Model extends NonNullable<typeof last>["model"]>(key: string, open: () => Model): Promise<Model> {
  if (last?.key === key) return last.model as Model; // the key says which sort it is
  const before = last?.model;
  last = null;
  await before?.close?.();
  if (before && "batches" in before) await before.batches?.close?.();
  const model = open();
  last = { key, model };
  return model;
}

async function draw({ model, count, seed }: Extract<ToDesk, { type: "draw" }>): Promise<Float64Array> {
  const target = await kept(`draw ${JSON.stringify(model)}`, () => buildTarget(model, assets));
  const { dim, batches } = target;
  if (!batches) {
    throw new InputError("name", `a model of kind ${model.kind} has no independent draws: make a job of it`);
  }
  const out = new Float64Array(count * (dim + 1));
  const logDensity = out.subarray(count * dim);
  for (let first = 0; first < count; first += batches.rows) {
    const end = Math.min(count, first + batches.rows);
    const at = { index: first, seed, stream: 0, step: first + 1, stride: 1 };
    await batches.draw(end - first, at, out.subarray(first * dim, end * dim), logDensity.subarray(first, end));
  }
  return out;
}

async function mapped(question: RowQuestion, model: RowMapsOptions, rows: Float64Array): Promise<Float64Array> {
  const maps = await kept(`rows ${JSON.stringify(model)}`, () => openRowMaps(model, assets));
  if (rows.length % maps.dim !== 0) throw new InputError("x", `expected rows of ${maps.dim} numbers`);
  return await maps[question](rows);
}

const output = Deno.stdout.writable.getWriter();

/** Frames are queued by the stream in the order of the calls. A broken pipe means that nobody asks any more. */
function answer(message: FromDesk, payload?: Float64Array): void {
  const part = payload && new Uint8Array(payload.buffer, payload.byteOffset, payload.byteLength);
  for (const chunk of encodeFrame(message, part)) output.write(chunk).catch(() => Deno.exit(1));
}

for await (const { message, payload } of readFrames<ToDesk>(Deno.stdin.readable)) {
  if (message.type === "asset") {
    bytes.set(message.sha256, payload);
    continue;
  }
  try {
    const found = message.type === "draw"
      ? await draw(message)
      : await mapped(message.type, message.model, new Float64Array(payload.slice().buffer));
    answer({ type: "good" }, found);
  } catch (error) {
    const path = error instanceof InputError ? error.path : "name";
    const reason = error instanceof Error ? error.message.split("\n")[0].slice(0, 300) : String(error);
    answer({
      type: "wrong",
      path,
      message: error instanceof InputError ? reason : `the model could not be run: ${reason}`,
    });
  }
}
Deno.exit(0);
