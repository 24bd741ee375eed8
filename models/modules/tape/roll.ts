/**
 * Finds the loops in a program: stretches in which the same operations come again and again, as a loop of the source has left them on the
 * tape. Only the operations have to repeat; which operands they take may change from turn to turn.
 */

/** `turns` turns of one body or of several; with one turn, a stretch that does not repeat. */
export interface Block {
  readonly from: number;
  readonly turns: number;
  /** The first node of each turn, and the one after the last. */
  readonly starts: Int32Array;
  /** How many operations each body has. */
  readonly lengths: readonly number[];
  /** The body of each turn. */
  readonly bodies: Uint8Array;
}

export function blockOf(from: number, period: number, turns: number): Block {
  const starts = Int32Array.from({ length: turns + 1 }, (_, r) => from + r * period);
  return { from, turns, starts, lengths: [period], bodies: new Uint8Array(turns) };
}

/** The turn of a node of the block. */
export function turnOf({ from, turns, starts, lengths }: Block, node: number): number {
  if (lengths.length === 1) return Math.floor((node - from) / lengths[0]);
  let low = 0, high = turns - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle] <= node) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** A stretch of `turns` turns of `period` operations. */
interface Stretch {
  readonly from: number;
  readonly period: number;
  readonly turns: number;
}

const MOST_PERIOD = 1024;
const LEAST_TURNS = 4;
const LEAST_NODES = 24; // below it a loop is no shorter than its text
const MOST_LOOKS_A_NODE = 512; // of comparisons in all: a program is compiled in the time of some dozens of runs

export function findLoops(kinds: Int32Array, from: number): Block[] {
  return findStretches(kinds, from).map((stretch) => blockOf(stretch.from, stretch.period, stretch.turns));
}

/** `kinds`: two nodes with the same kind are the same operation. */
function findStretches(kinds: Int32Array, from: number): Stretch[] {
  const blocks: Stretch[] = [];
  const end = kinds.length;
  let looks = MOST_LOOKS_A_NODE * end;
  let begin = from; // of the stretch that does not repeat
  const closeStretch = (at: number) => {
    if (at > begin) blocks.push({ from: begin, period: at - begin, turns: 1 });
  };
  for (let at = from; at < end;) {
    let best: Stretch | null = null;
    for (let period = 1; period <= Math.min(MOST_PERIOD, (end - at) >> 1) && looks > 0; period++) {
      looks--;
      if (kinds[at] !== kinds[at + period]) continue;
      let length = 1;
      while (at + period + length < end && kinds[at + length] === kinds[at + period + length]) length++;
      looks -= length;
      const turns = Math.floor(length / period) + 1;
      if (turns < LEAST_TURNS || turns * period < LEAST_NODES) continue;
      if (!best || turns * period > 1.1 * best.turns * best.period) best = { from: at, period, turns };
      if (best && best.turns * best.period > (end - at) * 0.9) break;
    }
    if (!best) {
      at++;
      continue;
    }
    closeStretch(at);
    blocks.push(best);
    at += best.period * best.turns;
    begin = at;
  }
  closeStretch(end);
  return blocks;
}
