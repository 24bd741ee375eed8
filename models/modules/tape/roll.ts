/**
 * Finds the loops in a program: stretches in which the same operations come again and again, as a loop of the source has left them on the
 * tape. Only the operations have to repeat; which operands they take may change from turn to turn. Where a turn is one of a few (a loop with
 * branches on data), the loop has several bodies.
 */
import { CONSTANT, OUTPUT } from "./operations.ts";

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
const LONG = 64; // turns, of a loop that is one by itself
const MOST_BODIES = 16;
const SMALL = 200; // operations in a text, which need no branches
const LEAST_NODES = 24; // below it a loop is no shorter than its text
const MOST_LOOKS_A_NODE = 512; // of comparisons in all: a program is compiled in the time of some dozens of runs

/** What loops are found in. `kinds`: two nodes with the same kind are the same operation; `sites`: their places in the source. */
export interface Record {
  readonly kinds: Int32Array;
  readonly codes: Uint8Array;
  readonly sites: Int32Array;
}

export function findLoops(record: Record, from: number): Block[] {
  const blocks: Block[] = [];
  let short: Stretch[] = []; // among which there may be a loop with branches
  const close = () => {
    if (short.length > 0) blocks.push(...withBranches(record, short));
    short = [];
  };
  for (const stretch of findStretches(record.kinds, from)) {
    if (stretch.turns < LONG) {
      short.push(stretch);
      continue;
    }
    close();
    blocks.push(blockOf(stretch.from, stretch.period, stretch.turns));
  }
  close();
  return blocks;
}

/** Loops with several bodies in place of the given stretches, which follow each other, where that makes the text much shorter. */
function withBranches(record: Record, stretches: readonly Stretch[]): Block[] {
  const { from } = stretches[0], last = stretches[stretches.length - 1];
  const plain = stretches.map((stretch) => blockOf(stretch.from, stretch.period, stretch.turns));
  const found = loopsOfPhrases(record, phrases(record, from, last.from + last.period * last.turns));
  const size = sizeOf(plain);
  return size > SMALL && sizeOf(found) < 0.5 * size ? found : plain;
}

function sizeOf(blocks: readonly Block[]): number {
  return blocks.reduce((sum, { lengths }) => sum + lengths.reduce((all, length) => all + length, 0), 0);
}

/**
 * Where turns may begin, from … end, both among them. A turn begins with an operation that its predecessor began with, or another turn: so
 * first wherever a place in the source comes again, then wherever one of those comes that were come upon so.
 */
function phrases({ kinds, codes, sites }: Record, from: number, end: number): number[] {
  const token = (node: number) => sites[node] * (1 << 22) + kinds[node];
  const heads = new Set<number>(), seen = new Set<number>();
  for (let node = from; node < end; node++) {
    if (codes[node] === CONSTANT || codes[node] === OUTPUT) continue;
    if (seen.has(token(node))) {
      heads.add(token(node));
      seen.clear();
    }
    seen.add(token(node));
  }
  const begins = [from];
  for (let node = from + 1; node < end; node++) {
    if (codes[node] === CONSTANT || codes[node] === OUTPUT || !heads.has(token(node))) continue;
    let begin = node; // with the constants that it takes
    while (begin > from && codes[begin - 1] === CONSTANT) begin--;
    if (begin > begins[begins.length - 1]) begins.push(begin);
  }
  begins.push(end);
  return begins;
}

/** Loops where phrases are of a few sorts, lines elsewhere. */
function loopsOfPhrases({ kinds }: Record, begins: readonly number[]): Block[] {
  const sorts = new Map<string, number>(), counts: number[] = [], lengths: number[] = [];
  const phrases = begins.slice(0, -1).map((begin, n) => {
    const key = kinds.subarray(begin, begins[n + 1]).join();
    const sort = sorts.get(key) ?? sorts.size;
    sorts.set(key, sort);
    counts[sort] = (counts[sort] ?? 0) + 1;
    lengths[sort] = begins[n + 1] - begin;
    return sort;
  });
  const blocks: Block[] = [];
  let line = begins[0]; // where what is no loop begins
  for (let n = 0; n < phrases.length;) {
    const bodies = new Map<number, number>(); // the sorts of the loop
    let end = n, size = 0;
    for (; end < phrases.length && counts[phrases[end]] >= LEAST_TURNS; end++) {
      const sort = phrases[end];
      if (bodies.has(sort)) continue;
      if (bodies.size === MOST_BODIES || size + lengths[sort] > MOST_PERIOD) break;
      bodies.set(sort, bodies.size);
      size += lengths[sort];
    }
    if (end - n >= LEAST_TURNS && begins[end] - begins[n] >= LEAST_NODES) {
      if (begins[n] > line) blocks.push(blockOf(line, begins[n] - line, 1));
      blocks.push({
        from: begins[n],
        turns: end - n,
        starts: Int32Array.from(begins.slice(n, end + 1)),
        lengths: [...bodies.keys()].map((sort) => lengths[sort]),
        bodies: Uint8Array.from(phrases.slice(n, end), (sort) => bodies.get(sort) ?? 0),
      });
      line = begins[end];
    }
    n = Math.max(end, n + 1);
  }
  const end = begins[begins.length - 1];
  if (end > line) blocks.push(blockOf(line, end - line, 1));
  return blocks;
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
