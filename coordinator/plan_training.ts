/** A training → segments: whole records where these are short, parts of one where it is long. A function of the job alone. */
import type { SegmentPlan } from "./planner.ts";

const UPDATES_A_SEGMENT = 200; // often enough for progress, pausing and a checkpoint of some megabytes

/** updates: in all; updatesARecord divides it. The job may stop wherever a segment ends with a record. */
export function planTraining({ updates, updatesARecord }: { updates: number; updatesARecord: number }): SegmentPlan {
  const parts = Math.ceil(updatesARecord / UPDATES_A_SEGMENT); // segments of a record
  const length = Math.ceil(updatesARecord / parts);
  const records = Math.max(1, Math.floor(UPDATES_A_SEGMENT / updatesARecord)); // of a segment, where it is not a part of one
  const boundary = (segments: number): number =>
    parts === 1
      ? Math.min(segments * records * updatesARecord, updates)
      : Math.min(Math.floor(segments / parts) * updatesARecord + segments % parts * length, updates);
  const count = parts === 1
    ? Math.ceil(updates / (records * updatesARecord))
    : parts * Math.ceil(updates / updatesARecord);
  return {
    count,
    steps: updates,
    required: Math.min(1, count),
    range: (segment) => ({ from: boundary(segment), to: boundary(segment + 1) }),
    drawsAfter: (segments) => Math.floor(boundary(segments) / updatesARecord),
    isDecision: (segments) => segments > 0 && segments <= count && boundary(segments) % updatesARecord === 0,
    learnings: [], // there is one chain, and all that it learns is in its state
  };
}
