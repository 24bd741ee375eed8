/** Independent standard normals. */
import type { Arithmetic, Reals } from "../../../numerics/arithmetic/arithmetic.ts";
import type { Random } from "../../../numerics/random/random.ts";
import type { Base } from "../base.ts";

export class NormalBase implements Base {
  readonly kind = "normal";
  readonly parameters = [];
  readonly #arithmetic: Arithmetic;

  constructor(readonly width: number, arithmetic: Arithmetic) {
    this.#arithmetic = arithmetic;
  }

  reload(): void {}

  logDensity(z: Reals, rows: number, _context: Reals | null, out: Float64Array): void {
    this.#arithmetic.rowDots(z, z, rows, this.width, out, { alpha: -0.5, beta: 1 });
    const constant = 0.5 * this.width * Math.log(2 * Math.PI);
    for (let r = 0; r < rows; r++) out[r] -= constant;
  }

  back(z: Reals, rows: number, weight: Float64Array, dz: Reals): void {
    for (let r = 0, k = 0; r < rows; r++) {
      for (let j = 0; j < this.width; j++, k++) dz[k] -= weight[r] * z[k];
    }
  }

  draw(random: Random, temperature: number, _context: Reals | null, out: Float64Array): void {
    for (let j = 0; j < this.width; j++) out[j] = temperature * random.normal();
  }
}
