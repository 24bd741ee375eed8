/**
 * The ladder of inverse temperatures 1 = β_0 > β_1 > … > β_K > 0 of parallel tempering: where they begin, which pairs swap in a round,
 * and how warmup moves them so that each pair has an equal part of the communication barrier.
 *
 * Syed, Bouchard-Côté, Deligiannidis & Doucet (2022), "Non-reversible parallel tempering".
 */
import { InputError } from "../../../numerics/errors.ts";
import type { Plan } from "../kernel.ts";

/** What is being learned of the ladder. */
export interface Ladder {
  /** Swap rounds since the temperatures last changed. */
  rounds: number;
  /** [replicas − 1]: Σ of rejection probabilities of each pair, and how often it was tried. */
  rejections: Float64Array;
  tries: Float64Array;
}

/** The part of the sampler's configuration that says where the temperatures are. */
export interface LadderOptions {
  readonly temperatures: number;
  readonly hottest?: number | undefined;
  readonly betas?: readonly number[] | undefined;
  readonly swapEvery: number;
}

/** [replicas]: where the inverse temperatures begin. Throws InputError at `betas.k`. */
export function initialBetas(options: LadderOptions, dim: number): Float64Array {
  return options.betas ? sortedBetas(options.betas) : geometricBetas(options, dim);
}

/** The rounds at whose end the ladder adapts; none where the user has given the betas. */
export function adaptationRounds({ betas, swapEvery }: LadderOptions, { warmup }: Plan): number[] {
  return betas ? [] : ladderRounds(Math.floor(warmup / swapEvery));
}

export function createLadder(replicas: number): Ladder {
  return { rounds: 0, rejections: new Float64Array(replicas - 1), tries: new Float64Array(replicas - 1) };
}

/**
 * One round of swaps: every other pair, from the first on in even rounds and from the second on in odd ones. `acceptance` gives the
 * probability of a swap of replicas k and k + 1, and `swap` makes it with that probability. Returns the mean over the pairs.
 */
export function swapRound(
  replicas: number,
  round: number,
  ladder: Ladder | null,
  acceptance: (k: number) => number,
  swap: (k: number, acceptance: number) => void,
): number {
  let sum = 0, pairs = 0;
  const first = replicas === 2 ? 0 : round % 2;
  for (let k = first; k + 1 < replicas; k += 2) {
    const probability = acceptance(k);
    sum += probability;
    pairs++;
    if (ladder) {
      ladder.rejections[k] += 1 - probability;
      ladder.tries[k]++;
    }
    swap(k, probability);
  }
  return sum / pairs;
}

/** Counts a round, and at the end of an adaptation moves the betas. Returns whether it did. */
export function adapt(ladder: Ladder, betas: Float64Array, round: number, ends: readonly number[]): boolean {
  ladder.rounds++;
  if (!ends.includes(round)) return false;
  equaliseBarrier(betas, ladder);
  ladder.rounds = 0;
  ladder.rejections.fill(0);
  ladder.tries.fill(0);
  return true;
}

const LEAST_ROUNDS = 20; // to estimate rejections from: each pair is tried in every other one
const LEAST_REJECTION = 0.01; // keeps two temperatures apart that have always swapped so far

function sortedBetas(betas: readonly number[]): Float64Array {
  const sorted = betas[0] === 1 ? [...betas] : betas.toReversed();
  const wrong = sorted.findIndex((beta, k) => k === 0 ? beta !== 1 : !(beta < sorted[k - 1]));
  if (wrong >= 0) {
    throw new InputError(
      `betas.${betas[0] === 1 ? wrong : betas.length - 1 - wrong}`,
      "betas must begin or end with 1, and fall, or rise, strictly.",
    );
  }
  return Float64Array.from(sorted);
}

/**
 * Temperatures in constant ratio. For a normal target of any scale the swaps between two temperatures depend on their ratio
 * and dim alone, and 1 + √(2/dim) has a half of them accepted (dim → ∞), or some more.
 */
function geometricBetas({ temperatures, hottest }: LadderOptions, dim: number): Float64Array {
  const highest = hottest ?? Math.min(1000, (1 + Math.sqrt(2 / dim)) ** (temperatures - 1));
  return Float64Array.from({ length: temperatures }, (_, k) => highest ** (-k / (temperatures - 1)));
}

/** The rounds at whose end the ladder adapts: a half, a quarter … of those in warmup, while there are enough between. */
function ladderRounds(rounds: number): number[] {
  const ends = [];
  for (let end = Math.floor(rounds / 2); end / 2 >= LEAST_ROUNDS; end = Math.floor(end / 2)) ends.unshift(end);
  return ends;
}

/** Moves the inner temperatures so that each pair has an equal part of the communication barrier. */
function equaliseBarrier(betas: Float64Array, { rejections, tries }: Ladder): void {
  const count = betas.length;
  const barrier = new Float64Array(count);
  for (let k = 0; k + 1 < count; k++) {
    barrier[k + 1] = barrier[k] + Math.max(LEAST_REJECTION, rejections[k] / Math.max(1, tries[k]));
  }
  const logBetas = betas.map(Math.log);
  for (let k = 1, j = 0; k + 1 < count; k++) {
    const level = barrier[count - 1] * k / (count - 1);
    while (barrier[j + 1] < level) j++;
    const part = (level - barrier[j]) / (barrier[j + 1] - barrier[j]);
    betas[k] = Math.exp(logBetas[j] + part * (logBetas[j + 1] - logBetas[j]));
  }
}
