/**
 * The affine coupling of Real NVP: x_2 = h_2 ⊙ exp(s(h_1)) + t(h_1), x_1 = h_1, with s = bound ⊙ tanh(raw(h_1)); the log-determinant is Σ s.
 * raw and t are the two halves of the conditioner's output, bound is learned, one a transformed column.
 *
 * Dinh, Sohl-Dickstein & Bengio (2017), "Density estimation using Real NVP", equations 7 and 8.
 */
import type { Reals } from "../../../numerics/arithmetic/arithmetic.ts";
import type { BuildConditioner, Conditioner } from "../conditioners/conditioner.ts";
import type { Cotangents, Layer, Rows, Workplace } from "../layer.ts";
import { learned, under } from "../parameter.ts";
import type { Split } from "./columns.ts";

const FIRST_BOUND = 1;

export class AffineCoupling implements Layer {
  readonly kind = "affine-coupling";
  readonly capacity: number;
  readonly conditioner: Conditioner;
  readonly bound;
  readonly #place: Workplace;
  readonly #x: Reals;
  readonly #squashed: Reals;
  readonly #moved: Reals;
  #context: Reals | null = null;

  constructor(readonly width: number, readonly split: Split, build: BuildConditioner, place: Workplace) {
    const { arithmetic, capacity } = place;
    const m = split.transformed.length;
    this.capacity = capacity;
    this.#place = place;
    this.conditioner = build(split.passing.length, 2 * m, place);
    this.bound = learned(arithmetic, "bound", [m], () => FIRST_BOUND);
    this.#x = arithmetic.reals(capacity * m);
    this.#squashed = arithmetic.reals(capacity * m);
    this.#moved = arithmetic.reals(capacity * m);
  }

  get parameters() {
    return [this.bound, ...under("conditioner", this.conditioner.parameters)];
  }

  /** Numbers that it takes of an arithmetic beside its conditioner's. */
  static size({ transformed }: Split, capacity: number): number {
    return (3 * capacity + 2) * transformed.length;
  }

  reload(): void {}

  forward(rows: Rows): void {
    this.#pass(rows, false);
  }

  inverse(rows: Rows): void {
    this.#pass(rows, true);
  }

  forwardBack(cotangents: Cotangents): void {
    this.#back(cotangents, false);
  }

  inverseBack(cotangents: Cotangents): void {
    this.#back(cotangents, true);
  }

  #pass({ rows, x, logDet, context }: Rows, inverse: boolean): void {
    const { arithmetic } = this.#place;
    const { passing, transformed } = this.split;
    arithmetic.gather(x, rows, this.width, passing, this.conditioner.input);
    this.conditioner.run(rows, context);
    this.#context = context;
    arithmetic.gather(x, rows, this.width, transformed, this.#x);
    arithmetic.affine({
      rows,
      m: transformed.length,
      inverse,
      x: this.#x,
      raw: this.conditioner.output,
      bound: this.bound.values,
      logDet,
      squashed: this.#squashed,
      moved: this.#moved,
    });
    arithmetic.scatter(this.#x, rows, this.width, transformed, x);
  }

  #back({ rows, dx, dLogDet }: Cotangents, inverse: boolean): void {
    const { arithmetic } = this.#place;
    const { passing, transformed } = this.split;
    arithmetic.gather(dx, rows, this.width, transformed, this.#x);
    arithmetic.affineBack({
      rows,
      m: transformed.length,
      inverse,
      bound: this.bound.values,
      squashed: this.#squashed,
      moved: this.#moved,
      dx: this.#x,
      dLogDet,
      dRaw: this.conditioner.dOutput,
      dBound: this.bound.gradient,
    });
    this.conditioner.back(rows, this.#context);
    arithmetic.scatter(this.#x, rows, this.width, transformed, dx);
    arithmetic.scatter(this.conditioner.dInput, rows, this.width, passing, dx, true);
  }
}
