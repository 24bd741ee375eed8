/**
 * The exact law of what a random procedure returns, found by running it on every outcome of its random numbers.
 *
 * A script hands out the numbers. A procedure that only compares them (u < p), or looks them up in a table (F⁻¹(u), ⌊n u⌋), gives
 * the same on whole intervals of a number. Their ends are found by halving, down to the last of the 2⁵² values that a uniform
 * has, and their lengths are the probabilities: those of the procedure as it is implemented, with no error at all.
 *
 * What can be explored: procedures that take a bounded number of uniforms, integers and words, and in which what depends on one
 * number is constant on intervals. Halving starts from a grid of 16; an outcome that lies between two equal neighbours of the
 * grid would be missed, so u ↦ outcome should be monotone, or change at steps that are wider than 1/16. Refused are normals
 * (unless a finite law is given in their place), rejection loops, and numbers that are made elsewhere from the key.
 */
import { InputError } from "../../../numerics/errors.ts";
import { Random } from "../../../numerics/random/random.ts";

export interface ExplorationOptions {
  /** Takes the place of the standard normal: a kernel whose proposals are normal then walks on a grid. */
  readonly normals?: { readonly values: readonly number[]; readonly weights: readonly number[] };
  /** Runs of the procedure, over all calls of `law`. */
  readonly mostPlays?: number;
}

export type Law = ReadonlyMap<number, number>;

/** A random number that is asked for: one of `count` equally probable values in a row, or one of a few with weights. */
type Draw = { readonly count: number } | { readonly weights: readonly number[] };

const UNIFORM_VALUES = 2 ** 52;
const WORD_VALUES = 2 ** 32;
const MOST_CHOICES = 256; // an integer below so many is a choice, one above is taken to be compared
const GRID = 16;
const MOST_DRAWS = 200; // of one play; a loop that rejects takes them without end
const MOST_PIECES = 2 ** 14; // of one number; a continuous outcome has no end of them
const MOST_RECENT = 32;
const SAME = 1e-13; // probabilities that differ by less are one

/** Explores one procedure after another; ends of intervals that were found are tried first in the next ones. */
export class Explorer {
  readonly #script: Script;
  readonly #mostPlays: number;
  #plays = 0;
  /** Ends of intervals, the last found first. */
  #recent: number[] = [];

  constructor({ normals, mostPlays = 4_000_000 }: ExplorationOptions = {}) {
    this.#script = new Script(normals);
    this.#mostPlays = mostPlays;
  }

  /** The probability of each value that `play` returns. Throws InputError (its path empty) where it cannot be explored. */
  law(play: (random: Random) => number): Law {
    return this.#law(play, []);
  }

  #law(play: (random: Random) => number, prefix: readonly number[]): Law {
    if (++this.#plays > this.#mostPlays) {
      throw new InputError(
        "",
        `it has more than ${this.#mostPlays} different runs of random numbers, too many to try. Take fewer coordinates.`,
      );
    }
    this.#script.begin(prefix);
    const outcome = play(this.#script);
    const next = this.#script.asked.at(prefix.length);
    if (next === undefined) return new Map([[outcome, 1]]);
    const lawAt = (value: number) => this.#law(play, [...prefix, value]);
    const mixture = new Map<number, number>();
    if ("weights" in next) next.weights.forEach((weight, value) => addTo(mixture, lawAt(value), weight));
    else this.#forEachPiece(next.count, lawAt, (law, length) => addTo(mixture, law, length / next.count));
    return mixture;
  }

  /** The intervals of 0 … count − 1 on which the law is the same, in order. */
  #forEachPiece(count: number, lawAt: (value: number) => Law, use: (law: Law, length: number) => void): void {
    let start = 0, pieces = 0;
    let at = 0, law = lawAt(0);
    const change = (from: number, before: Law) => {
      if (++pieces > MOST_PIECES) {
        throw new InputError("", "what it does is not constant on intervals of its random numbers.");
      }
      use(before, from - start);
      start = from;
    };
    for (let k = 1; k <= GRID; k++) {
      const probe = k === GRID ? count - 1 : Math.floor(count * k / GRID);
      if (probe <= at) continue;
      const there = lawAt(probe);
      this.#changes(lawAt, at, law, probe, there, change);
      [at, law] = [probe, there];
    }
    use(law, count - start);
  }

  /** Calls `change` for every value of (a, b] at which the law becomes another one, with the law before it. */
  #changes(
    lawAt: (value: number) => Law,
    a: number,
    lawA: Law,
    b: number,
    lawB: Law,
    change: (from: number, before: Law) => void,
  ): void {
    if (isSame(lawA, lawB)) return;
    if (b - a === 1) {
      this.#recent = [b, ...this.#recent.filter((end) => end !== b)].slice(0, MOST_RECENT);
      return change(b, lawA);
    }
    const known = this.#recent.find((end) => a < end && end <= b);
    const middle = Math.floor((a + b) / 2);
    const stops = known === undefined ? [middle] : [known - 1, known].filter((stop) => a < stop && stop < b);
    let from = a, law = lawA;
    for (const stop of stops) {
      const there = lawAt(stop);
      this.#changes(lawAt, from, law, stop, there, change);
      [from, law] = [stop, there];
    }
    this.#changes(lawAt, from, law, b, lawB, change);
  }
}

/** Random numbers by dictation. What is asked for beyond the script gets a middle value and is noted. */
class Script extends Random {
  readonly #normals: ExplorationOptions["normals"];
  #prefix: readonly number[] = [];
  readonly asked: Draw[] = [];

  constructor(normals: ExplorationOptions["normals"]) {
    super(0);
    this.#normals = normals;
  }

  begin(prefix: readonly number[]): void {
    this.#prefix = prefix;
    this.asked.length = 0;
  }

  #take(draw: Draw): number {
    const at = this.asked.push(draw) - 1;
    if (at >= MOST_DRAWS) {
      throw new InputError("", `it takes more than ${MOST_DRAWS} random numbers at once, perhaps without a bound.`);
    }
    if (at < this.#prefix.length) return this.#prefix[at];
    return "count" in draw ? Math.floor(draw.count / 2) : 0;
  }

  override uniform(): number {
    return (this.#take({ count: UNIFORM_VALUES }) + 0.5) / UNIFORM_VALUES;
  }
  override uint32(): number {
    return this.#take({ count: WORD_VALUES });
  }
  override integer(n: number): number {
    return this.#take(n > MOST_CHOICES ? { count: n } : { weights: new Array<number>(n).fill(1 / n) });
  }
  override normal(): number {
    if (!this.#normals) throw new InputError("", "it draws normals, which have no finite number of outcomes.");
    return this.#normals.values[this.#take({ weights: this.#normals.weights })];
  }
  override at(): never {
    throw new InputError("", "it chooses the place of its random numbers itself.");
  }
  override get place(): never {
    throw new InputError("", "it makes its random numbers itself, from their key.");
  }
}

function addTo(mixture: Map<number, number>, law: Law, weight: number): void {
  for (const [outcome, probability] of law) mixture.set(outcome, (mixture.get(outcome) ?? 0) + weight * probability);
}

function isSame(a: Law, b: Law): boolean {
  if (a.size !== b.size) return false;
  for (const [outcome, probability] of a) {
    if (!(Math.abs((b.get(outcome) ?? NaN) - probability) <= SAME)) return false;
  }
  return true;
}
