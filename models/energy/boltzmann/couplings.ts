/**
 * The weights and biases of a network of ±1 units, E(y) = −½ yᵀWy − bᵀy, W symmetric with zero diagonal: a list of neighbours for
 * each unit, so that a lattice costs what its edges cost and a dense matrix what its entries do.
 */
import { InputError } from "../../../numerics/errors.ts";

/** Rows in compressed form: the neighbours of unit i are at starts[i] … starts[i + 1] − 1, in rising order. */
export interface Couplings {
  readonly units: number;
  /** [units + 1] */
  readonly starts: Int32Array;
  /** [starts[units]]: no unit is its own neighbour, and each edge is there twice. */
  readonly neighbours: Int32Array;
  /** [starts[units]]; not 0 */
  readonly weights: Float64Array;
  /** [units] */
  readonly bias: Float64Array;
}

/** States as they come: a row of States, or a target's coordinates. */
type Spins = Int8Array | Float32Array | Float64Array;

/** z_i = Σ_j W_ij y_j + b_i, of the state that begins at `offset`. */
export function fieldOf({ starts, neighbours, weights, bias }: Couplings, i: number, y: Spins, offset = 0): number {
  let sum = bias[i];
  for (let k = starts[i]; k < starts[i + 1]; k++) sum += weights[k] * y[offset + neighbours[k]];
  return sum;
}

/** E(y) = −½ Σ_i y_i (z_i + b_i), of the state that begins at `offset`. */
export function energyOf(couplings: Couplings, y: Spins, offset = 0): number {
  const { units, bias } = couplings;
  let sum = 0;
  for (let i = 0; i < units; i++) sum += y[offset + i] * (fieldOf(couplings, i, y, offset) + bias[i]);
  return -0.5 * sum;
}

/**
 * The largest error that rounding can make in each field, by the bound for a sum of products in any order: a field that is no
 * larger may be zero.
 */
export function fieldTolerances({ units, starts, weights, bias }: Couplings): Float64Array {
  return Float64Array.from({ length: units }, (_, i) => {
    let sum = Math.abs(bias[i]);
    for (let k = starts[i]; k < starts[i + 1]; k++) sum += Math.abs(weights[k]);
    return (starts[i + 1] - starts[i] + 2) * Number.EPSILON * sum;
  });
}

/** From a matrix [units × units], row-major. Throws InputError at `weights.i.j` or `bias.i`. */
export function fromMatrix(matrix: Float64Array, bias: Float64Array): Couplings {
  const units = bias.length;
  const starts = new Int32Array(units + 1), neighbours: number[] = [], weights: number[] = [];
  for (let i = 0; i < units; i++) {
    for (let j = 0; j < units; j++) {
      const weight = matrix[i * units + j], mirrored = matrix[j * units + i];
      if (!Number.isFinite(weight) || weight !== mirrored) {
        throw new InputError(
          `weights.${i}.${j}`,
          `weights must be finite and symmetric: found ${weight} here and ${mirrored} at weights.${j}.${i}`,
        );
      }
      if (weight === 0) continue;
      if (i === j) {
        throw new InputError(
          `weights.${i}.${i}`,
          `a unit has no weight to itself: expected 0 on the diagonal, found ${weight}`,
        );
      }
      neighbours.push(j);
      weights.push(weight);
    }
    starts[i + 1] = neighbours.length;
  }
  return checked({
    units,
    starts,
    neighbours: Int32Array.from(neighbours),
    weights: Float64Array.from(weights),
    bias,
  });
}

/** An edge between two units, numbered from 1 as the reported spins are, and its weight. */
export type Edge = readonly [one: number, other: number, weight: number];

/** From a list of edges, each given once. Throws InputError at `edges.k` or `bias.i`. */
export function fromEdges(edges: readonly Edge[], bias: Float64Array): Couplings {
  const units = bias.length;
  const rows: { neighbour: number; weight: number; edge: number }[][] = Array.from({ length: units }, () => []);
  edges.forEach(([one, other, weight], edge) => {
    for (const unit of [one, other]) {
      if (!(Number.isInteger(unit) && unit >= 1 && unit <= units)) {
        throw new InputError(`edges.${edge}`, `units are numbered from 1 to ${units}, found ${unit}`);
      }
    }
    if (one === other) {
      throw new InputError(`edges.${edge}`, `a unit has no weight to itself; this edge is from ${one} to ${other}`);
    }
    if (!Number.isFinite(weight)) throw new InputError(`edges.${edge}`, `a weight must be finite, found ${weight}`);
    rows[one - 1].push({ neighbour: other - 1, weight, edge });
    rows[other - 1].push({ neighbour: one - 1, weight, edge });
  });
  const starts = new Int32Array(units + 1);
  rows.forEach((row, i) => {
    row.sort((a, b) => a.neighbour - b.neighbour);
    const twice = row.findIndex(({ neighbour }, k) => k > 0 && row[k - 1].neighbour === neighbour);
    if (twice > 0) {
      const { neighbour, edge } = row[twice];
      throw new InputError(`edges.${edge}`, `the edge between ${i + 1} and ${neighbour + 1} is given twice`);
    }
    starts[i + 1] = starts[i] + row.length;
  });
  return checked({
    units,
    starts,
    neighbours: Int32Array.from(rows.flat(), ({ neighbour }) => neighbour),
    weights: Float64Array.from(rows.flat(), ({ weight }) => weight),
    bias,
  });
}

const LARGEST = 2 ** 900; // what is added up and multiplied by a temperature must stay finite

function checked(couplings: Couplings): Couplings {
  const { units, starts, weights, bias } = couplings;
  for (let i = 0; i < units; i++) {
    if (!Number.isFinite(bias[i])) throw new InputError(`bias.${i}`, `expected a finite number, found ${bias[i]}`);
    let sum = Math.abs(bias[i]);
    for (let k = starts[i]; k < starts[i + 1]; k++) sum += Math.abs(weights[k]);
    if (sum >= LARGEST) {
      throw new InputError("", `the weights and the bias of unit ${i + 1} add up to ${sum}, which is too large`);
    }
  }
  return couplings;
}

/** The matrix [units × units], row-major. */
export function toMatrix({ units, starts, neighbours, weights }: Couplings): Float64Array {
  const matrix = new Float64Array(units * units);
  for (let i = 0; i < units; i++) {
    for (let k = starts[i]; k < starts[i + 1]; k++) matrix[i * units + neighbours[k]] = weights[k];
  }
  return matrix;
}
