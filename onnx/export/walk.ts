/**
 * A flow on its way into a graph, layer after layer: the rows as they are now, and the log-determinant so far. What is known of it
 * when the graph is written is summed here, in double precision, and becomes one constant.
 */
import type { Direction } from "../import/hints.ts";
import { add, forEachRow, negate } from "../graph/operations.ts";
import type { Graph, Value } from "../graph/graph.ts";

export class Walk {
  /** [N, width]: layers replace it. */
  x: Value;
  #logDet: Value | null = null;
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

  /** Adds to the log-determinant what forward adds and inverse takes away. `part` [N], or one number for all rows. */
  addForward(part: Value | number): void {
    const sign = this.direction === "forward" ? 1 : -1;
    if (typeof part === "number") this.#constant += sign * part;
    else this.addLogDet(sign === 1 ? part : negate(part));
  }

  /** Adds [N] to the log-determinant of the direction that is walked. */
  addLogDet(part: Value): void {
    this.#logDet = this.#logDet ? add(this.#logDet, part) : part;
  }

  /** [N] */
  logDet(): Value {
    if (!this.#logDet) return forEachRow(this.x, this.#constant);
    return this.#constant === 0 ? this.#logDet : add(this.#logDet, this.#constant);
  }
}
