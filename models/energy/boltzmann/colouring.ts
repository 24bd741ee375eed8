/**
 * Colours for the units of a network so that no edge is inside a colour: all units of one colour are independent given the
 * others, and may be drawn at once.
 *
 * Greedy: each unit gets the first colour that none of its neighbours has, so there is at most one colour more than the largest
 * number of neighbours. Units are taken neighbours after neighbours (breadth first), which gives a graph that two colours
 * can serve, such as a lattice, those two.
 */
import type { Couplings } from "./couplings.ts";

/** The units of each colour, in rising order; `among` says which units there are to colour. */
export function colourBlocks(
  { starts, neighbours }: Pick<Couplings, "starts" | "neighbours">,
  among: readonly number[],
): Int32Array[] {
  const colours = new Int32Array(starts.length - 1).fill(-1);
  const degree = (i: number) => starts[i + 1] - starts[i];
  const taken: number[] = []; // by colour: the last unit that may not have it
  let count = 0;
  for (const i of breadthFirst({ starts, neighbours }, among.toSorted((a, b) => degree(b) - degree(a) || a - b))) {
    for (let k = starts[i]; k < starts[i + 1]; k++) {
      const colour = colours[neighbours[k]];
      if (colour >= 0) taken[colour] = i;
    }
    let colour = 0;
    while (colour < count && taken[colour] === i) colour++;
    if (colour === count) count++;
    colours[i] = colour;
  }
  const blocks: number[][] = Array.from({ length: count }, () => []);
  for (const i of among.toSorted((a, b) => a - b)) blocks[colours[i]].push(i);
  return blocks.map((block) => Int32Array.from(block));
}

/** The units in an order in which each but the first of a component comes after a neighbour: a graph of two colours gets two. */
function* breadthFirst(
  { starts, neighbours }: Pick<Couplings, "starts" | "neighbours">,
  units: readonly number[],
): Generator<number> {
  const waiting = new Uint8Array(starts.length - 1);
  for (const i of units) waiting[i] = 1;
  for (const first of units) {
    if (!waiting[first]) continue;
    const queue = [first];
    waiting[first] = 0;
    for (let head = 0; head < queue.length; head++) {
      const i = queue[head];
      yield i;
      for (let k = starts[i]; k < starts[i + 1]; k++) {
        const j = neighbours[k];
        if (!waiting[j]) continue;
        waiting[j] = 0;
        queue.push(j);
      }
    }
  }
}
