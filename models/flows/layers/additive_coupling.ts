/**
 * The additive coupling of NICE: x_2 = h_2 + m(h_1), x_1 = h_1; its log-determinant is 0.
 *
 * Dinh, Krueger & Bengio (2015), "NICE: Non-linear independent components estimation", section 3.2.
 */
import type { Reals } from "../../../numerics/arithmetic/arithmetic.ts";
import type { BuildConditioner, Conditioner } from "../conditioners/conditioner.ts";
import type { Cotangents, Layer, Rows, Workplace } from "../layer.ts";
import { under } from "../parameter.ts";
import type { Split } from "./columns.ts";

export class AdditiveCoupling implements Layer {
  readonly kind = "additive-coupling";
  readonly capacity: number;
  readonly conditioner: Conditioner;
  readonly #place: Workplace;
  readonly #x: Reals;
  #context: Reals | null = null;

  constructor(readonly width: number, readonly split: Split, build: BuildConditioner, place: Workplace) {
    const { transformed, passing } = split;
    this.capacity = place.capacity;
    this.#place = place;
    this.conditioner = build(passing.length, transformed.length, place);
    this.#x = place.arithmetic.reals(place.capacity * transformed.length);
  }

  get parameters() {
    return under("conditioner", this.conditioner.parameters);
  }

  /** Numbers that it takes of an arithmetic beside its conditioner's. */
  static size({ transformed }: Split, capacity: number): number {
    return capacity * transformed.length;
  }

  reload(): void {}

  forward(rows: Rows): void {
    this.#pass(rows, 1);
  }

  inverse(rows: Rows): void {
    this.#pass(rows, -1);
  }

  forwardBack(cotangents: Cotangents): void {
    this.#back(cotangents, 1);
  }

  inverseBack(cotangents: Cotangents): void {
    this.#back(cotangents, -1);
  }

  #pass({ rows, x, context }: Rows, sign: number): void {
    const { arithmetic } = this.#place;
    const { passing, transformed } = this.split;
    arithmetic.gather(x, rows, this.width, passing, this.conditioner.input);
    this.conditioner.run(rows, context);
    this.#context = context;
    arithmetic.add(this.conditioner.output, this.#x, rows * transformed.length, { alpha: sign });
    arithmetic.scatter(this.#x, rows, this.width, transformed, x, true);
  }

  #back({ rows, dx, inputsOnly }: Cotangents, sign: number): void {
    const { arithmetic } = this.#place;
    const { passing, transformed } = this.split;
    arithmetic.gather(dx, rows, this.width, transformed, this.#x);
    arithmetic.add(this.#x, this.conditioner.dOutput, rows * transformed.length, { alpha: sign });
    this.conditioner.back(rows, this.#context, inputsOnly);
    arithmetic.scatter(this.conditioner.dInput, rows, this.width, passing, dx, true);
  }
}
