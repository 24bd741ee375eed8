/** What layers that move columns share: going to data, x_j ← x_{order_j}, and back; their log-determinant is 0. */
import type { Reals } from "../../../numerics/arithmetic/arithmetic.ts";
import { InputError } from "../../../numerics/errors.ts";
import type { Cotangents, Rows, Workplace } from "../layer.ts";

export class Reordering {
  readonly width: number;
  readonly capacity: number;
  readonly #place: Workplace;
  readonly #columns: Int32Array;
  readonly #back: Int32Array;
  readonly #row: Reals;

  constructor(order: ArrayLike<number>, place: Workplace) {
    this.width = order.length;
    this.capacity = place.capacity;
    this.#place = place;
    this.#columns = new Int32Array(order.length);
    this.#back = new Int32Array(order.length);
    this.#row = place.arithmetic.reals(place.capacity * order.length);
    this.set(order);
  }

  /** Throws InputError where it is no order: what comes from a store might be anything. */
  set(order: ArrayLike<number>): void {
    this.#back.fill(-1);
    for (let j = 0; j < order.length; j++) {
      const column = order[j];
      if (this.#back[column] !== -1) {
        throw new InputError("order", `expected each of ${order.length} columns once, found ${column} at ${j}`);
      }
      this.#columns[j] = column;
      this.#back[column] = j;
    }
  }

  forward({ rows, x }: Rows): void {
    this.apply(rows, x);
  }

  inverse({ rows, x }: Rows): void {
    this.undo(rows, x);
  }

  forwardBack({ rows, dx }: Cotangents): void {
    this.undo(rows, dx);
  }

  inverseBack({ rows, dx }: Cotangents): void {
    this.apply(rows, dx);
  }

  apply(rows: number, x: Reals): void {
    this.#move(rows, x, this.#columns);
  }

  undo(rows: number, x: Reals): void {
    this.#move(rows, x, this.#back);
  }

  #move(rows: number, x: Reals, columns: Int32Array): void {
    const { arithmetic } = this.#place;
    arithmetic.gather(x, rows, columns.length, columns, this.#row);
    arithmetic.add(this.#row, x, rows * columns.length);
  }
}
