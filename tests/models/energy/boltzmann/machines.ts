/** Small machines, and the statistics that tell their law from a wrong one. */
import { Purpose, Random } from "../../../../numerics/random/random.ts";
import { incompleteGammaComplement } from "../../../../numerics/special/incomplete_gamma.ts";
import { type Couplings, fromEdges, fromMatrix } from "../../../../models/energy/boltzmann/couplings.ts";

/** A dense machine with normal weights of standard deviation `scale` and normal biases of half of it. */
export function denseMachine(units: number, scale: number, seed: number): Couplings {
  const random = new Random(seed).at(0, 0, Purpose.test);
  const weights = new Float64Array(units * units);
  for (let i = 0; i < units; i++) {
    for (let j = 0; j < i; j++) weights[i * units + j] = weights[j * units + i] = scale * random.normal();
  }
  return fromMatrix(weights, Float64Array.from({ length: units }, () => 0.5 * scale * random.normal()));
}

/** An open lattice with normal weights: two colours. */
export function latticeMachine(height: number, width: number, scale: number, seed: number): Couplings {
  const random = new Random(seed).at(0, 0, Purpose.test);
  const edges: [number, number, number][] = [];
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const unit = row * width + column + 1;
      if (column + 1 < width) edges.push([unit, unit + 1, scale * random.normal()]);
      if (row + 1 < height) edges.push([unit, unit + width, scale * random.normal()]);
    }
  }
  return fromEdges(edges, Float64Array.from({ length: height * width }, () => 0.5 * scale * random.normal()));
}

/** Plain sums over the matrix: the twin of what walks along lists. */
export function plainEnergy(matrix: Float64Array, bias: Float64Array, y: ArrayLike<number>): number {
  const units = bias.length;
  let energy = 0;
  for (let i = 0; i < units; i++) {
    energy -= bias[i] * y[i];
    for (let j = 0; j < i; j++) energy -= matrix[i * units + j] * y[i] * y[j];
  }
  return energy;
}

/** The p-value of Pearson's chi-square test that counts come from the law, states expected less than 5 times put together. */
export function chiSquarePValue(counts: Float64Array, law: Float64Array): number {
  const draws = counts.reduce((a, b) => a + b, 0);
  let statistic = 0, cells = 0, restCount = 0, restExpected = 0;
  const add = (count: number, expected: number) => {
    statistic += (count - expected) ** 2 / expected;
    cells++;
  };
  law.forEach((probability, s) => {
    const expected = draws * probability;
    if (expected >= 5) return add(counts[s], expected);
    restCount += counts[s];
    restExpected += expected;
  });
  if (restExpected > 0) add(restCount, restExpected);
  return cells < 2 ? 1 : incompleteGammaComplement((cells - 1) / 2, statistic / 2);
}
