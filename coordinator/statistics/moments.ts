/**
 * Mean and variance of a stream, in one pass and mergeable. Merging rounds, so that what must be reproducible merges in the
 * order of chains and draws. Chan, Golub & LeVeque (1983).
 */
export class Moments {
  count = 0;
  mean = 0;
  /** Σ (x − mean)². */
  squares = 0;

  /** Adds values[from … to) as one part: their own mean first, then the squares about it. */
  addAll(values: Float64Array, from = 0, to = values.length): this {
    const count = to - from;
    if (count <= 0) return this;
    let sum = 0;
    for (let i = from; i < to; i++) sum += values[i];
    const mean = sum / count;
    let squares = 0, rest = 0;
    for (let i = from; i < to; i++) {
      const deviation = values[i] - mean;
      rest += deviation;
      squares += deviation * deviation;
    }
    // What rounding left of Σ (x − mean) corrects both.
    return this.#join(count, mean + rest / count, squares - rest * rest / count);
  }

  merge(other: Moments): this {
    return this.#join(other.count, other.mean, other.squares);
  }

  #join(count: number, mean: number, squares: number): this {
    if (count === 0) return this;
    const total = this.count + count;
    const delta = mean - this.mean;
    this.squares += squares + delta * delta * (this.count * count / total);
    this.mean = this.count === 0 ? mean : this.mean + delta * (count / total);
    this.count = total;
    return this;
  }

  /** With n − 1; NaN for fewer than two values. */
  get variance(): number {
    return this.count < 2 ? NaN : this.squares / (this.count - 1);
  }

  get sd(): number {
    return Math.sqrt(this.variance);
  }
}
