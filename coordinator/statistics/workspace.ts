/** The large arrays of the diagnostics, used again for each variable: 24 bytes a draw. */
export class Workspace {
  values = new Float64Array(0);
  sorted = new Float64Array(0);
  order = new Uint32Array(0);
  spareOrder = new Uint32Array(0);

  /** Makes room for `count` draws. What was in the arrays is lost where they grow. */
  reserve(count: number): void {
    if (this.values.length >= count) return;
    this.values = new Float64Array(count);
    this.sorted = new Float64Array(count);
    this.order = new Uint32Array(count);
    this.spareOrder = new Uint32Array(count + 2 + count % 2); // an even number, for the scores
  }

  /** Room for the scores of the lower half of the ranks, where the sort had its spare order. */
  get scoreTable(): Float64Array {
    return new Float64Array(this.spareOrder.buffer);
  }
}
