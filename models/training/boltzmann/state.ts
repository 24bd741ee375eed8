/** The state of a Boltzmann machine's training: plain data, and the checkpoint. */
import { noteScore, type Stopping } from "../early_stopping.ts";

export interface BoltzmannState extends Stopping<{ value: number; weights: Float64Array; bias: Float64Array }> {
  /** [units × units], symmetric with zero diagonal; the visible units come first. */
  weights: Float64Array;
  /** [units] */
  bias: Float64Array;
  /** Momentum's, in the shapes of the parameters. */
  weightsVelocity: Float64Array;
  biasVelocity: Float64Array;
  /** [particles × units]: the persistent chains; none with exact gradients. */
  particles: Int8Array;
}

/** W ← W + v, v ← momentum v + rate (gradient − decay W), in place; likewise b, which does not decay. */
export function ascend(
  state: BoltzmannState,
  gradient: { readonly weights: Float64Array; readonly bias: Float64Array },
  { rate, momentum, weightDecay }: { readonly rate: number; readonly momentum: number; readonly weightDecay: number },
): void {
  const { weights, bias, weightsVelocity, biasVelocity } = state;
  const units = bias.length;
  for (let i = 0; i < units; i++) {
    biasVelocity[i] = momentum * biasVelocity[i] + rate * gradient.bias[i];
    bias[i] += biasVelocity[i];
    for (let j = 0; j < i; j++) {
      const k = i * units + j;
      weightsVelocity[k] = momentum * weightsVelocity[k] + rate * (gradient.weights[k] - weightDecay * weights[k]);
      weights[k] += weightsVelocity[k];
      weights[j * units + i] = weights[k]; // the velocity is kept below the diagonal alone
    }
  }
}

const LARGEST = 1e9; // a weight beyond this has frozen the machine for good

/** Whether the parameters have left all bounds. They never come back: nothing more is learned, and nothing measured. */
export function hasDiverged({ weights, bias }: Pick<BoltzmannState, "weights" | "bias">): boolean {
  const isBounded = (value: number) => Math.abs(value) < LARGEST; // false of NaN
  return !bias.every(isBounded) || !weights.every(isBounded);
}

/** score: of the monitor that stops early, more is better; null where there is none at this record. */
export function noteRecord(state: BoltzmannState, score: number | null): void {
  state.diverged = hasDiverged(state);
  noteScore(state, score, (value) => ({ value, weights: state.weights.slice(), bias: state.bias.slice() }));
}
