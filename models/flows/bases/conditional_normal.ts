/**
 * Independent normals whose means and scales are learned, linear in the context: z_j ~ N(μ_j + Σ_c c · M_cj, exp(2 (λ_j + Σ_c c · L_cj))). Where
 * the flow is conditional on nothing, a diagonal normal distribution that is learned.
 */
import type { Arithmetic, Reals } from "../../../numerics/arithmetic/arithmetic.ts";
import type { Random } from "../../../numerics/random/random.ts";
import type { Base } from "../base.ts";
import { learned } from "../parameter.ts";

export class ConditionalNormalBase implements Base {
  readonly kind = "conditional-normal";
  readonly mean;
  readonly logScale;
  readonly contextMeans;
  readonly contextLogScales;
  /** Of the last rows, (z − mean) / scale and the context. */
  readonly #standard: Float64Array;
  #context: Reals | null = null;

  constructor(readonly width: number, readonly contextWidth: number, arithmetic: Arithmetic, capacity: number) {
    const shape = [contextWidth, width];
    this.mean = learned(arithmetic, "mean", [width]);
    this.logScale = learned(arithmetic, "logScale", [width]);
    this.contextMeans = learned(arithmetic, "contextMeans", shape);
    this.contextLogScales = learned(arithmetic, "contextLogScales", shape);
    this.#standard = new Float64Array(capacity * width);
  }

  get parameters() {
    const own = [this.mean, this.logScale];
    return this.contextWidth === 0 ? own : [...own, this.contextMeans, this.contextLogScales];
  }

  reload(): void {}

  logDensity(z: Reals, rows: number, context: Reals | null, out: Float64Array): void {
    this.#context = context;
    for (let r = 0, k = 0; r < rows; r++) {
      let sum = 0;
      for (let j = 0; j < this.width; j++, k++) {
        const logScale = this.#at(this.logScale.values, this.contextLogScales.values, context, r, j);
        const standard = (z[k] - this.#at(this.mean.values, this.contextMeans.values, context, r, j)) *
          Math.exp(-logScale);
        this.#standard[k] = standard;
        sum -= 0.5 * standard * standard + logScale + 0.5 * Math.log(2 * Math.PI);
      }
      out[r] += sum;
    }
  }

  back(_z: Reals, rows: number, weight: Float64Array, dz: Reals): void {
    const context = this.#context;
    for (let r = 0, k = 0; r < rows; r++) {
      for (let j = 0; j < this.width; j++, k++) {
        const standard = this.#standard[k];
        const logScale = this.#at(this.logScale.values, this.contextLogScales.values, context, r, j);
        const pull = weight[r] * standard * Math.exp(-logScale), stretch = weight[r] * (standard * standard - 1);
        dz[k] -= pull;
        this.mean.gradient[j] += pull;
        this.logScale.gradient[j] += stretch;
        for (let c = 0; context && c < this.contextWidth; c++) {
          const share = context[r * this.contextWidth + c];
          this.contextMeans.gradient[c * this.width + j] += share * pull;
          this.contextLogScales.gradient[c * this.width + j] += share * stretch;
        }
      }
    }
  }

  draw(random: Random, temperature: number, context: Reals | null, out: Float64Array): void {
    for (let j = 0; j < this.width; j++) {
      const logScale = this.#at(this.logScale.values, this.contextLogScales.values, context, 0, j);
      const mean = this.#at(this.mean.values, this.contextMeans.values, context, 0, j);
      out[j] = mean + temperature * Math.exp(logScale) * random.normal();
    }
  }

  #at(values: Reals, slopes: Reals, context: Reals | null, r: number, j: number): number {
    let sum = values[j];
    for (let c = 0; context && c < this.contextWidth; c++) {
      sum += context[r * this.contextWidth + c] * slopes[c * this.width + j];
    }
    return sum;
  }
}
