/**
 * Single-site Gibbs sweeps of Boltzmann machines with ±1 units, E(s) = −½ sᵀWs − bᵀs, of many rows at once.
 *
 * A visit draws unit i from its conditional under p(s) ∝ e^(−βE): p(s_i = +1) = σ(2βz_i), z_i = b_i + Σ_j W_ij s_j. A sweep
 * visits every free unit in turn (systematic: keeps the law, not reversible), or as many free units, each chosen at random
 * (random: reversible). The law of one visit is that of `againstField`; a random visit's unit has a probability within 2⁻³²
 * of an equal one, and as it does not depend on the state, the law kept is the same.
 *
 * A unit's field is kept between visits, and between calls, and changes only when a unit flips; `ExactWeights` says why this
 * cannot change a bit. Random numbers of row r: the words of `Random.at(stream + r, step, purpose)` in turn, one a visit, or
 * the unit and then the word.
 */
import type { RowsKey } from "../random/rows_key.ts";
import { SingleSiteTwin } from "./single_site_twin.ts";

export type SingleSiteScan = "systematic" | "random";

export class SingleSite {
  readonly units: number;
  readonly #twin: SingleSiteTwin;

  /** weights [n × n], symmetric, its diagonal zero; bias [n]. Throws InputError at `weights.i.j` or `bias.i`. */
  constructor(weights: Float64Array | Float32Array, bias: Float64Array | Float32Array) {
    this.units = bias.length;
    this.#twin = new SingleSiteTwin(weights, bias);
  }

  /**
   * Sweeps every row of states [rows × n] in place, at inverse temperature betas[row]: `sweeps` times, at steps key.step,
   * key.step + 1 … Units with clamped[i] ≠ 0 keep their values.
   */
  sweep(
    states: Int8Array,
    rows: number,
    betas: Float64Array,
    scan: SingleSiteScan,
    clamped: Uint8Array | null,
    key: RowsKey,
    sweeps = 1,
  ): void {
    this.#twin.sweep(states, rows, betas, scan, clamped, key, sweeps);
  }

  /** Writes E of every row into out [rows]. */
  energies(states: Int8Array, rows: number, out: Float64Array): void {
    this.#twin.energies(states, rows, out);
  }
}
