/** A fixed permutation of the columns: x_j = z_{order_j}; its log-determinant is 0. The order is a parameter that is not learned. */
import type { Reals } from "../../../numerics/arithmetic/arithmetic.ts";
import { InputError } from "../../../numerics/errors.ts";
import type { Random } from "../../../numerics/random/random.ts";
import type { Cotangents, Layer, Parameter, Rows, Workplace } from "../layer.ts";
import { fixed } from "../parameter.ts";

export class Permutation implements Layer {
  readonly kind = "permutation";
  readonly width: number;
  readonly capacity: number;
  readonly order: Parameter;
  readonly #place: Workplace;
  /** As integers: x_j = z[columns_j], and its inverse. */
  readonly #columns: Int32Array;
  readonly #back: Int32Array;
  readonly #row: Reals;

  /** `order` [width]: each column once. */
  constructor(order: ArrayLike<number>, place: Workplace) {
    this.width = order.length;
    this.capacity = place.capacity;
    this.#place = place;
    this.order = fixed(place.arithmetic, "order", [order.length], (j) => order[j]);
    this.#columns = new Int32Array(order.length);
    this.#back = new Int32Array(order.length);
    this.#row = place.arithmetic.reals(place.capacity * order.length);
    this.reload();
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
    this.#back.fill(-1);
    this.order.values.forEach((column, j) => {
      if (this.#back[column] !== -1) {
        throw new InputError("order", `expected each of ${this.width} columns once, found ${column} at ${j}`);
      }
      this.#columns[j] = column;
      this.#back[column] = j;
    });
  }

  forward({ rows, x }: Rows): void {
    this.#move(rows, x, this.#columns);
  }

  inverse({ rows, x }: Rows): void {
    this.#move(rows, x, this.#back);
  }

  forwardBack({ rows, dx }: Cotangents): void {
    this.#move(rows, dx, this.#back);
  }

  inverseBack({ rows, dx }: Cotangents): void {
    this.#move(rows, dx, this.#columns);
  }

  #move(rows: number, x: Reals, columns: Int32Array): void {
    const { arithmetic } = this.#place;
    arithmetic.gather(x, rows, this.width, columns, this.#row);
    arithmetic.add(this.#row, x, rows * this.width);
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
