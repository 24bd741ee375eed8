/**
 * The exact law of what a random procedure returns, found by running it on every outcome of its random numbers.
 *
 * A script hands out the numbers. A procedure that only compares them (u < p), or looks them up in a table (F⁻¹(u), ⌊n u⌋), gives
 * the same on whole intervals of a number. Their ends are found by halving, down to the last of the 2⁵² values that a uniform
 * has, and their lengths are the probabilities: those of the procedure as it is implemented, with no error at all.
 *
 * What can be explored: procedures that take a bounded number of uniforms, integers and words, and in which what depends on one
 * number is constant on intervals. Halving starts from a grid of 16; an outcome that lies between two equal neighbours of the
 * grid would be missed, so u ↦ outcome should be monotone, or change at steps that are wider than 1/16. What follows a number is taken
 * to be what was found earlier where the ends of all its intervals agree. Refused are normals
 * (unless a finite law is given in their place), rejection loops, and numbers that are made elsewhere from the key.
 */
import { InputError } from "../../../numerics/errors.ts";
import { Random } from "../../../numerics/random/random.ts";

export interface ExplorationOptions {
  /** Takes the place of the standard normal: a kernel whose proposals are normal then walks on a grid. */
  readonly normals?: { readonly values: readonly number[]; readonly weights: readonly number[] };
  /** Runs of the procedure, over all calls of `law`. */
  readonly mostPlays?: number;
  /** Called before each; may throw, say when it takes too long. */
  readonly check?: () => void;
}

export type Law = ReadonlyMap<number, number>;

/** A random number that is asked for: one of `count` equally probable values in a row, or one of a few with weights. */
type Draw = { readonly count: number } | { readonly weights: readonly number[] };

/** What a procedure does after its first random numbers, and the law of its outcome from there. */
interface Tree {
  readonly law: Law;
  /** The next number, absent where it takes none any more; its values in intervals that are followed by the same. */
  readonly branch?: { readonly draw: Draw; readonly pieces: readonly Piece[] };
}

/** The values first … last of a random number. */
interface Piece {
  readonly first: number;
  readonly last: number;
  readonly tree: Tree;
}

const UNIFORM_VALUES = 2 ** 52;
const WORD_VALUES = 2 ** 32;
const MOST_CHOICES = 256; // an integer below so many is a choice, one above is taken to be compared
const GRID = 16;
const MOST_DRAWS = 200; // of one play; a loop that rejects takes them without end
const MOST_PIECES = 2 ** 14; // of one number; a continuous outcome has no end of them
const MOST_RECENT = 32;
const SAME = 1e-13; // probabilities that differ by less are one

/** Explores one procedure after another. What was found of earlier ones is tried first in the next: most are alike. */
export class Explorer {
  readonly #script: Script;
  readonly #mostPlays: number;
  readonly #check: (() => void) | undefined;
  #plays = 0;
  /** Ends of intervals, the last found first. */
  #ends: readonly number[] = [];
  /** Trees by how many numbers are before them, the last found first. */
  readonly #trees: (readonly Tree[])[] = [];

  constructor({ normals, mostPlays = 4_000_000, check }: ExplorationOptions = {}) {
    this.#script = new Script(normals);
    this.#mostPlays = mostPlays;
    this.#check = check;
  }

  /** The probability of each value that `play` returns. Throws InputError (its path empty) where it cannot be explored. */
  law(play: (random: Random) => number): Law {
    return this.#explore(play, []).law;
  }

  /** The outcome after the given numbers, and the number that is asked for next. */
  #play(play: (random: Random) => number, prefix: readonly number[]): { outcome: number; next: Draw | undefined } {
    this.#check?.();
    if (++this.#plays > this.#mostPlays) {
      throw new InputError(
        "",
        `it has too many different runs: more than ${this.#mostPlays} were tried. Take fewer coordinates.`,
      );
    }
    this.#script.begin(prefix);
    const outcome = play(this.#script);
    return { outcome, next: this.#script.asked.at(prefix.length) };
  }

  #explore(play: (random: Random) => number, prefix: readonly number[]): Tree {
    const known = this.#trees[prefix.length] ?? [];
    const same = known.find((tree) => this.#isAsIn(tree, play, prefix));
    const tree = same ?? this.#grow(play, prefix);
    this.#trees[prefix.length] = [tree, ...known.filter((other) => other !== tree)].slice(0, MOST_RECENT);
    return tree;
  }

  /** Whether the procedure goes on after `prefix` as a tree says, at the ends of all its intervals. */
  #isAsIn(tree: Tree, play: (random: Random) => number, prefix: readonly number[]): boolean {
    const { outcome, next } = this.#play(play, prefix);
    if (!tree.branch || !next) return !tree.branch && !next && tree.law.has(outcome);
    return isSameDraw(tree.branch.draw, next) &&
      tree.branch.pieces.every(({ first, last, tree }) =>
        this.#isAsIn(tree, play, [...prefix, first]) && (first === last || this.#isAsIn(tree, play, [...prefix, last]))
      );
  }

  #grow(play: (random: Random) => number, prefix: readonly number[]): Tree {
    const { outcome, next: draw } = this.#play(play, prefix);
    if (!draw) return { law: new Map([[outcome, 1]]) };
    const treeAt = (value: number) => this.#explore(play, [...prefix, value]);
    const law = new Map<number, number>();
    let pieces: Piece[];
    if ("weights" in draw) {
      pieces = draw.weights.map((_, value) => ({ first: value, last: value, tree: treeAt(value) }));
      pieces.forEach(({ first, tree }) => addTo(law, tree.law, draw.weights[first]));
    } else {
      pieces = this.#piecesOf(draw.count, treeAt);
      pieces.forEach(({ first, last, tree }) => addTo(law, tree.law, (last - first + 1) / draw.count));
    }
    return { law, branch: { draw, pieces } };
  }

  /** The intervals of 0 … count − 1 on which the law is the same, in order. */
  #piecesOf(count: number, treeAt: (value: number) => Tree): Piece[] {
    const pieces: Piece[] = [];
    let first = 0, at = 0, tree = treeAt(0);
    const change = (from: number, before: Tree) => {
      if (pieces.length === MOST_PIECES) {
        throw new InputError("", "what it does is not constant on intervals of its random numbers.");
      }
      pieces.push({ first, last: from - 1, tree: before });
      first = from;
    };
    for (let k = 1; k <= GRID; k++) {
      const probe = k === GRID ? count - 1 : Math.floor(count * k / GRID);
      if (probe <= at) continue;
      const there = treeAt(probe);
      this.#changes(treeAt, { at, tree }, { at: probe, tree: there }, change);
      [at, tree] = [probe, there];
    }
    return [...pieces, { first, last: count - 1, tree }];
  }

  /** Calls `change` for every value above a, up to b, at which the law becomes another one. */
  #changes(
    treeAt: (value: number) => Tree,
    a: { at: number; tree: Tree },
    b: { at: number; tree: Tree },
    change: (from: number, before: Tree) => void,
  ): void {
    if (isSameLaw(a.tree.law, b.tree.law)) return;
    if (b.at - a.at === 1) {
      this.#ends = [b.at, ...this.#ends.filter((end) => end !== b.at)].slice(0, MOST_RECENT);
      return change(b.at, a.tree);
    }
    const known = this.#ends.find((end) => a.at < end && end <= b.at);
    const stops = known === undefined ? [Math.floor((a.at + b.at) / 2)] : [known - 1, known];
    for (const at of stops.filter((stop) => a.at < stop && stop < b.at)) {
      const stop = { at, tree: treeAt(at) };
      this.#changes(treeAt, a, stop, change);
      a = stop;
    }
    this.#changes(treeAt, a, b, change);
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

function isSameDraw(a: Draw, b: Draw): boolean {
  if ("count" in a) return "count" in b && a.count === b.count;
  return "weights" in b && a.weights.length === b.weights.length &&
    a.weights.every((weight, k) => weight === b.weights[k]);
}

function isSameLaw(a: Law, b: Law): boolean {
  if (a === b) return true;
  if (a.size !== b.size) return false;
  for (const [outcome, probability] of a) {
    if (!(Math.abs((b.get(outcome) ?? NaN) - probability) <= SAME)) return false;
  }
  return true;
}
