/**
 * What the simulated jobs compute: each chain is a chain of hashes, so that a segment run from any checkpoint but the
 * right one gives other bytes, and so does every segment after it.
 */
import { plan, type PlanInput, type SegmentPlan } from "../../coordinator/planner.ts";
import { NODE_KINDS, type NodeKind } from "../../workers/node_kind.ts";
import type { Dice } from "./dice.ts";

/** The bytes of a block, and the checkpoint at its end. */
export type Bytes = number;

/** A segment that can't be computed: it ends its node, never answers, or fails. */
export interface Fault {
  readonly chain: number;
  readonly segment: number;
  readonly kind: "crash" | "stall" | "error";
}

export interface Work {
  readonly id: string;
  readonly seed: number;
  readonly nodeKind: NodeKind;
  readonly chains: number;
  readonly plan: SegmentPlan;
  readonly fault: Fault | null;
}

/** What has to come out, wherever and in whatever order it is computed. */
export interface Truth {
  /** [chain][segment], up to the job's end. */
  readonly blocks: readonly (readonly Bytes[])[];
  /** Segments of each chain at the end. */
  readonly end: number;
}

const START = 0x9e3779b9;

/** `shared`: what the chains have learned together at the last barrier before it. */
export function computeSegment(
  work: Work,
  chain: number,
  segment: number,
  checkpoint: Bytes | null,
  shared: Bytes | null,
): Bytes {
  return mix(mix(mix(mix(work.seed, chain), segment), checkpoint ?? START), shared ?? START);
}

/** What chains learn together: a function of the last block of each, in their order, and of what they shared before. */
export function learn(last: Iterable<Bytes>, shared: Bytes | null): Bytes {
  let hash = shared ?? START;
  for (const block of last) hash = mix(block, hash);
  return hash;
}

/** The segment count of the last barrier before a segment at which the chains have learned; 0 where there is none. */
export function learnedBefore({ plan }: Work, segment: number): number {
  return plan.learnings.findLast((segments) => segments <= segment) ?? 0;
}

/** Whether to stop: a function of the draws alone. */
export function decide(blocks: Iterable<Bytes>): boolean {
  let hash = START;
  for (const block of blocks) hash = mix(hash, block);
  return hash % 3 === 0;
}

/** Runs a job in one go, with nothing between. */
export function truth(work: Work): Truth {
  const blocks: Bytes[][] = Array.from({ length: work.chains }, () => []);
  let shared: Bytes | null = null;
  for (let segments = 1; segments <= work.plan.count; segments++) {
    blocks.forEach((done, chain) => done.push(computeSegment(work, chain, segments - 1, done.at(-1) ?? null, shared)));
    if (work.plan.learnings.includes(segments)) shared = learn(blocks.map((done) => done[segments - 1]), shared);
    else if (work.plan.isDecision(segments) && decide(blocks.flat())) return { blocks, end: segments };
  }
  return { blocks, end: work.plan.count };
}

export function randomWork(dice: Dice, id: string, mayFail: boolean): Work {
  const draws = 50 * dice.integer(1, 4);
  const warmup = 50 * dice.integer(0, 3);
  const input: PlanInput = {
    warmup,
    barriers: dice.chance(0.5) ? [] : [25, 50, 70, 120, 150].filter((step) => step <= warmup && dice.chance(0.6)),
    draws,
    thin: dice.integer(1, 2),
    drawBytes: 8,
    ...(dice.chance(0.5) ? { maxDraws: draws + 50 * dice.integer(1, 8) } : {}),
  };
  const segments = plan(input);
  const chains = dice.integer(1, 4);
  const fault = mayFail && dice.chance(0.15)
    ? {
      chain: dice.integer(0, chains - 1),
      segment: dice.integer(0, segments.required - 1),
      kind: dice.pick(["crash", "stall", "error"] as const),
    }
    : null;
  const nodeKind = dice.chance(0.6) ? "own" : dice.pick(NODE_KINDS);
  return { id, seed: dice.integer(0, 2 ** 31), nodeKind, chains, plan: segments, fault };
}

/** One round of a 32-bit mixer (MurmurHash3's finaliser) over two words. */
function mix(a: number, b: number): number {
  let h = (a ^ Math.imul(b + 0x7ed55d16, 0x85ebca6b)) >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
