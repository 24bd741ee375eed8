/** What the coordinator keeps in memory of an unfinished job. All of it can be had again from the store. */
import type { AcceptedWork } from "./accept_work.ts";
import type { Store } from "./store/store.ts";

const MOST_KEPT_BYTES = 1 << 14; // of a checkpoint; larger ones are read back from the store, which takes a millisecond or two
const PROGRESS_EVERY_MS = 250;
const SUMMARY_EVERY_MS = 1_000;
/** Live statistics rest so many times as long as they took: they get a hundredth of a processor. */
const REST_FACTOR = 100;

export class RunningJob {
  /** The latest checkpoint of each group of chains where it is small, so that the next lease need not read it back. */
  readonly #checkpoints = new Map<number, { segment: number; tail: Uint8Array }>();
  /** By the segment counts of their barriers. */
  readonly #shared = new Map<number, string>();
  #progressAt = -Infinity;
  #nextSummaryAt = performance.now() + SUMMARY_EVERY_MS;
  /** Draws a chain at which live statistics are due next. */
  summaryDue = 1;
  summarizing = false;

  constructor(readonly id: string, readonly accepted: AcceptedWork) {}

  keepCheckpoint(group: number, segment: number, tail: Uint8Array): void {
    if (tail.byteLength > MOST_KEPT_BYTES) return void this.#checkpoints.delete(group);
    // Copied: the tail is a small part of its block's buffer, which would be kept alive with it.
    this.#checkpoints.set(group, { segment, tail: tail.slice() });
  }

  /** The checkpoint from which a segment goes on, null for a group's first. Throws LostBlockError where it is damaged. */
  checkpointBefore(store: Store, group: number, segment: number): Uint8Array | null {
    if (segment === 0) return null;
    const kept = this.#checkpoints.get(group);
    if (kept?.segment === segment - 1) return kept.tail;
    return store.segments.checkpoint({ job: this.id, chain: group, segment: segment - 1 });
  }

  /** The SHA-256 of what the chains share in a segment: what was learned at the last barrier before it; null before the first. */
  sharedIn(store: Store, segment: number): string | null {
    const learnedAt = this.accepted.plan.learnings.findLast((segments) => segments <= segment);
    if (learnedAt === undefined) return null;
    const kept = this.#shared.get(learnedAt);
    if (kept !== undefined) return kept;
    const shared = store.jobs.decisions(this.id).find(({ segments }) => segments === learnedAt)?.shared;
    if (shared === undefined) {
      throw new Error(`job ${this.id} was to go on from barrier ${learnedAt} before it learned`);
    }
    this.#shared.set(learnedAt, shared);
    return shared;
  }

  /** Whether it is time for a progress event. */
  progressIsDue(now: number): boolean {
    if (now - this.#progressAt < PROGRESS_EVERY_MS) return false;
    this.#progressAt = now;
    return true;
  }

  /** Whether live statistics of so many draws a chain are worth their cost now. The clock decides what is shown, never a draw. */
  summaryIsDue(draws: number, now: number): boolean {
    return !this.summarizing && draws >= this.summaryDue && now >= this.#nextSummaryAt;
  }

  /** Live statistics were computed, from `begin` to `now`. */
  summaryTook(begin: number, now: number): void {
    this.#nextSummaryAt = now + Math.max(SUMMARY_EVERY_MS, REST_FACTOR * (now - begin));
  }
}
