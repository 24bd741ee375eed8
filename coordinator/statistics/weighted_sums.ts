/**
 * Importance-weighted sums of a stream, in one pass and mergeable: the largest log weight, and relative to it Σw, Σw², and Σ of
 * w and w² times f and f². A weight is never taken out of its logarithm alone, so that none overflows. Merging rounds: what
 * must be reproducible merges in the order of chains and draws.
 */
export class WeightedSums {
  count = 0;
  /** The largest log weight so far. */
  most = -Infinity;
  /** Σ exp(log w − most), and of its square. */
  #w = 0;
  #ww = 0;
  // Times f and f², f counted from the origin.
  #wf = 0;
  #wff = 0;
  #wwf = 0;
  #wwff = 0;

  /** The origin is a number near the values, so that nothing cancels; those of sums that are merged must be equal. */
  constructor(readonly origin = 0) {}

  /** Log weights: none NaN or +∞. */
  addAll(logWeights: Float64Array, values?: Float64Array): this {
    let most = this.most;
    for (let i = 0; i < logWeights.length; i++) if (logWeights[i] > most) most = logWeights[i];
    this.#rescale(most);
    this.count += logWeights.length;
    if (most === -Infinity) return this;
    for (let i = 0; i < logWeights.length; i++) {
      const w = Math.exp(logWeights[i] - most);
      if (w === 0) continue; // a value without weight may be infinite
      const f = values ? values[i] - this.origin : 0;
      this.#w += w;
      this.#ww += w * w;
      this.#wf += w * f;
      this.#wff += w * f * f;
      this.#wwf += w * w * f;
      this.#wwff += w * w * f * f;
    }
    return this;
  }

  merge(other: WeightedSums): this {
    if (other.origin !== this.origin) throw new RangeError(`origins differ: ${this.origin} and ${other.origin}`);
    this.#rescale(Math.max(this.most, other.most));
    this.count += other.count;
    if (other.most === -Infinity) return this;
    const factor = Math.exp(other.most - this.most), square = factor * factor;
    this.#w += factor * other.#w;
    this.#ww += square * other.#ww;
    this.#wf += factor * other.#wf;
    this.#wff += factor * other.#wff;
    this.#wwf += square * other.#wwf;
    this.#wwff += square * other.#wwff;
    return this;
  }

  #rescale(most: number): void {
    if (most === this.most) return;
    const factor = this.most === -Infinity ? 0 : Math.exp(this.most - most), square = factor * factor;
    this.most = most;
    this.#w *= factor;
    this.#wf *= factor;
    this.#wff *= factor;
    this.#ww *= square;
    this.#wwf *= square;
    this.#wwff *= square;
  }

  /** (Σw)² / Σw²: Kong (1992). NaN where no weight is positive. */
  get ess(): number {
    return this.#w * this.#w / this.#ww;
  }

  /** log of the mean weight, which is unbiased for the normalizer. */
  get logMeanWeight(): number {
    return this.most === -Infinity ? -Infinity : this.most + Math.log(this.#w / this.count);
  }

  /** Of logMeanWeight, by the delta method: √(Var w / n) / mean w. NaN for fewer than two draws. */
  get logMeanWeightError(): number {
    return this.count < 2 ? NaN : Math.sqrt(Math.max(0, this.count / this.ess - 1) / (this.count - 1));
  }

  /** Σwf / Σw. */
  get mean(): number {
    return this.origin + this.#wf / this.#w;
  }

  /** With 1 − Σ(w / Σw)² for the n − 1 of equal weights. */
  get variance(): number {
    const mean = this.#wf / this.#w;
    return Math.max(0, this.#wff / this.#w - mean * mean) / (1 - 1 / this.ess);
  }

  get sd(): number {
    return Math.sqrt(this.variance);
  }

  /** Of the mean, as a ratio of two: √Σ(w (f − mean))² / Σw. Owen (2013), "Monte Carlo theory", equation 9.9. */
  get mcseMean(): number {
    const mean = this.#wf / this.#w;
    return Math.sqrt(Math.max(0, this.#wwff - mean * (2 * this.#wwf - mean * this.#ww))) / this.#w;
  }
}
