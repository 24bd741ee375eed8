/** Independent standard logistic laws, p(z) = σ(z) σ(−z), as NICE has them (Dinh, Krueger & Bengio 2015, section 3.4). */
import type { Reals } from "../../../numerics/arithmetic/arithmetic.ts";
import type { Random } from "../../../numerics/random/random.ts";
import { logistic } from "../noise.ts";
import type { Base } from "../base.ts";

export class LogisticBase implements Base {
  readonly kind = "logistic";
  readonly parameters = [];

  constructor(readonly width: number) {}

  reload(): void {}

  logDensity(z: Reals, rows: number, _context: Reals | null, out: Float64Array): void {
    for (let r = 0, k = 0; r < rows; r++) {
      let sum = 0;
      for (let j = 0; j < this.width; j++, k++) {
        const size = Math.abs(z[k]);
        sum -= size + 2 * Math.log1p(Math.exp(-size));
      }
      out[r] += sum;
    }
  }

  back(z: Reals, rows: number, weight: Float64Array, dz: Reals): void {
    for (let r = 0, k = 0; r < rows; r++) {
      for (let j = 0; j < this.width; j++, k++) dz[k] -= weight[r] * Math.tanh(0.5 * z[k]);
    }
  }

  draw(random: Random, temperature: number, _context: Reals | null, out: Float64Array): void {
    for (let j = 0; j < this.width; j++) out[j] = temperature * logistic(random);
  }
}
