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
