/** A fixed permutation of the columns: x_j = z_{order_j}; its log-determinant is 0. The order is a parameter that is not learned. */
import { permute } from "../../../numerics/random/permute.ts";
import type { Random } from "../../../numerics/random/random.ts";
import type { Layer, Parameter, Workplace } from "../layer.ts";
import { fixed } from "../parameter.ts";
import { Reordering } from "./reordering.ts";

export class Permutation extends Reordering implements Layer {
  readonly kind = "permutation";
  readonly order: Parameter;

  /** `order` [width]: each column once. */
  constructor(order: ArrayLike<number>, place: Workplace) {
    super(order, place);
    this.order = fixed(place.arithmetic, "order", [order.length], (j) => order[j]);
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
    this.set(this.order.values);
  }
}

/** A uniform order of 0 … width − 1. */
export function randomOrder(width: number, random: Random): Int32Array {
  const order = Int32Array.from({ length: width }, (_, column) => column);
  permute(order, random);
  return order;
}
