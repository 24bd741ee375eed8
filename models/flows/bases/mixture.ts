/**
 * A mixture of K normal distributions with diagonal covariances, its weights, means and scales learned or given:
 * log p(z) = log Σ_k π_k Π_j N(z_j; μ_kj, σ_kj²), π = softmax(logits). A base of several modes spares a flow the tearing apart of one.
 */
import type { Arithmetic, Reals } from "../../../numerics/arithmetic/arithmetic.ts";
import type { Random } from "../../../numerics/random/random.ts";
import { logSumExp } from "../../../numerics/special/logarithms.ts";
import type { Base } from "../base.ts";
import type { Parameter } from "../layer.ts";
import { fixed, learned } from "../parameter.ts";

const FIRST_SPREAD = 1; // of the means

/** A mixture that is not learned: weights add up to 1; means and scales, a component after the other. */
export interface GivenMixture {
  readonly weights: readonly number[];
  readonly means: readonly number[];
  readonly scales: readonly number[];
}

export class MixtureBase implements Base {
  readonly kind = "mixture";
  readonly logits: Parameter;
  readonly means: Parameter;
  readonly logScales: Parameter;
  readonly #terms: Float64Array;
  /** Of each row, the probability of each component given z. */
  readonly #shares: Float64Array;

  constructor(
    readonly width: number,
    readonly components: number,
    arithmetic: Arithmetic,
    capacity: number,
    start: Random | GivenMixture,
  ) {
    const shape = [components, width];
    if ("weights" in start) {
      this.logits = fixed(arithmetic, "logits", [components], (k) => Math.log(start.weights[k]));
      this.means = fixed(arithmetic, "means", shape, (p) => start.means[p]);
      this.logScales = fixed(arithmetic, "logScales", shape, (p) => Math.log(start.scales[p]));
    } else {
      this.logits = learned(arithmetic, "logits", [components]);
      this.means = learned(arithmetic, "means", shape, () => FIRST_SPREAD * start.normal());
      this.logScales = learned(arithmetic, "logScales", shape);
    }
    this.#terms = new Float64Array(components);
    this.#shares = new Float64Array(capacity * components);
  }

  get parameters() {
    // Means and scales are no matrices whose size should be kept small.
    return [this.logits, { ...this.means, decays: false }, { ...this.logScales, decays: false }];
  }

  reload(): void {}

  logDensity(z: Reals, rows: number, _context: Reals | null, out: Float64Array): void {
    const total = logSumExp(this.logits.values);
    for (let r = 0; r < rows; r++) {
      const at = r * this.width;
      for (let k = 0; k < this.components; k++) {
        let term = this.logits.values[k] - total;
        for (let j = 0, p = k * this.width; j < this.width; j++, p++) {
          const logScale = this.logScales.values[p];
          const distance = (z[at + j] - this.means.values[p]) * Math.exp(-logScale);
          term -= 0.5 * distance * distance + logScale + 0.5 * Math.log(2 * Math.PI);
        }
        this.#terms[k] = term;
      }
      const log = logSumExp(this.#terms);
      out[r] += log;
      for (let k = 0; k < this.components; k++) this.#shares[r * this.components + k] = Math.exp(this.#terms[k] - log);
    }
  }

  back(z: Reals, rows: number, weight: Float64Array, dz: Reals): void {
    const total = logSumExp(this.logits.values);
    const dLogits = this.logits.gradient, dMeans = this.means.gradient, dLogScales = this.logScales.gradient;
    for (let r = 0; r < rows; r++) {
      const at = r * this.width;
      for (let k = 0; k < this.components; k++) {
        const share = this.#shares[r * this.components + k], pull = weight[r] * share;
        if (dLogits) dLogits[k] += weight[r] * (share - Math.exp(this.logits.values[k] - total));
        for (let j = 0, p = k * this.width; j < this.width; j++, p++) {
          const shrink = Math.exp(-this.logScales.values[p]);
          const distance = (z[at + j] - this.means.values[p]) * shrink;
          dz[at + j] -= pull * distance * shrink;
          if (dMeans) dMeans[p] += pull * distance * shrink;
          if (dLogScales) dLogScales[p] += pull * (distance * distance - 1);
        }
      }
    }
  }

  draw(random: Random, temperature: number, _context: Reals | null, out: Float64Array): void {
    const total = logSumExp(this.logits.values);
    let u = random.uniform(), k = 0;
    for (; k < this.components - 1; k++) {
      u -= Math.exp(this.logits.values[k] - total);
      if (u < 0) break;
    }
    for (let j = 0, p = k * this.width; j < this.width; j++, p++) {
      out[j] = this.means.values[p] + temperature * Math.exp(this.logScales.values[p]) * random.normal();
    }
  }
}
