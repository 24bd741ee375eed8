/**
 * Value and gradient of a user's density, by reverse accumulation over what it does. It is recorded once and the record run at other places; where a
 * comparison comes out otherwise than it did, the density is recorded again, and the records are kept by how often they serve.
 *
 * The bits of value and gradient are a function of the place alone: not of what was recorded before.
 */
import { ModuleError } from "../errors.ts";
import { Program } from "./program.ts";
import { nodeOf, record, Tape } from "./tape.ts";
import { Traced } from "./traced.ts";
import type { Value } from "./vector.ts";

const MOST_PROGRAMS = 16;
const MOST_NODES_KEPT = 1 << 22; // of all records: those used last are kept within it
const LOOKS = 32; // evaluations after which it is seen whether keeping records serves

export class Derivative {
  readonly dim: number;
  readonly #density: (x: readonly Value[]) => unknown;
  /** Those used last come first. */
  #programs: Program[] = [];
  #ran: Program | null = null;
  #tried = 0;
  #found = 0;

  /** `density` gets the coordinates, traced, and gives the log density. */
  constructor(dim: number, density: (x: readonly Value[]) => unknown) {
    this.dim = dim;
    this.#density = density;
  }

  value(x: Float64Array): number {
    return this.#run(x).value;
  }

  /** Writes the gradient. */
  valueAndGradient(x: Float64Array, gradient: Float64Array): number {
    const program = this.#run(x);
    const { value } = program;
    program.reverse(gradient);
    return value;
  }

  /** After an evaluation: the site of the operation by which it is not finite, −1 where that is not known. */
  findNonFinite(): number {
    return this.#ran?.findNonFinite() ?? -1;
  }

  /** Whether two records at one place are the same: else the density keeps something from one evaluation to the next. */
  isPure(x: Float64Array): boolean {
    return new Program(...this.#recorded(x)).equals(new Program(...this.#recorded(x)));
  }

  #run(x: Float64Array): Program {
    const program = this.#kept(x) ?? this.#keep(new Program(...this.#recorded(x)));
    this.#ran = program;
    return program;
  }

  #kept(x: Float64Array): Program | null {
    this.#tried++;
    // Where each place is a case of its own, looking through the records only costs.
    const most = this.#tried > LOOKS && this.#found < this.#tried / 4 ? 1 : this.#programs.length;
    for (let i = 0; i < most; i++) {
      const program = this.#programs[i];
      if (!program?.forward(x)) continue;
      this.#found++;
      if (i > 0) {
        this.#programs.splice(i, 1);
        this.#programs.unshift(program);
      }
      return program;
    }
    return null;
  }

  #keep(program: Program): Program {
    this.#programs.unshift(program);
    let nodes = 0;
    const within = this.#programs.findIndex(({ length }) => (nodes += length) > MOST_NODES_KEPT);
    this.#programs.length = Math.min(this.#programs.length, MOST_PROGRAMS, within < 0 ? Infinity : Math.max(1, within));
    return program;
  }

  #recorded(x: Float64Array): [Tape, { node: number } | { constant: number }] {
    const tape = new Tape(x);
    const { value, node } = record(tape, () => {
      const value = this.#density(Array.from(x, (_, i) => new Traced(tape, i)));
      return { value, node: value instanceof Traced ? nodeOf(value) : null }; // of this tape, or refused
    });
    if (node !== null) return [tape, { node }];
    if (typeof value === "number") return [tape, { constant: value }];
    throw new ModuleError(
      null,
      `logDensity has to return a number, found ${value === undefined ? "nothing: is there a return?" : typeof value}`,
    );
  }
}
