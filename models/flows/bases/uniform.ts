/** Independent uniforms on (0, 1). Outside, the log density is −∞; a temperature means nothing to it. */
import { InputError } from "../../../numerics/errors.ts";
import type { Reals } from "../../../numerics/arithmetic/arithmetic.ts";
import type { Random } from "../../../numerics/random/random.ts";
import type { Base } from "../base.ts";

export class UniformBase implements Base {
  readonly kind = "uniform";
  readonly parameters = [];

  constructor(readonly width: number) {}

  reload(): void {}

  logDensity(z: Reals, rows: number, _context: Reals | null, out: Float64Array): void {
    for (let r = 0, k = 0; r < rows; r++) {
      let outside = false;
      for (let j = 0; j < this.width; j++, k++) outside ||= !(z[k] > 0 && z[k] < 1);
      if (outside) out[r] = -Infinity;
    }
  }

  back(): void {}

  draw(random: Random, temperature: number, _context: Reals | null, out: Float64Array): void {
    if (temperature !== 1) {
      throw new InputError("temperature", `a uniform base has no spread to scale: expected 1, found ${temperature}`);
    }
    for (let j = 0; j < this.width; j++) out[j] = random.uniform();
  }
}
