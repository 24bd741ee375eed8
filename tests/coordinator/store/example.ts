/** A small job whose every number is known: two variables (a scalar and a 2-vector), three kinds of statistics. */
import { encodeBlock } from "../../../workers/block.ts";
import type { SegmentCommit } from "../../../coordinator/store/segments.ts";
import type { DrawsShape } from "../../../coordinator/store/layout.ts";
import type { NewJob } from "../../../coordinator/store/jobs.ts";

export const shape: DrawsShape = {
  chains: 2,
  lanes: 1,
  valueType: "float64",
  variables: [{ name: "mu", shape: [] }, { name: "theta", shape: [2] }],
  statistics: [
    { name: "lp", type: "float64" },
    { name: "n_steps", type: "int32" },
    { name: "diverging", type: "uint8" },
  ],
  numericClass: "v8",
};
export const VALUES = 3;

export function job(id: string, more: Partial<NewJob> = {}): NewJob {
  return { id, spec: { seed: 1 }, status: "queued", total: 100, createdAt: "2026-01-01T00:00:00.000Z", ...more };
}

/** The value of a draw: no two are alike. */
export function valueAt(chain: number, value: number, draw: number): number {
  return chain * 1e6 + value * 1e5 + draw + 0.25;
}

/** Segment of `draws` draws that begins at draw `start` of its chain. */
export function segment(
  job: string,
  chain: number,
  index: number,
  { draws = 4, start = index * draws, state = { position: new Float64Array([chain, index]) } }: {
    draws?: number;
    start?: number;
    state?: unknown;
  } = {},
): SegmentCommit {
  const at = Array.from({ length: draws }, (_, i) => start + i);
  const block = {
    draws,
    values: Float64Array.from([0, 1, 2].flatMap((value) => at.map((draw) => valueAt(chain, value, draw)))),
    statistics: [
      Float64Array.from(at, (draw) => -draw - chain / 2),
      Int32Array.from(at, (draw) => draw % 7),
      Uint8Array.from(at, (draw) => Number(draw % 5 === 0)),
    ],
    numericClass: "v8" as const,
    nonFinite: 1,
  };
  return { job, chain, segment: index, bytes: encodeBlock(block, state), draws, nonFinite: 1 };
}

/** Runs a test with a folder of its own. */
export async function withFolder(work: (folder: string) => unknown): Promise<void> {
  const folder = Deno.makeTempDirSync({ prefix: "ergodic-store-" });
  try {
    await work(folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}
