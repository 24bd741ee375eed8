import type { Random } from "./random.ts";

/** Puts the entries into a uniformly random order, in place: Fisher & Yates, as Durstenfeld (1964) has it. */
export function permute(order: Uint32Array | Int32Array, random: Random): void {
  for (let i = order.length - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    [order[i], order[j]] = [order[j], order[i]];
  }
}
