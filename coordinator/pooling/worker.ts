/** The Comlink entry of the worker that learns from all chains of a job at a barrier of its warmup: seconds of work. */
import * as Comlink from "comlink";
import { setImmediate } from "node:timers/promises";
import { decodeTail } from "../../workers/block.ts";
import type { BaseState, KernelDefinition } from "../../workers/kernels/kernel.ts";
import { samplerDefinition } from "../../workers/sampling.ts";
import type { SamplerSpec } from "../schema/job.ts";
import { AssetFolder, type AssetPlace } from "../store/assets.ts";

/** What is learned from, and all that it depends on. */
export interface PoolingTask {
  readonly sampler: SamplerSpec;
  readonly seed: number;
  /** The number of the barrier, from 0. */
  readonly barrier: number;
  /** Of every chain, encoded, in the order of the chains. */
  readonly checkpoints: readonly Uint8Array[];
  /** The SHA-256 of what was learned at the barrier before; null at the first. */
  readonly shared: string | null;
}

/** Error classes are lost across Comlink, so failure is a value. */
export type PoolingResult =
  | { readonly ok: true; readonly sha256: string }
  | { readonly ok: false; readonly message: string };

const api = {
  /** Learns, and keeps what was learned as an asset. */
  async learn({ sampler, seed, barrier, checkpoints, shared }: PoolingTask, place: AssetPlace): Promise<PoolingResult> {
    try {
      const assets = new AssetFolder(place);
      const { kind, pooling }: KernelDefinition = samplerDefinition(sampler);
      if (!pooling) throw new Error(`${kind} does not learn from all chains together`);
      const states = checkpoints.map((checkpoint) => stateOf(checkpoint));
      const before = shared === null ? null : assets.get(shared);
      const learning = pooling.learn(sampler, { seed, barrier, states, shared: before });
      let turn = learning.next();
      for (; !turn.done; turn = learning.next()) await setImmediate(); // a busy loop could not be ended
      return { ok: true, sha256: assets.put(turn.value) };
    } catch (error) {
      return { ok: false, message: error instanceof Error ? error.message : String(error) };
    }
  },
};
export type PoolingApi = typeof api;

function stateOf(checkpoint: Uint8Array): BaseState {
  return decodeTail(checkpoint).state as BaseState; // by construction: see workers/worker.ts
}

Comlink.expose(api);
