/**
 * The base of a flow at temperature T: the same law with its spread scaled by T about its own place. Samples of the flow then keep nearer
 * to where it is dense (T < 1) or stray farther (T > 1), and have a density of their own, which is what a tempered target reports.
 *
 * Kingma & Dhariwal (2018), section 6, "reduced-temperature model", who scale the base as well.
 */
import type { Reals } from "../../../numerics/arithmetic/arithmetic.ts";
import { InputError } from "../../../numerics/errors.ts";
import type { Random } from "../../../numerics/random/random.ts";
import type { Base } from "../base.ts";
import type { Network } from "../definition.ts";
import type { Workplace } from "../layer.ts";
import { ConditionalNormalBase } from "./conditional_normal.ts";
import { MixtureBase } from "./mixture.ts";

/** The network over its tempered base; what the network learned of its scales is changed in place. Throws InputError (path `temperature`). */
export function temper(network: Network, temperature: number, place: Workplace): Network {
  const { base } = network;
  if (temperature === 1) return network;
  if (base instanceof MixtureBase || base instanceof ConditionalNormalBase) {
    const { values } = base instanceof MixtureBase ? base.logScales : base.logScale;
    for (let k = 0; k < values.length; k++) values[k] += Math.log(temperature);
    base.reload();
    return network;
  }
  return { layers: network.layers, base: new TemperedBase(base, temperature, place) };
}

/** Numbers that it takes of an arithmetic. */
export function temperedSize(width: number, capacity: number): number {
  return capacity * width + 16;
}

/** A law without parameters about 0: p_T(z) = p(z / T) / T^width. */
class TemperedBase implements Base {
  readonly kind = "tempered";
  readonly width: number;
  readonly parameters = [];
  /** z / T */
  readonly #scaled: Reals;

  constructor(readonly inner: Base, readonly temperature: number, { arithmetic, capacity }: Workplace) {
    if (inner.kind !== "normal" && inner.kind !== "logistic") {
      throw new InputError(
        "temperature",
        `a flow whose base is ${inner.kind} has no spread to scale: expected 1, found ${temperature}`,
      );
    }
    this.width = inner.width;
    this.#scaled = arithmetic.reals(capacity * inner.width);
  }

  reload(): void {
    this.inner.reload();
  }

  logDensity(z: Reals, rows: number, context: Reals | null, out: Float64Array, keep?: boolean): void {
    this.#scale(z, rows);
    this.inner.logDensity(this.#scaled, rows, context, out, keep);
    for (let r = 0; r < rows; r++) out[r] -= this.width * Math.log(this.temperature);
  }

  back(z: Reals, rows: number, weight: Float64Array, dz: Reals): void {
    this.#scale(z, rows);
    const ofScaled = weight.map((value) => value / this.temperature);
    this.inner.back(this.#scaled, rows, ofScaled, dz);
  }

  draw(random: Random, temperature: number, context: Reals | null, out: Float64Array): void {
    this.inner.draw(random, temperature * this.temperature, context, out);
  }

  #scale(z: Reals, rows: number): void {
    const count = rows * this.width;
    for (let k = 0; k < count; k++) this.#scaled[k] = z[k] / this.temperature;
  }
}
