/** Which rows an update learns from: each epoch goes through all rows once, in an order of its own. */
import { permute } from "../../numerics/random/permute.ts";
import { Purpose, Random } from "../../numerics/random/random.ts";

export interface Minibatches {
  /** Updates of an epoch; the last batch may be smaller than the others. */
  readonly count: number;
  /** The rows of update number `update` (from 1). A function of the seed and the number alone; valid until the next call. */
  rowsOf(update: number): Uint32Array;
}

export function minibatches(rows: number, size: number, seed: number): Minibatches {
  const count = Math.ceil(rows / size);
  const random = new Random(seed);
  const order = new Uint32Array(rows);
  let shuffled = -1; // the epoch that `order` is of
  return {
    count,
    rowsOf(update) {
      const epoch = Math.floor((update - 1) / count), batch = (update - 1) % count;
      if (epoch !== shuffled) {
        for (let i = 0; i < order.length; i++) order[i] = i;
        permute(order, random.at(0, epoch, Purpose.shuffle));
        shuffled = epoch;
      }
      return order.subarray(batch * size, (batch + 1) * size);
    },
  };
}
