/**
 * The energy Bayesian fraction of missing information of one chain: Σ (E_t − E_{t−1})² / Σ (E_t − Ē)². Below about 0.3 the
 * momentum resampling explores the energies too slowly. Betancourt (2016), "Diagnosing suboptimal cotangent disintegrations".
 */
import { Moments } from "./moments.ts";

export class EnergyFraction {
  readonly #moments = new Moments();
  #steps = 0;
  #last = NaN;

  /** The next energies of the chain. */
  add(energies: Float64Array): this {
    let last = this.#last, steps = 0;
    for (let t = 0; t < energies.length; t++) {
      const step = energies[t] - last;
      if (this.#moments.count + t > 0) steps += step * step;
      last = energies[t];
    }
    this.#last = last;
    this.#steps += steps;
    this.#moments.addAll(energies);
    return this;
  }

  /** NaN for fewer than three draws, energies that are not finite, and constant ones. */
  get value(): number {
    const { count, squares } = this.#moments;
    return count >= 3 && squares > 0 ? this.#steps / squares : NaN;
  }
}
