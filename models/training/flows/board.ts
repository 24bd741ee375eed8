/**
 * The board on which a training lets other workers compute parts of an update: shared memory, with the parameters that the parts depend on and
 * room for the gradients that they give.
 *
 * The owner takes parts from the first on, helpers from the last down, by compare-and-swap on one word; what nobody has taken the owner does
 * itself, and it adds parts up in their order: so helpers may come and go between any two parts, and no bit depends on them. A
 * taken part is waited for. A node dies as a whole, and a helper that hangs makes its owner one that gives no sign of life.
 *
 * Layout: words (int32), the sum of each part's values (float64), the parameters (float32), a gradient (float32) for each part but the first, which
 * is always the owner's.
 */
const CLAIMS = 0; // what is posted, and who has taken what: 8 bits each of [tag, parts, from the last, from the first]
const UPDATE = 1;
const VERSION = 2; // of the parameters
const HELPERS = 3;
const DONE = 4; // one word a part

const TODO = 0;
const FINISHED = 1;
const FAILED = 2;

/** Parts of an update that can be on a board. */
export const MOST_PARTS = 250;

const WAIT_MS = 1_000; // between two signs of life

export interface Part {
  readonly part: number;
  readonly update: number;
  /** Of the parameters: the same while it is. */
  readonly version: number;
}

export class Board {
  readonly parameters: Float32Array;
  readonly #words: Int32Array;
  readonly #sums: Float64Array;
  readonly #gradients: Float32Array;

  /** `parts`: of the largest update; `numbers`: of all parameters. */
  constructor(buffer: SharedArrayBuffer, parts: number, readonly numbers: number) {
    const { sums, parameters, gradients } = layout(parts, numbers);
    this.#words = new Int32Array(buffer, 0, DONE + parts);
    this.#sums = new Float64Array(buffer, sums, parts);
    this.parameters = new Float32Array(buffer, parameters, numbers);
    this.#gradients = new Float32Array(buffer, gradients, (parts - 1) * numbers);
  }

  static bytes(parts: number, numbers: number): number {
    return layout(parts, numbers).end;
  }

  /** Of a part but the first. */
  gradient(part: number): Float32Array {
    return this.#gradients.subarray((part - 1) * this.numbers, part * this.numbers);
  }

  /** For the owner: whether somebody is there to help. */
  get hasHelpers(): boolean {
    return Atomics.load(this.#words, HELPERS) > 0;
  }

  /**
   * For the owner: the parts of an update, once its parameters are on the board; the first is its own from the beginning, however late it
   * comes to it. Nothing of the last update is open any more.
   */
  post(update: number, parts: number): void {
    for (let part = 0; part < parts; part++) Atomics.store(this.#words, DONE + part, TODO);
    Atomics.store(this.#words, UPDATE, update);
    Atomics.add(this.#words, VERSION, 1);
    const tag = (Atomics.load(this.#words, CLAIMS) >>> 24) + 1 & 0xff;
    Atomics.store(this.#words, CLAIMS, tag << 24 | parts << 16 | 1);
    Atomics.notify(this.#words, CLAIMS);
  }

  /** For the owner: takes the first part but its own that nobody has; false where helpers have taken all the others. */
  takeFirst(): boolean {
    return this.#take(1) !== null;
  }

  /** For the owner: waits for a part that a helper has taken. The sum of its values; null where the helper could not do it. */
  wait(part: number, alive?: () => void): number | null {
    while (Atomics.load(this.#words, DONE + part) === TODO) {
      Atomics.wait(this.#words, DONE + part, TODO, WAIT_MS);
      alive?.();
    }
    return Atomics.load(this.#words, DONE + part) === FINISHED ? this.#sums[part] : null;
  }

  join(): void {
    Atomics.add(this.#words, HELPERS, 1);
  }

  /** Not while a part is taken. */
  leave(): void {
    Atomics.sub(this.#words, HELPERS, 1);
  }

  /** For helpers: takes the last part that nobody has, waiting up to `ms` for one. */
  takeLast(ms: number): Part | null {
    const seen = Atomics.load(this.#words, CLAIMS);
    let claims = this.#take(1 << 8);
    if (claims === null) {
      Atomics.wait(this.#words, CLAIMS, seen, ms); // not at all where something was posted meanwhile
      claims = this.#take(1 << 8);
    }
    if (claims === null) return null;
    const part = (claims >>> 16 & 0xff) - 1 - (claims >>> 8 & 0xff);
    // The owner posts nothing until this part is done: these are its own.
    return { part, update: Atomics.load(this.#words, UPDATE), version: Atomics.load(this.#words, VERSION) };
  }

  /** For helpers: a taken part is done, its gradient on the board; `sum`: of its values, null where it could not be computed. */
  finish(part: number, sum: number | null): void {
    if (sum !== null) this.#sums[part] = sum;
    Atomics.store(this.#words, DONE + part, sum === null ? FAILED : FINISHED);
    Atomics.notify(this.#words, DONE + part);
  }

  /** Adds `one` to the claims where a part is left; the claims before it, null where none is. */
  #take(one: number): number | null {
    for (;;) {
      const claims = Atomics.load(this.#words, CLAIMS);
      const parts = claims >>> 16 & 0xff, taken = (claims >>> 8 & 0xff) + (claims & 0xff);
      if (taken >= parts) return null;
      if (Atomics.compareExchange(this.#words, CLAIMS, claims, claims + one | 0) === claims) return claims;
    }
  }
}

function layout(parts: number, numbers: number) {
  const sums = 8 * Math.ceil((DONE + parts) / 2);
  const parameters = sums + 8 * parts;
  const gradients = parameters + 4 * numbers;
  return { sums, parameters, gradients, end: gradients + 4 * (parts - 1) * numbers };
}
