/** The large arrays of the diagnostics, used again for each variable: 24 bytes a draw, and 4 more for the scores of ranks. */
import { Scores } from "./rank_normal.ts";

export class Workspace {
  values = new Float64Array(0);
  sorted = new Float64Array(0);
  order = new Uint32Array(0);
  spareOrder = new Uint32Array(0);
  readonly scores = new Scores();

  /** Makes room for `count` draws. What was in the arrays is lost where they grow. */
  reserve(count: number): void {
    if (this.values.length >= count) return;
    this.values = new Float64Array(count);
    this.sorted = new Float64Array(count);
    this.order = new Uint32Array(count);
    this.spareOrder = new Uint32Array(count);
  }
}
