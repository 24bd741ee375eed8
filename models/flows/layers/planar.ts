/**
 * A planar layer: x = z + û h(wᵀz + b), whose log-determinant is log|1 + ûᵀw h′(wᵀz + b)|; h is tanh or leaky ReLU.
 *
 * û = u + (m(wᵀu) − wᵀu) w / ‖w‖² with m(t) = −1 + softplus(t) keeps wᵀû above −1, so that the map can be inverted; at w = 0 it is u. The
 * inverse is numeric: a = wᵀz + b solves a + wᵀû h(a) = wᵀx + b on the bracket wᵀx + b ± |wᵀû| (tanh), by Newton's method that a bisection
 * safeguards: plain Newton runs away where the slope is nearly 0. Its way back is by implicit differentiation with the Jacobian I + h′ û wᵀ,
 * inverted by Sherman and Morrison's formula.
 *
 * Rezende & Mohamed (2015), "Variational inference with normalizing flows", equations 10 to 13 and appendix A.1.
 */
import { LEAK, type Reals } from "../../../numerics/arithmetic/arithmetic.ts";
import type { Random } from "../../../numerics/random/random.ts";
import { expit, softplus } from "../../../numerics/special/logarithms.ts";
import type { Cotangents, Layer, Rows, Workplace } from "../layer.ts";
import { learned } from "../parameter.ts";

export type PlanarActivation = "tanh" | "leaky-relu";

const FIRST_SPREAD = 0.1; // of u
/** The wᵀu at which wᵀû = 0: m(log(e − 1)) = 0. From u = 0 every layer would squeeze space by a third along its w. */
const STILL = Math.log(Math.expm1(1));
const MOST_STEPS = 400; // two of three may be Newton's; bisections alone halve the bracket to nothing in fewer than 100

/** h, h′ and h″ at a. */
export function value(activation: PlanarActivation, a: number): number {
  return activation === "tanh" ? Math.tanh(a) : a < 0 ? LEAK * a : a;
}
export function slope(activation: PlanarActivation, a: number): number {
  if (activation === "leaky-relu") return a < 0 ? LEAK : 1;
  const tanh = Math.tanh(a);
  return 1 - tanh * tanh;
}
function curvature(activation: PlanarActivation, a: number): number {
  if (activation === "leaky-relu") return 0;
  const tanh = Math.tanh(a);
  return -2 * tanh * (1 - tanh * tanh);
}

/** 1 + k h′(a) from 1 + k, as (1 − h′) + (1 + k) h′: nothing cancels where k is next to −1. */
function stretch(activation: PlanarActivation, onePlusK: number, a: number): number {
  const h1 = slope(activation, a);
  const rest = activation === "tanh" ? Math.tanh(a) ** 2 : 1 - h1;
  return rest + onePlusK * h1;
}

/** The a of a + k h(a) = target, for k > −1 as 1 + k: to the last bits, or where no double is nearer. */
export function solvePlanar(activation: PlanarActivation, onePlusK: number, target: number): number {
  // Leaky ReLU is linear on either side of its kink.
  if (activation === "leaky-relu") return target / stretch(activation, onePlusK, target);
  const k = onePlusK - 1, rounding = Number.EPSILON * (Math.abs(target) + Math.abs(k));
  let low = target - Math.abs(k), high = target + Math.abs(k); // |h| ≤ 1
  let a = target - k * Math.tanh(target);
  let step = high - low, stepBefore = step;
  for (let steps = 0; steps < MOST_STEPS; steps++) {
    const excess = a + k * Math.tanh(a) - target;
    if (Math.abs(excess) <= rounding) break;
    if (excess > 0) high = a;
    else low = a;
    const newton = -excess / stretch(activation, onePlusK, a), middle = low + 0.5 * (high - low);
    // Newton's step has to stay between, and to be less than half of the one before last: else steps could circle.
    const isSafe = a + newton > low && a + newton < high && Math.abs(newton) < 0.5 * stepBefore;
    const next = isSafe ? a + newton : middle;
    stepBefore = step;
    step = Math.abs(next - a);
    if (step === 0) break;
    a = next;
  }
  return a;
}

/** Moves u along w until wᵀu is `dot`. */
function setAlong(w: Reals, u: Reals, dot: number): void {
  let ww = 0, wu = 0;
  for (let j = 0; j < w.length; j++) {
    ww += w[j] * w[j];
    wu += w[j] * u[j];
  }
  for (let j = 0; j < w.length; j++) u[j] += (dot - wu) * w[j] / ww;
}

export class Planar implements Layer {
  readonly kind = "planar";
  readonly capacity: number;
  readonly w;
  readonly u;
  readonly b;
  readonly #uHat: Float64Array;
  readonly #dUHat: Float64Array;
  /** wᵀû, 1 + wᵀû, wᵀu, ‖w‖² */
  #wuHat = 0;
  #onePlusWuHat = 1;
  #wu = 0;
  #ww = 0;
  /** Of the last pass: wᵀz + b a row, and z a row. */
  readonly #a: Float64Array;
  readonly #z: Reals;

  constructor(readonly width: number, readonly activation: PlanarActivation, place: Workplace, random: Random) {
    const { arithmetic, capacity } = place;
    this.capacity = capacity;
    this.w = learned(arithmetic, "w", [width], () => random.normal() / Math.sqrt(width));
    this.u = learned(arithmetic, "u", [width], () => FIRST_SPREAD * random.normal());
    this.b = learned(arithmetic, "b", [1]);
    setAlong(this.w.values, this.u.values, STILL);
    this.#uHat = new Float64Array(width);
    this.#dUHat = new Float64Array(width);
    this.#a = new Float64Array(capacity);
    this.#z = arithmetic.reals(capacity * width);
    this.reload();
  }

  get parameters() {
    return [this.w, this.u, this.b];
  }

  /** û [width], wᵀû, and 1 + wᵀû without what rounding would take of it. */
  get constrained(): { uHat: Float64Array; wuHat: number; onePlusWuHat: number } {
    return { uHat: this.#uHat, wuHat: this.#wuHat, onePlusWuHat: this.#onePlusWuHat };
  }

  /** Numbers that it takes of an arithmetic. */
  static size(width: number, capacity: number): number {
    return (capacity + 4) * width + 2;
  }

  reload(): void {
    const w = this.w.values, u = this.u.values;
    let ww = 0, wu = 0;
    for (let j = 0; j < this.width; j++) {
      ww += w[j] * w[j];
      wu += w[j] * u[j];
    }
    this.#ww = ww;
    this.#wu = wu;
    const along = ww > 0 ? (softplus(wu) - 1 - wu) / ww : 0;
    for (let j = 0; j < this.width; j++) this.#uHat[j] = u[j] + along * w[j];
    this.#onePlusWuHat = ww > 0 ? softplus(wu) : 1;
    this.#wuHat = ww > 0 ? softplus(wu) - 1 : 0;
  }

  forward({ rows, x, logDet }: Rows, keep = false): void {
    const { width, activation } = this, w = this.w.values, b = this.b.values[0];
    for (let r = 0; r < rows; r++) {
      const at = r * width;
      let a = b;
      for (let j = 0; j < width; j++) a += w[j] * x[at + j];
      if (keep) this.#keep(r, a, x);
      const h = value(activation, a);
      for (let j = 0; j < width; j++) x[at + j] += this.#uHat[j] * h;
      logDet[r] += this.#logStretch(a);
    }
  }

  inverse({ rows, x, logDet }: Rows, keep = false): void {
    const { width, activation } = this, w = this.w.values, b = this.b.values[0];
    for (let r = 0; r < rows; r++) {
      const at = r * width;
      let target = b;
      for (let j = 0; j < width; j++) target += w[j] * x[at + j];
      const a = solvePlanar(activation, this.#onePlusWuHat, target);
      const h = value(activation, a);
      for (let j = 0; j < width; j++) x[at + j] -= this.#uHat[j] * h;
      if (keep) this.#keep(r, a, x);
      logDet[r] -= this.#logStretch(a);
    }
  }

  forwardBack(cotangents: Cotangents): void {
    this.#back(cotangents, 1);
  }

  /**
   * With F(z) the loss as a function of z = f⁻¹(x) and of −logDet_forward(z): the cotangent of x is λ = J⁻ᵀ (dz − c ∂logDet/∂z), and of the
   * parameters that of −λᵀ f(z) − c logDet at fixed z: the way back of forward with −λ and −c.
   */
  inverseBack({ rows, dx, dLogDet }: Cotangents): void {
    const { width, activation } = this, w = this.w.values;
    for (let r = 0; r < rows; r++) {
      const at = r * width, a = this.#a[r];
      const h1 = slope(activation, a), d = stretch(activation, this.#onePlusWuHat, a);
      const pull = dLogDet[r] * this.#wuHat * curvature(activation, a) / d;
      let uDot = 0;
      for (let j = 0; j < width; j++) {
        dx[at + j] -= pull * w[j];
        uDot += this.#uHat[j] * dx[at + j];
      }
      const along = h1 * uDot / d;
      for (let j = 0; j < width; j++) dx[at + j] -= along * w[j];
    }
    this.#back({ rows, dx, dLogDet }, -1);
  }

  /** log(1 + wᵀû h′(a)) */
  #logStretch(a: number): number {
    const change = this.#wuHat * slope(this.activation, a);
    return change > -0.5 ? Math.log1p(change) : Math.log(stretch(this.activation, this.#onePlusWuHat, a));
  }

  #keep(r: number, a: number, z: Reals): void {
    this.#a[r] = a;
    for (let k = r * this.width, end = k + this.width; k < end; k++) this.#z[k] = z[k];
  }

  /**
   * Adds the parameters' gradients of sign · (dxᵀ f(z) + dLogDet · logDet(z)) at z, a row after the other. With sign 1 dx becomes the
   * cotangent of z.
   */
  #back({ rows, dx, dLogDet }: Cotangents, sign: 1 | -1): void {
    const { width, activation } = this, w = this.w.values, u = this.u.values, wuHat = this.#wuHat;
    const dw = this.w.gradient, du = this.u.gradient;
    const dUHat = this.#dUHat.fill(0);
    let dWuHat = 0, db = 0; // of wᵀû, which as û depends on w and u alone
    for (let r = 0, at = 0; r < rows; r++, at += width) {
      const a = this.#a[r], h = value(activation, a), h1 = slope(activation, a), h2 = curvature(activation, a);
      const c = sign * dLogDet[r] / stretch(activation, this.#onePlusWuHat, a);
      let uDot = 0;
      for (let j = 0; j < width; j++) uDot += sign * dx[at + j] * this.#uHat[j];
      const da = uDot * h1 + c * wuHat * h2;
      for (let j = 0; j < width; j++) {
        dUHat[j] += sign * dx[at + j] * h;
        dw[j] += da * this.#z[at + j];
        if (sign === 1) dx[at + j] += da * w[j];
      }
      dWuHat += c * h1;
      db += da;
    }
    this.b.gradient[0] += db;
    if (this.#ww === 0) {
      for (let j = 0; j < width; j++) du[j] += dUHat[j];
      return;
    }
    // û = u + s w with s = (m(t) − t) / ‖w‖², t = wᵀu; wᵀû = m(t); m′ = σ.
    const ww = this.#ww, t = this.#wu, s = (softplus(t) - 1 - t) / ww, m1 = expit(t);
    let dS = 0;
    for (let j = 0; j < width; j++) dS += dUHat[j] * w[j];
    const dT = dS * (m1 - 1) / ww + dWuHat * m1;
    for (let j = 0; j < width; j++) {
      du[j] += dUHat[j] + dT * w[j];
      dw[j] += s * dUHat[j] + dT * u[j] - 2 * dS * s / ww * w[j];
    }
  }
}
