/** A training → segments: whole records where these are short, parts of one where it is long. A function of the job alone. */
import type { SegmentPlan } from "./planner.ts";

const UPDATES_A_SEGMENT = 200; // often enough for progress, pausing and a checkpoint of some megabytes
const MOST_KEPT = 4 * 2 ** 30; // bytes of a job's checkpoints, all of which are kept

export interface Course {
  /** In all; updatesARecord divides it. */
  readonly updates: number;
  readonly updatesARecord: number;
  /** Of a checkpoint. */
  readonly stateBytes: number;
}

/** The job may stop wherever a segment ends with a record. */
export function planTraining({ updates, updatesARecord, stateBytes }: Course): SegmentPlan {
  const updatesASegment = Math.max(UPDATES_A_SEGMENT, Math.ceil(updates * stateBytes / MOST_KEPT));
  const parts = Math.ceil(updatesARecord / updatesASegment); // segments of a record
  const length = Math.ceil(updatesARecord / parts);
  const records = Math.max(1, Math.floor(updatesASegment / updatesARecord)); // of a segment, where it is not a part of one
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
