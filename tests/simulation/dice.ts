/** The chances of one schedule: all of them follow from its seed. */
import { Purpose, Random } from "../../numerics/random/random.ts";

export class Dice {
  readonly #random: Random;

  constructor(seed: number) {
    this.#random = new Random(seed).at(0, 0, Purpose.test);
  }

  /** A number in [least, most). */
  between(least: number, most: number): number {
    return least + (most - least) * (this.#random.uint32() / 4294967296);
  }

  /** An integer least … most. */
  integer(least: number, most: number): number {
    return Math.floor(this.between(least, most + 1));
  }

  chance(probability: number): boolean {
    return this.between(0, 1) < probability;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.integer(0, items.length - 1)];
  }
}
