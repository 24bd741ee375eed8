/**
 * The data end of an affine flow over pixels in (0, 1): z = logit(a + (1 − 2a) x), which a normal distribution suits better, and x =
 * (σ(z) − a) / (1 − 2a). From data to noise the log-determinant is Σ log(1 − 2a) − log p − log(1 − p), p = a + (1 − 2a) x.
 *
 * Dinh, Sohl-Dickstein & Bengio (2017), section 4.1, with a = 0.05.
 */
import type { Reals } from "../../../numerics/arithmetic/arithmetic.ts";
import type { Cotangents, Layer, Rows, Workplace } from "../layer.ts";

/** a */
export const MARGIN = 0.05;

export class Logit implements Layer {
  readonly kind = "logit";
  readonly margin = MARGIN;
  readonly capacity: number;
  readonly parameters = [];
  readonly #place: Workplace;
  /** p, and room for what is made of it, [capacity × width] each. */
  readonly #p: Reals;
  readonly #other: Reals;

  constructor(readonly width: number, place: Workplace) {
    this.capacity = place.capacity;
    this.#place = place;
    this.#p = place.arithmetic.reals(place.capacity * width);
    this.#other = place.arithmetic.reals(place.capacity * width);
  }

  /** Numbers that it takes of an arithmetic. */
  static size(width: number, capacity: number): number {
    return 2 * capacity * width;
  }

  reload(): void {}

  /** log p = −softplus(−z), log(1 − p) = −softplus(z): nothing is lost where z is far from 0. */
  forward({ rows, x, logDet }: Rows): void {
    const { arithmetic } = this.#place;
    const count = rows * this.width;
    arithmetic.sigmoid(x, this.#p, count);
    arithmetic.softplus(x, this.#other, count);
    arithmetic.rowSums(this.#other, rows, this.width, logDet, { alpha: -2, beta: 1 });
    arithmetic.rowSums(x, rows, this.width, logDet, { alpha: 1, beta: 1 }); // softplus(−z) = softplus(z) − z
    for (let r = 0; r < rows; r++) logDet[r] -= this.width * Math.log(1 - 2 * MARGIN);
    arithmetic.add(this.#p, x, count, { alpha: 1 / (1 - 2 * MARGIN) });
    for (let k = 0; k < count; k++) x[k] -= MARGIN / (1 - 2 * MARGIN);
  }

  inverse({ rows, x, logDet }: Rows): void {
    const { arithmetic } = this.#place;
    const count = rows * this.width;
    for (let k = 0; k < count; k++) this.#p[k] = MARGIN + (1 - 2 * MARGIN) * x[k];
    for (let k = 0; k < count; k++) this.#other[k] = 1 - this.#p[k];
    arithmetic.log(this.#p, x, count);
    arithmetic.log(this.#other, this.#other, count);
    arithmetic.rowSums(x, rows, this.width, logDet, { alpha: -1, beta: 1 });
    arithmetic.rowSums(this.#other, rows, this.width, logDet, { alpha: -1, beta: 1 });
    for (let r = 0; r < rows; r++) logDet[r] += this.width * Math.log(1 - 2 * MARGIN);
    arithmetic.add(this.#other, x, count, { alpha: -1, beta: 1 });
  }

  /** x = (σ(z) − a) / (1 − 2a): dx/dz = p (1 − p) / (1 − 2a); d logDet/dz = 1 − 2p. */
  forwardBack({ rows, dx, dLogDet }: Cotangents): void {
    const scale = 1 / (1 - 2 * MARGIN);
    for (let r = 0, k = 0; r < rows; r++) {
      for (let j = 0; j < this.width; j++, k++) {
        const p = this.#p[k];
        dx[k] = dx[k] * p * (1 - p) * scale + dLogDet[r] * (1 - 2 * p);
      }
    }
  }

  /** dz/dx = (1 − 2a) / (p (1 − p)); d logDet/dx = (1 − 2a) (2p − 1) / (p (1 − p)). */
  inverseBack({ rows, dx, dLogDet }: Cotangents): void {
    for (let r = 0, k = 0; r < rows; r++) {
      for (let j = 0; j < this.width; j++, k++) {
        const p = this.#p[k];
        dx[k] = (dx[k] + dLogDet[r] * (2 * p - 1)) * (1 - 2 * MARGIN) / (p * (1 - p));
      }
    }
  }
}
