/**
 * The eigenvalues of an irreducible chain, and the gaps below 1 that bound how fast it forgets its start.
 *
 * A reversible chain has those of the symmetric matrix √(P_ij P_ji) = √(π_i/π_j) P_ij, all real. Of any other, the singular
 * values of √(π_i/π_j) P_ij bound the distance from π in L²(π), step by step, however far from normal the matrix is:
 * ‖P^t f‖ ≤ σ₂^t ‖f‖ for f of mean 0.
 *
 * Levin & Peres (2017), "Markov Chains and Mixing Times", chapter 12; Fill (1991) for the singular values.
 */
import { eigenvalues } from "../../numerics/linear_algebra/eigenvalues.ts";
import { multiply } from "../../numerics/linear_algebra/multiply.ts";
import { symmetricEigenvalues } from "../../numerics/linear_algebra/symmetric_eigenvalues.ts";
import type { FiniteChain } from "./chain.ts";

export interface Spectrum {
  /** The largest modulus first: 1. Conjugate pairs stand together. */
  readonly real: Float64Array;
  readonly imaginary: Float64Array;
  /** 1 − λ₂, the second largest; only of a reversible chain. 1 for a chain of one state, as the other gaps are. */
  readonly spectralGap: number | null;
  /** 1 − the second largest modulus; 0 for a periodic chain. */
  readonly absoluteGap: number;
  /** 1 / absoluteGap, Infinity where that is 0: steps in which what is left of the start falls to 1/e, in the long run. */
  readonly relaxationTime: number;
  /** 1 − σ₂; 0 where one step may forget nothing. Null where π has entries beyond the range of a double. */
  readonly singularGap: number | null;
}

/** Null where an iteration does not converge. Gaps have an absolute error of about 10⁻¹⁶ times the number of states. */
export function spectrum(
  chain: FiniteChain,
  stationary: Float64Array,
  { period, reversible }: { readonly period: number; readonly reversible: boolean },
): Spectrum | null {
  const values = reversible ? reversibleEigenvalues(chain) : eigenvalues(chain.matrix.slice(), chain.size);
  if (!values) return null;
  const { size } = chain;
  const modulus = (i: number) => Math.hypot(values.real[i], values.imaginary[i]);
  const order = Array.from(values.real.keys()).sort((a, b) =>
    modulus(b) - modulus(a) || values.real[b] - values.real[a] || values.imaginary[b] - values.imaginary[a]
  );
  const one = order.reduce((best, i) => distanceFromOne(values, i) < distanceFromOne(values, best) ? i : best);
  const rest = order.filter((i) => i !== one);
  const absoluteGap = period > 1 ? 0 : clean(1 - (rest.length > 0 ? modulus(rest[0]) : 0), size);
  return {
    real: Float64Array.from([one, ...rest], (i) => values.real[i]),
    imaginary: Float64Array.from([one, ...rest], (i) => values.imaginary[i]),
    spectralGap: reversible
      ? clean(1 - Math.max(...rest.map((i) => values.real[i]), rest.length > 0 ? -1 : 0), size)
      : null,
    absoluteGap,
    relaxationTime: 1 / absoluteGap,
    singularGap: reversible ? absoluteGap : singularGap(chain, stationary),
  };
}

function reversibleEigenvalues({ size, matrix }: FiniteChain) {
  const symmetric = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      symmetric[i * size + j] = Math.sqrt(matrix[i * size + j]) * Math.sqrt(matrix[j * size + i]);
    }
  }
  const real = symmetricEigenvalues(symmetric, size);
  return real && { real, imaginary: new Float64Array(size) };
}

function distanceFromOne({ real, imaginary }: { real: Float64Array; imaginary: Float64Array }, i: number): number {
  return Math.hypot(real[i] - 1, imaginary[i]);
}

/** σ² are the eigenvalues of A Aᵀ, A_ij = √(π_i/π_j) P_ij. */
function singularGap({ size, matrix }: FiniteChain, stationary: Float64Array): number | null {
  const roots = stationary.map(Math.sqrt);
  if (roots.some((root) => root === 0)) return null;
  const a = new Float64Array(size * size), transposed = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      a[i * size + j] = transposed[j * size + i] = matrix[i * size + j] * (roots[i] / roots[j]);
    }
  }
  const product = new Float64Array(size * size);
  multiply(a, transposed, size, size, size, product);
  const squares = product.every(Number.isFinite) ? symmetricEigenvalues(product, size) : null;
  if (!squares) return null;
  const second = size > 1 ? Math.max(0, squares[size - 2]) : 0;
  return clean(1 - Math.sqrt(second), size);
}

/** A gap that is rounding is none. */
function clean(gap: number, size: number): number {
  return gap <= 4 * Number.EPSILON * size ? 0 : gap;
}
