/**
 * Where and how a chain keeps positions from which all chains learn at barriers of warmup. The stretches between barriers double in
 * length, so that the last and best one has half of all that warmup shows; of the first one the first half is left out, in which
 * chains are still on their way. A chain keeps every k-th position of a stretch, at most some.
 */

const LAST_BARRIER = 0.8; // of warmup: what is left of it forgets where the last but one law had put the chains
const LEAST_STRETCH = 20; // steps
const MOST_POOLED = 20_000; // positions of all chains
const MOST_KEPT = 2_000; // of one

/** Positions of one chain: plain data, part of its checkpoint. */
export interface History {
  /** How many have been kept so far. */
  kept: number;
  /** [all that will be kept × dim] */
  positions: Float64Array;
}

/** Steps (from, barrier] of a chain, of which every `every`-th position counts. */
export interface Stretch {
  readonly from: number;
  readonly barrier: number;
  readonly every: number;
  readonly count: number;
}

/** At most `learnings` stretches, fewer where warmup is too short for them. A function of the job alone. */
export function stretchesOf(learnings: number, warmup: number, chains: number): Stretch[] {
  const last = Math.floor(LAST_BARRIER * warmup);
  const most = Math.max(1, Math.min(MOST_KEPT, Math.ceil(MOST_POOLED / chains)));
  const barriers: number[] = [];
  for (let k = 0, barrier = last; k < learnings && barrier >= LEAST_STRETCH; k++, barrier = Math.floor(barrier / 2)) {
    barriers.unshift(barrier);
  }
  return barriers.map((barrier, k) => {
    const from = k === 0 ? Math.floor(barrier / 2) : barriers[k - 1];
    const every = Math.ceil((barrier - from) / most);
    return { from, barrier, every, count: Math.floor((barrier - from) / every) };
  });
}

export function emptyHistory(stretch: Stretch | undefined, dim: number): History | null {
  return stretch ? { kept: 0, positions: new Float64Array(stretch.count * dim) } : null;
}

/** The history after step `step` (from 1) has led to `position`: what it was at a barrier is kept until the step after it. */
export function remember(
  history: History | null,
  stretches: readonly Stretch[],
  step: number,
  position: Float64Array,
): History | null {
  const k = stretches.findIndex(({ barrier }) => step <= barrier);
  if (k < 0) return null;
  const { from, every } = stretches[k];
  const current = k > 0 && step === from + 1 ? emptyHistory(stretches[k], position.length) : history;
  if (current && step > from && (step - from) % every === 0) {
    current.positions.set(position, current.kept * position.length);
    current.kept++;
  }
  return current;
}
