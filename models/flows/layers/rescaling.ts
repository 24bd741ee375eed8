/**
 * The diagonal rescaling at the top of NICE: x = z ⊙ exp(−s), so that going from data to noise z = x ⊙ exp(s), whose log-determinant
 * is Σ s. exp(−s) is the spectrum: large for the dimensions in which the data vary most.
 *
 * Dinh, Krueger & Bengio (2015), section 3.3.
 */
import type { Reals } from "../../../numerics/arithmetic/arithmetic.ts";
import type { Cotangents, Layer, Rows, Workplace } from "../layer.ts";
import { learned } from "../parameter.ts";

export class Rescaling implements Layer {
  readonly kind = "rescaling";
  readonly capacity: number;
  /** s */
  readonly logScale;
  readonly #place: Workplace;
  /** exp(s), exp(−s) */
  readonly #grow: Reals;
  readonly #shrink: Reals;
  readonly #ones: Float64Array;
  /** What came out of the last pass. */
  readonly #out: Reals;
  readonly #sum: Reals;
  #logDet = 0;

  constructor(readonly width: number, place: Workplace) {
    const { arithmetic, capacity } = place;
    this.capacity = capacity;
    this.#place = place;
    this.logScale = learned(arithmetic, "logScale", [width]);
    this.#grow = arithmetic.reals(width);
    this.#shrink = arithmetic.reals(width);
    this.#ones = arithmetic.doubles(1);
    this.#out = arithmetic.reals(capacity * width);
    this.#sum = arithmetic.reals(width);
    this.reload();
  }

  get parameters() {
    return [this.logScale];
  }

  /** exp(−s), falling: what each dimension of the noise varies by in the data. */
  get spectrum(): Float64Array {
    return Float64Array.from(this.#shrink).sort().reverse();
  }

  /** Numbers that it takes of an arithmetic. */
  static size(width: number, capacity: number): number {
    return (capacity + 5) * width + 2;
  }

  reload(): void {
    const { arithmetic } = this.#place;
    arithmetic.exp(this.logScale.values, this.#grow, this.width);
    arithmetic.add(this.logScale.values, this.#shrink, this.width, { alpha: -1 });
    arithmetic.exp(this.#shrink, this.#shrink, this.width);
    arithmetic.rowSums(this.logScale.values, 1, this.width, this.#ones);
    this.#logDet = this.#ones[0];
  }

  forward(rows: Rows, keep = false): void {
    this.#pass(rows, this.#shrink, -this.#logDet, keep);
  }

  inverse(rows: Rows, keep = false): void {
    this.#pass(rows, this.#grow, this.#logDet, keep);
  }

  forwardBack(cotangents: Cotangents): void {
    this.#back(cotangents, this.#shrink, -1);
  }

  inverseBack(cotangents: Cotangents): void {
    this.#back(cotangents, this.#grow, 1);
  }

  #pass({ rows, x, logDet }: Rows, scale: Reals, sum: number, keep: boolean): void {
    const { arithmetic } = this.#place;
    arithmetic.scaleColumns(x, rows, this.width, scale, null);
    for (let r = 0; r < rows; r++) logDet[r] += sum;
    if (keep) arithmetic.add(x, this.#out, rows * this.width);
  }

  /** d/ds of out · dout is ± out · dout, and of ± Σ s a cotangent for each row. */
  #back({ rows, dx, dLogDet }: Cotangents, scale: Reals, sign: number): void {
    const { arithmetic } = this.#place;
    arithmetic.columnDots(this.#out, dx, rows, this.width, this.#sum, { alpha: sign });
    let total = 0;
    for (let r = 0; r < rows; r++) total += dLogDet[r];
    const { gradient } = this.logScale;
    for (let j = 0; j < this.width; j++) gradient[j] += this.#sum[j] + sign * total;
    arithmetic.scaleColumns(dx, rows, this.width, scale, null);
  }
}
