/**
 * A flow on its way into a graph, layer after layer: the rows as they are now, and the log-determinant so far. What is known of it
 * when the graph is written is summed here, in double precision, and becomes one constant.
 */
import type { Direction } from "../import/hints.ts";
import { add, forEachRow, negate, sumLast } from "../graph/operations.ts";
import type { Graph, Value } from "../graph/graph.ts";

export class Walk {
  /** [N, width]: layers replace it. */
  x: Value;
  /** What is still to be summed over its columns, by their number: one sum for all layers of a width. */
  readonly #parts = new Map<number, Value>();
  #constant = 0;

  constructor(readonly direction: Direction, x: Value, readonly context: Value | null) {
    this.x = x;
  }

  get graph(): Graph {
    return this.x.graph;
  }

  get width(): number {
    return this.x.shape[1];
  }

  /** 1, or −1 on the way back. */
  get sign(): 1 | -1 {
    return this.direction === "forward" ? 1 : -1;
  }

  /** Adds to the log-determinant what forward adds and inverse takes away: the columns of rows, or one number for all rows. */
  addForward(part: Value | number): void {
    if (typeof part === "number") this.#constant += this.sign * part;
    else this.addLogDet(this.sign === 1 ? part : negate(part));
  }

  /** Adds the columns of rows to the log-determinant of the direction that is walked. */
  addLogDet(part: Value): void {
    const width = part.shape[1], before = this.#parts.get(width);
    this.#parts.set(width, before ? add(before, part) : part);
  }

  /** [N] */
  logDet(): Value {
    const [first, ...others] = Array.from(this.#parts.values(), sumLast);
    if (!first) return forEachRow(this.x, this.#constant);
    const sum = others.reduce((a, b) => add(a, b), first);
    return this.#constant === 0 ? sum : add(sum, this.#constant);
  }
}
