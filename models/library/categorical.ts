/**
 * Laws of one of K categories, numbered from 1: by probabilities, by logits, by ordered cutpoints. The outcome is data.
 *
 * Support: 1 … K; other numbers have probability 0. Probabilities are a simplex (its sum 1 within 1e-8), logits finite, cutpoints finite
 * and ascending. Stan Functions Reference, "Bounded discrete distributions"; McCullagh (1980) for ordered-logit.
 */
import { expit, log1mExp, logSumExp, softplus } from "../../numerics/special/logarithms.ts";
import { apply, type Argument, argument, type Value, type VectorOperation } from "../modules/tape/vector.ts";
import { expectCount, places } from "./density.ts";
import { simplexGap, vectors } from "./vectors.ts";
import { dataOnly, type Given, type Numbers, refuse, shapeOf, single, vectorLength } from "./numbers.ts";

/** y and the vector(s) that give its law: one for all y, or one each. */
function outcomes(name: string, what: string, given: readonly Given[]) {
  expectCount(name, ["y", what], given.length);
  const y = argument(`${name}: y`, given[0]), weights = argument(`${name}: ${what}`, given[1]);
  dataOnly(`${name}: y`, y);
  if (y.shape.length > 1) refuse(`${name}: y: expected a number or an array of numbers, found ${shapeOf(y)}`);
  const { count, length } = vectors(`${name}: ${what}`, weights);
  if (count !== null && count !== y.values.length) {
    refuse(
      `${name}: found ${y.values.length} outcomes y and ${count} arrays of ${what}. Give one array each, or one for all.`,
    );
  }
  const rows = count ?? 1;
  /** How often each category came, a row of weights. */
  const counts = new Float64Array(rows * length);
  let gap = 0;
  y.values.forEach((outcome, i) => {
    if (outcome !== outcome) gap = NaN;
    else if (isCategory(outcome, length)) counts[(count === null ? 0 : i * length) + outcome - 1]++;
    else if (gap === 0) gap = -Infinity;
  });
  return { weights, rows, length, counts, gap };
}

function isCategory(y: number, categories: number): boolean {
  return Number.isInteger(y) && y >= 1 && y <= categories;
}

function asLogMass(
  name: string,
  what: string,
  given: readonly Given[],
  law: (found: ReturnType<typeof outcomes>) => Omit<VectorOperation, "name" | "outputs">,
): Value {
  const found = outcomes(name, what, given);
  return single(apply({ name, outputs: 1, ...law(found) }, found.weights.traced ? [found.weights] : [], []));
}

/** P(y = k) = pₖ. */
export function categorical(y: Numbers, p: Numbers): number;
export function categorical(y: Given, p: Given): Value;
export function categorical(...given: readonly Given[]): Value {
  return asLogMass("categorical", "p", given, ({ weights, rows, length, counts, gap }) => ({
    forward(input, output) {
      const p = weights.traced ? input : weights.values;
      let sum = gap;
      for (let r = 0; r < rows; r++) if (simplexGap(p, r * length, length) !== 0) sum = NaN;
      for (let k = 0; k < counts.length; k++) if (counts[k] > 0) sum += counts[k] * Math.log(p[k]);
      output[0] = sum;
    },
    backward(input, output, outputAdjoint, inputAdjoint) {
      if (output[0] === -Infinity) return;
      for (let k = 0; k < counts.length; k++) {
        if (counts[k] > 0) inputAdjoint[k] += outputAdjoint[0] * counts[k] / input[k];
      }
    },
  }));
}

/** P(y = k) = exp(logitₖ) / Σ exp(logitⱼ). */
export function categoricalLogit(y: Numbers, logits: Numbers): number;
export function categoricalLogit(y: Given, logits: Given): Value;
export function categoricalLogit(...given: readonly Given[]): Value {
  return asLogMass("categoricalLogit", "logits", given, ({ weights, rows, length, counts, gap }) => {
    const totals = new Float64Array(rows);
    counts.forEach((count, k) => totals[Math.floor(k / length)] += count);
    const shared = new Float64Array(length);
    const logTotal = (logits: Float64Array, row: number): number => {
      for (let k = 0; k < length; k++) shared[k] = logits[row * length + k];
      return logSumExp(shared);
    };
    return {
      forward(input, output) {
        const logits = weights.traced ? input : weights.values;
        let sum = gap;
        for (let row = 0; row < rows; row++) {
          const log = logTotal(logits, row);
          for (let k = row * length; k < (row + 1) * length; k++) {
            if (!Number.isFinite(logits[k])) sum = NaN;
            if (counts[k] > 0) sum += counts[k] * (logits[k] - log);
          }
        }
        output[0] = sum;
      },
      backward(input, output, outputAdjoint, inputAdjoint) {
        if (output[0] === -Infinity) return;
        for (let row = 0; row < rows; row++) {
          const log = logTotal(input, row);
          for (let k = row * length; k < (row + 1) * length; k++) {
            inputAdjoint[k] += outputAdjoint[0] * (counts[k] - totals[row] * Math.exp(input[k] - log));
          }
        }
      },
    };
  });
}

/** log(expit(a) − expit(b)), a > b: both may be infinite. */
function logBetween(a: number, b: number): number {
  return log1mExp(b - a) - softplus(-a) - softplus(b);
}

/** Ordered logit: P(y = k) = expit(eta − c_{k−1}) − expit(eta − c_k), c_0 = −∞, c_K = ∞, for K − 1 cutpoints. */
export function orderedLogit(y: Numbers, eta: Numbers, cutpoints: Numbers): number;
export function orderedLogit(y: Given, eta: Given, cutpoints: Given): Value;
export function orderedLogit(...given: readonly Given[]): Value {
  const name = "orderedLogit", takes = ["y", "eta", "cutpoints"];
  expectCount(name, takes, given.length);
  const [y, eta, cutpoints] = takes.map((one, k) => argument(`${name}: ${one}`, given[k]));
  dataOnly(`${name}: y`, y);
  const count = lengths(name, y, eta), cuts = vectorLength(`${name}: cutpoints`, cutpoints);
  const [, pe, pc] = places([y, eta, cutpoints]);
  const yStep = y.shape.length > 0 ? 1 : 0;
  const isRight = (etas: Float64Array, c: Float64Array): boolean => {
    for (let k = 0; k < cuts; k++) {
      if (!Number.isFinite(c[pc.offset + k]) || (k > 0 && !(c[pc.offset + k] > c[pc.offset + k - 1]))) return false;
    }
    for (let i = 0; i < eta.values.length; i++) if (!Number.isFinite(etas[pe.offset + i])) return false;
    return true;
  };
  let gap = 0;
  for (const outcome of y.values) {
    if (outcome !== outcome) gap = NaN;
    else if (gap === 0 && !isCategory(outcome, cuts + 1)) gap = -Infinity;
  }
  const operation: VectorOperation = {
    name,
    outputs: 1,
    forward(input, output) {
      const etas = pe.data ?? input, c = pc.data ?? input;
      let sum = isRight(etas, c) ? gap : NaN;
      if (sum === 0) {
        for (let i = 0; i < count; i++) {
          const k = y.values[i * yStep], e = etas[pe.offset + i * pe.stride];
          if (cuts === 0) continue;
          if (k === 1) sum -= softplus(e - c[pc.offset]);
          else if (k > cuts) sum -= softplus(c[pc.offset + cuts - 1] - e);
          else sum += logBetween(e - c[pc.offset + k - 2], e - c[pc.offset + k - 1]);
        }
      }
      output[0] = sum;
    },
    backward(input, output, outputAdjoint, inputAdjoint) {
      if (output[0] === -Infinity) return;
      const etas = pe.data ?? input, c = pc.data ?? input, weight = outputAdjoint[0];
      for (let i = 0; i < count; i++) {
        const k = y.values[i * yStep], e = etas[pe.offset + i * pe.stride];
        // d/da and d/db, of a = eta − the cutpoint below, b = eta − the one above
        let below = 0, above = 0;
        if (k > 1) below = expit(c[pc.offset + k - 2] - e);
        if (k <= cuts) above = -expit(e - c[pc.offset + k - 1]);
        if (k > 1 && k <= cuts) {
          const between = 1 / Math.expm1(c[pc.offset + k - 1] - c[pc.offset + k - 2]);
          if (!pc.data) {
            inputAdjoint[pc.offset + k - 2] -= weight * between;
            inputAdjoint[pc.offset + k - 1] += weight * between;
          }
        }
        if (!pe.data) inputAdjoint[pe.offset + i * pe.stride] += weight * (below + above);
        if (pc.data) continue;
        if (k > 1) inputAdjoint[pc.offset + k - 2] -= weight * below;
        if (k <= cuts) inputAdjoint[pc.offset + k - 1] -= weight * above;
      }
    },
  };
  return single(apply(operation, [eta, cutpoints].filter(({ traced }) => traced), []));
}

function lengths(name: string, y: Argument, eta: Argument): number {
  for (const one of [y, eta]) {
    if (one.shape.length > 1) refuse(`${name}: expected numbers or arrays of numbers, found ${shapeOf(one)}`);
  }
  if (y.shape.length === 1 && eta.shape.length === 1 && y.shape[0] !== eta.shape[0]) {
    refuse(`${name}: y has ${shapeOf(y)} and eta ${shapeOf(eta)}. Give arrays of one shape, or a number.`);
  }
  return Math.max(y.values.length, eta.values.length);
}
