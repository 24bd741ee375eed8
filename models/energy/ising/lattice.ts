/** A periodic square lattice: who is next to whom, and what its energy is made of. */
import { type Couplings, type Edge, fromEdges } from "../boltzmann/couplings.ts";

export interface Sides {
  readonly rows: number;
  readonly columns: number;
}

/** The site above, and so on; sites are numbered row by row, from 0. */
export const aboveOf = ({ rows, columns }: Sides, i: number) => i < columns ? i + (rows - 1) * columns : i - columns;
export const belowOf = ({ rows, columns }: Sides, i: number) =>
  i >= (rows - 1) * columns ? i - (rows - 1) * columns : i + columns;
export const leftOf = ({ columns }: Sides, i: number) => i % columns === 0 ? i + columns - 1 : i - 1;
export const rightOf = ({ columns }: Sides, i: number) => (i + 1) % columns === 0 ? i + 1 - columns : i + 1;

/** Integers, exact whatever the order. */
export interface Moments {
  /** Σ s s' over the bonds, two a site. */
  readonly bonds: number;
  /** Σ s */
  readonly sum: number;
}

/** Of the lattice that begins at `offset`. */
export function momentsOf(
  { rows, columns }: Sides,
  spins: Int8Array | Float32Array | Float64Array,
  offset: number,
): Moments {
  let bonds = 0, sum = 0;
  const last = offset + (rows - 1) * columns;
  for (let row = offset; row <= last; row += columns) {
    const below = row === last ? offset : row + columns;
    let left = spins[row + columns - 1];
    for (let c = 0; c < columns; c++) {
      const spin = spins[row + c];
      sum += spin;
      bonds += spin * (left + spins[below + c]);
      left = spin;
    }
  }
  return { bonds, sum };
}

/** The same lattice as a network with lists of neighbours: βJ a bond, βh a site. */
export function latticeCouplings(
  sides: Sides & { readonly coupling: number; readonly field: number; readonly beta: number },
): Couplings {
  const { rows, columns, coupling, field, beta } = sides;
  const edges: Edge[] = [];
  for (let i = 0; i < rows * columns; i++) {
    // Along a side of two sites the bond to the right of either is the same pair: one edge of twice the weight.
    const along = columns === 2 ? 2 : 1, down = rows === 2 ? 2 : 1;
    if (columns > 2 || i % columns === 0) edges.push([i + 1, rightOf(sides, i) + 1, along * beta * coupling]);
    if (rows > 2 || i < columns) edges.push([i + 1, belowOf(sides, i) + 1, down * beta * coupling]);
  }
  return fromEdges(edges, new Float64Array(rows * columns).fill(beta * field));
}
