/**
 * A number that is being traced: a place on the tape that is recording. User code holds these where it would hold numbers. Any use that was
 * not rewritten (an index, text, a typed array's element) asks for a primitive, and is refused.
 */
import { ModuleError } from "../errors.ts";

export class Traced {
  // Private: user code holds these, and may not read a place as if it were the value.
  readonly #tape: object;
  readonly #node: number;

  /** `tape`: the one that it belongs to, and no other. */
  constructor(tape: object, node: number) {
    this.#tape = tape;
    this.#node = node;
  }

  static tapeOf(value: Traced): object {
    return value.#tape;
  }

  static nodeOf(value: Traced): number {
    return value.#node;
  }
}

/** Where no rewritten operation knows its place. */
function refuseUse(): never {
  throw new ModuleError(
    null,
    "a traced value is used where its gradient would be lost: as an index, as text, or in an array of integers. " +
      "Compute such things from the data.",
  );
}

// User code gets no way from a value to this realm's constructors.
Object.setPrototypeOf(Traced.prototype, null);
Object.defineProperty(Traced.prototype, "constructor", { value: undefined });
Object.defineProperty(Traced.prototype, Symbol.toPrimitive, { value: refuseUse });
Object.defineProperty(Traced.prototype, "toJSON", { value: refuseUse });
Object.freeze(Traced.prototype);
