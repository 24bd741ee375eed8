/** A fixed permutation of the columns: x_j = z_{order_j}; its log-determinant is 0. The order is a parameter that is not learned. */
import type { Random } from "../../../numerics/random/random.ts";
import type { Cotangents, Layer, Parameter, Rows, Workplace } from "../layer.ts";
import { fixed } from "../parameter.ts";
import { Reordering } from "./reordering.ts";

export class Permutation implements Layer {
  readonly kind = "permutation";
  readonly width: number;
  readonly capacity: number;
  readonly order: Parameter;
  readonly #reordering: Reordering;

  /** `order` [width]: each column once. */
  constructor(order: ArrayLike<number>, place: Workplace) {
    this.width = order.length;
    this.capacity = place.capacity;
    this.order = fixed(place.arithmetic, "order", [order.length], (j) => order[j]);
    this.#reordering = new Reordering(order, place);
  }

  get parameters() {
    return [this.order];
  }

  /** Numbers that it takes of an arithmetic. */
  static size(width: number, capacity: number): number {
    return (capacity + 1) * width;
  }

  /** Throws InputError where the order is none: what comes from a store might be anything. */
  reload(): void {
    this.#reordering.set(this.order.values);
  }

  forward({ rows, x }: Rows): void {
    this.#reordering.apply(rows, x);
  }

  inverse({ rows, x }: Rows): void {
    this.#reordering.undo(rows, x);
  }

  forwardBack({ rows, dx }: Cotangents): void {
    this.#reordering.undo(rows, dx);
  }

  inverseBack({ rows, dx }: Cotangents): void {
    this.#reordering.apply(rows, dx);
  }
}

/** A uniform order of 0 … width − 1. */
export function randomOrder(width: number, random: Random): Int32Array {
  const order = Int32Array.from({ length: width }, (_, column) => column);
  for (let last = width - 1; last > 0; last--) {
    const other = random.integer(last + 1);
    [order[last], order[other]] = [order[other], order[last]];
  }
  return order;
}
