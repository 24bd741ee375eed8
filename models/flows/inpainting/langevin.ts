/**
 * Draws of what is hidden given what is observed: the Metropolis-adjusted Langevin algorithm on p(x_H | x_O) ∝ p(x_O, x_H), whose law that
 * is exactly. u' = u + ½ σ² ∇ log π(u) + σ ε is accepted with probability min(1, π(u') q(u | u') / (π(u) q(u' | u))).
 *
 * Where data lie in an interval, the law is that of x_H in it, and u = logit((x − low) / (high − low)), with its Jacobian in π; else u = x. In
 * warmup log σ of each row moves by (acceptance − 0.574) / i^0.6; then it is frozen.
 *
 * Roberts & Tweedie (1996); optimal acceptance 0.574: Roberts & Rosenthal (1998).
 */
import { Purpose, Random } from "../../../numerics/random/random.ts";
import { expit, logit, softplus } from "../../../numerics/special/logarithms.ts";
import type { Batch } from "../flow.ts";
import type { Hidden, Interval, Scored } from "./hidden.ts";

const TARGET_ACCEPTANCE = 0.574;
const EDGE = 1e-3; // a start nearer to an end of the interval, as a part of it, is moved there: at the end u is infinite

export interface Langevin {
  readonly warmup: number;
  /** Steps after warmup; `take` is told of each. */
  readonly draws: number;
  readonly interval?: Interval;
  /** Noise is a function of (seed, row, step). */
  readonly seed: number;
  /** The first σ; a hundredth where absent. */
  readonly scale?: number;
  /** The rows after a draw, from 0; they are those of the sampler, to be copied if kept. */
  readonly take: (draw: number, x: Batch) => void;
}

export interface LangevinOutcome {
  /** Each row's part of accepted draws, and its σ. */
  readonly acceptRate: Float64Array;
  readonly scale: Float64Array;
  /** Proposals that were rejected because a density or a gradient was not finite. */
  readonly nonFinite: number;
}

/** Throws RangeError where the density of a start is not finite. */
export function langevin(flow: Scored, hidden: Hidden, options: Langevin): LangevinOutcome {
  const { warmup, draws, seed, take, interval, scale = 0.01 } = options, { rows } = hidden.x, m = hidden.columns.length;
  const now = new Place(flow, hidden, interval), proposal = new Place(flow, hidden, interval);
  now.start();
  now.logs.forEach((log, r) => {
    if (!(Number.isFinite(log) && now.isFinite(r))) {
      throw new RangeError(`the density is not finite where row ${r} starts`);
    }
  });
  const scales = new Float64Array(rows).fill(scale), accepted = new Float64Array(rows);
  const random = new Random(seed);
  let nonFinite = 0;
  for (let step = 1; step <= warmup + draws; step++) {
    for (let r = 0; r < rows; r++) {
      random.at(r, step, Purpose.step);
      for (let k = r * m; k < (r + 1) * m; k++) proposal.u[k] = now.mean(k, scales[r]) + scales[r] * random.normal();
    }
    proposal.score();
    for (let r = 0; r < rows; r++) {
      const isFinite = Number.isFinite(proposal.logs[r]) && proposal.isFinite(r);
      if (!isFinite) nonFinite++;
      const ratio = isFinite ? proposal.logs[r] - now.logs[r] + pathRatio(now, proposal, r, m, scales[r]) : -Infinity;
      // A uniform of its own purpose: how many numbers the normals took is not fixed.
      const isAccepted = Math.log(random.at(r, step, Purpose.proposal).uniform()) < ratio;
      if (isAccepted) now.become(proposal, r);
      if (step > warmup) accepted[r] += isAccepted ? 1 : 0;
      else scales[r] *= Math.exp((Math.min(1, Math.exp(ratio)) - TARGET_ACCEPTANCE) / step ** 0.6);
    }
    if (step > warmup) take(step - warmup - 1, now.x);
  }
  return { acceptRate: accepted.map((count) => count / draws), scale: scales, nonFinite };
}

/** log q(u | u') − log q(u' | u) of a row. */
function pathRatio(now: Place, proposal: Place, r: number, m: number, scale: number): number {
  let sum = 0;
  for (let k = r * m; k < (r + 1) * m; k++) {
    const back = now.u[k] - proposal.mean(k, scale), there = proposal.u[k] - now.mean(k, scale);
    sum += there * there - back * back;
  }
  return sum / (2 * scale * scale);
}

/** A state of every row: u of its hidden columns, log π and its gradient in u. */
class Place {
  /** [rows × m], m hidden columns. */
  readonly u: Float64Array;
  readonly x: { readonly rows: number; readonly values: Float64Array };
  readonly logs: Float64Array;
  readonly #slopes: Float64Array;
  readonly #gradient: Float64Array;

  constructor(readonly flow: Scored, readonly hidden: Hidden, readonly interval: Interval | undefined) {
    const { rows, values } = hidden.x;
    this.u = new Float64Array(rows * hidden.columns.length);
    this.x = { rows, values: Float64Array.from(values) };
    this.logs = new Float64Array(rows);
    this.#slopes = new Float64Array(this.u.length);
    this.#gradient = new Float64Array(values.length);
  }

  start(): void {
    this.#each((k, at) => {
      const x = this.x.values[at];
      if (!this.interval) return void (this.u[k] = x);
      const part = (x - this.interval.low) / (this.interval.high - this.interval.low);
      this.u[k] = logit(Math.min(1 - EDGE, Math.max(EDGE, part)));
    });
    this.score();
  }

  /** From u: x, log π and its gradient. */
  score(): void {
    const { interval, u, x } = this;
    this.#each((k, at) => {
      x.values[at] = interval ? interval.low + (interval.high - interval.low) * expit(u[k]) : u[k];
    });
    this.logs.set(this.flow.logDensityAndGradient(x, this.#gradient, this.hidden.context));
    this.#each((k, at, r) => {
      this.#slopes[k] = this.#gradient[at];
      if (!interval) return;
      // dx/du = (high − low) p (1 − p), p = σ(u), and log of it has the slope 1 − 2p.
      const p = expit(u[k]), width = interval.high - interval.low;
      this.#slopes[k] = this.#gradient[at] * width * p * (1 - p) + 1 - 2 * p;
      this.logs[r] += Math.log(width) - softplus(u[k]) - softplus(-u[k]);
    });
  }

  /** Where a proposal from here is centred. */
  mean(k: number, scale: number): number {
    return this.u[k] + 0.5 * scale * scale * this.#slopes[k];
  }

  isFinite(r: number): boolean {
    const m = this.hidden.columns.length;
    for (let k = r * m; k < (r + 1) * m; k++) if (!Number.isFinite(this.#slopes[k])) return false;
    return true;
  }

  /** A row becomes that of another. */
  become(other: Place, r: number): void {
    const m = this.hidden.columns.length;
    this.u.set(other.u.subarray(r * m, (r + 1) * m), r * m);
    this.#slopes.set(other.#slopes.subarray(r * m, (r + 1) * m), r * m);
    for (const column of this.hidden.columns) {
      const at = r * this.flow.dim + column;
      this.x.values[at] = other.x.values[at];
    }
    this.logs[r] = other.logs[r];
  }

  #each(visit: (k: number, at: number, row: number) => void): void {
    const { columns, x: { rows } } = this.hidden;
    for (let r = 0, k = 0; r < rows; r++) {
      for (const column of columns) visit(k++, r * this.flow.dim + column, r);
    }
  }
}
