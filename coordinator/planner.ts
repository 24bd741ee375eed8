/**
 * Job → segments. Where a segment begins and ends is a function of the job alone: never of the number of workers, of the
 * load or of the clock. Chains are numbered alike, so one plan serves them all.
 */

/** What of a job decides its segments. Steps are those of one chain. */
export interface PlanInput {
  readonly warmup: number;
  readonly draws: number;
  readonly thin: number;
  /** What the draws of one step take in a block: of all the chains that are advanced together. */
  readonly drawBytes: number;
  /** With stopWhen: the most draws a chain. */
  readonly maxDraws?: number;
  /** Draws that a model makes in the time of one, counted from a chain's first: segments of draws end with them. 1 where absent. */
  readonly drawsAtOnce?: number;
  /** Segments that warmup, and the draws, are cut into: 10 where absent. */
  readonly segmentsAPhase?: number;
  /** Steps of warmup, ascending, at which chains learn together: segments end there. None where absent. */
  readonly barriers?: readonly number[];
}

/** Steps (from, to] of one chain, counted from 1, warmup included. */
export interface SegmentRange {
  readonly from: number;
  readonly to: number;
}

export interface SegmentPlan {
  /** Segments of one chain, those up to maxDraws included. */
  readonly count: number;
  readonly steps: number;
  /** Segments of one chain without which the job can't end: warmup and `draws`. */
  readonly required: number;
  range(segment: number): SegmentRange;
  /** Kept draws of one chain after its first `segments` segments. */
  drawsAfter(segments: number): number;
  /**
   * True where, once every chain has `segments` segments, the job learns from all of them or decides whether to stop. Chains
   * wait there. The first decision on stopping is at `draws`, each next one a tenth later, so that all of them cost as much
   * as a few at the job's end.
   */
  isDecision(segments: number): boolean;
  /** Segment counts, ascending, at which what all chains share is learned from their states; each is a decision. */
  readonly learnings: readonly number[];
}

const SEGMENTS_A_PHASE = 10; // fine enough for progress and for pausing
const LEAST_STEPS = 50; // below it the overhead of a segment would show
const MOST_STEPS = 100_000; // a checkpoint at least so often, however thin the draws
const MOST_DRAWS = 10_000;
const MOST_BLOCK_BYTES = 1 << 20;

export function plan(job: PlanInput): SegmentPlan {
  const { warmup, draws, thin, maxDraws = draws, segmentsAPhase = SEGMENTS_A_PHASE, barriers = [] } = job;
  const warmupEnds = endsOfWarmup(warmup, segmentsAPhase, barriers);
  const warmupSegments = warmupEnds.length;
  const drawsLength = drawsOfSegment(job);
  const length = Math.min(drawsLength * thin, MOST_STEPS);
  // `draws` ends a segment, so that a decision can be taken there; what comes after it starts anew.
  const first = phase(warmup, draws * thin, length, warmupSegments);
  const second = phase(first.end, (maxDraws - draws) * thin, length, first.segments);
  const count = second.segments;
  const steps = second.end;

  const boundary = (segments: number): number =>
    segments <= warmupSegments
      ? segments === 0 ? 0 : warmupEnds[segments - 1]
      : segments <= first.segments
      ? Math.min(warmup + (segments - warmupSegments) * length, first.end)
      : Math.min(first.end + (segments - first.segments) * length, second.end);
  const drawsAfter = (segments: number) => Math.max(0, Math.floor((boundary(segments) - warmup) / thin));
  const learnings = barriers.map((step) => warmupEnds.indexOf(step) + 1);
  return {
    count,
    steps,
    required: first.segments,
    range: (segment) => ({ from: boundary(segment), to: boundary(segment + 1) }),
    drawsAfter,
    isDecision: (segments) =>
      segments <= warmupSegments
        ? learnings.includes(segments)
        : maxDraws > draws && segments >= first.segments && segments <= count &&
          (segments === first.segments || segments === count ||
            tenths(drawsAfter(segments), draws) > tenths(drawsAfter(segments - 1), draws)),
    learnings,
  };
}

function drawsOfSegment(
  { draws, drawBytes, drawsAtOnce = 1, segmentsAPhase = SEGMENTS_A_PHASE }: PlanInput,
): number {
  const most = Math.max(1, Math.min(MOST_DRAWS, Math.floor(MOST_BLOCK_BYTES / drawBytes)));
  const length = Math.min(clamp(Math.ceil(draws / segmentsAPhase), LEAST_STEPS, MOST_DRAWS), most);
  if (drawsAtOnce > most) return length;
  return Math.min(Math.ceil(length / drawsAtOnce), Math.floor(most / drawsAtOnce)) * drawsAtOnce;
}

/** The last step of each segment of warmup: equal stretches between one barrier and the next. */
function endsOfWarmup(warmup: number, segmentsAPhase: number, barriers: readonly number[]): number[] {
  const length = clamp(Math.ceil(warmup / segmentsAPhase), LEAST_STEPS, MOST_DRAWS);
  const ends: number[] = [];
  let from = 0;
  for (const to of [...barriers, warmup]) {
    for (let end = from + length; end < to; end += length) ends.push(end);
    if (to > from) ends.push(to);
    from = to;
  }
  return ends;
}

function phase(start: number, steps: number, length: number, segmentsBefore: number) {
  return { end: start + steps, segments: segmentsBefore + Math.ceil(steps / length) };
}

/** How many times `count` is a tenth beyond `draws`. */
function tenths(count: number, draws: number): number {
  return Math.floor(Math.log(count / draws) / Math.log(1.1));
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
