/**
 * The random numbers of one stream at one place. A number depends on (seed, purpose, stream, step, how many were
 * taken before it in this step) and on nothing else: not on who computes it, nor on what was computed before.
 *
 * Counter words: c0 the block within the step, c1 and c2 the step (64 bits), c3 the stream (a chain, a sample
 * index). Key words: the 53 bits of the seed, and above them the purpose.
 */
import { MOST_WORDS, philoxBlocks, philoxSteps, WORDS } from "../wasm/philox.ts";
import { zigguratNormal } from "./normal.ts";
import { multiplyHigh } from "./philox.ts";

/** What a stream is used for; keeps, say, starting points apart from the steps that follow them. */
export const Purpose = {
  step: 0,
  start: 1,
  swap: 2,
  test: 3,
  shuffle: 4,
  data: 5,
  fantasy: 6,
  anneal: 7,
  proposal: 8,
  replicate: 9,
} as const;
export type Purpose = typeof Purpose[keyof typeof Purpose];

const TWO_32 = 4294967296;

/** Steps step, step + stride … of a stream. */
export interface Steps {
  readonly stream: number;
  readonly step: number;
  readonly stride: number;
  readonly count: number;
  readonly purpose?: Purpose;
}

/** The first blocks of some steps, one step after the other. */
interface Ahead extends Required<Steps> {
  readonly blocks: number;
  readonly words: Uint32Array<ArrayBuffer>;
}

export class Random {
  #key0: number;
  #seedHigh: number;
  #key1: number;
  #block = 0;
  #stepLow = 0;
  #stepHigh = 0;
  #stream = 0;
  #purpose: Purpose = Purpose.step;
  readonly #own = new Uint32Array(WORDS);
  /** What numbers are taken from, up to #end: #own, or what was made ahead. */
  #words = this.#own;
  #used = WORDS;
  #end = WORDS;
  #ahead: Ahead | null = null;

  /** seed: an integer 0 … 2⁵³−1. */
  constructor(seed: number) {
    if (!Number.isSafeInteger(seed) || seed < 0) {
      throw new RangeError(`a seed is an integer from 0 to 2^53 - 1, found ${seed}`);
    }
    this.#key0 = seed >>> 0;
    this.#seedHigh = Math.floor(seed / TWO_32);
    this.#key1 = this.#seedHigh;
  }

  /** Goes to the beginning of a step of a stream. Returns this. */
  at(stream: number, step: number, purpose: Purpose = Purpose.step): this {
    this.#key1 = this.#seedHigh | (purpose << 21); // the seed has 53 bits: 32 + 21
    this.#stream = stream;
    this.#purpose = purpose;
    this.#stepLow = step >>> 0;
    this.#stepHigh = Math.floor(step / TWO_32);
    this.#block = 0;
    this.#used = this.#end;
    if (this.#ahead) this.#take(this.#ahead, step);
    return this;
  }

  /**
   * Makes the first `numbers` words of steps that are taken next, all at once, which is faster: `at` finds them there. They are those that it would make.
   */
  prepare({ stream, step, stride, count, numbers, purpose = Purpose.step }: Steps & { numbers: number }): void {
    const blocks = Math.ceil(numbers / 4), most = Math.floor(MOST_WORDS / (4 * blocks)) & ~3;
    const steps = Math.min(count, most);
    this.#ahead = null;
    // A step of more than 32 bits is told by two words, the upper of which stays.
    if (steps < 4 || (step % TWO_32) + steps * stride >= TWO_32) return;
    this.at(stream, step, purpose);
    const words = new Uint32Array(4 * steps * blocks), place = { steps, blocks, stride };
    philoxSteps(place, this.#stepLow, this.#stepHigh, stream, this.#key0, this.#key1, words);
    this.#ahead = { stream, step, stride, count: steps, purpose, blocks, words };
  }

  #take({ stream, step: first, stride, count, purpose, blocks, words }: Ahead, step: number): void {
    const index = (step - first) / stride;
    if (stream !== this.#stream || purpose !== this.#purpose) return;
    if (!(index >= 0 && index < count && Number.isInteger(index))) return;
    this.#words = words;
    this.#used = 4 * blocks * index;
    this.#end = this.#used + 4 * blocks;
    this.#block = blocks;
  }

  /** Where the numbers are taken from: what a routine needs that makes the numbers of this step by itself. */
  get place(): { seed: number; purpose: Purpose; stream: number; step: number } {
    return {
      seed: this.#seedHigh * TWO_32 + this.#key0,
      purpose: this.#purpose,
      stream: this.#stream,
      step: this.#stepHigh * TWO_32 + this.#stepLow,
    };
  }

  /** An integer, uniform on 0 … 2³²−1. */
  uint32(): number {
    if (this.#used === this.#end) {
      philoxBlocks(
        this.#block,
        this.#stepLow,
        this.#stepHigh,
        this.#stream,
        this.#key0,
        this.#key1,
        this.#own,
      );
      this.#block += 4;
      this.#words = this.#own;
      this.#used = 0;
      this.#end = WORDS;
    }
    return this.#words[this.#used++];
  }

  /** Uniform on the open interval (0, 1), 52 bits: never 0, never 1. */
  uniform(): number {
    const a = this.uint32();
    const b = this.uint32();
    return ((a >>> 6) * 67108864 + (b >>> 6) + 0.5) * 2.220446049250313e-16;
  }

  /** Standard normal. */
  normal(): number {
    return zigguratNormal(this);
  }

  /** Standard exponential. */
  exponential(): number {
    return -Math.log(this.uniform());
  }

  /** An integer, uniform on 0 … n−1, without bias: Lemire (2019). n ≤ 2³². */
  integer(n: number): number {
    if (n === TWO_32) return this.uint32();
    const threshold = (TWO_32 - n) % n;
    for (;;) {
      const word = this.uint32();
      if (Math.imul(word, n) >>> 0 >= threshold) return multiplyHigh(word, n) >>> 0;
    }
  }
}
