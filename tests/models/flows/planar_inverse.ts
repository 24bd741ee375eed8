/**
 * Stress for the numeric inverse of planar layers: parameters of every size, kinks and plateaus hit squarely, k = wᵀû next to −1 among
 * them. A solver passes where no residual of α + k h(α + b) = wᵀx is above 1e-10; for leaky ReLU, whose α grows as 1 / (1 + k), where
 * none is above that part of 1 + |α|.
 */
import { Purpose, Random } from "../../../numerics/random/random.ts";
import { softplus } from "../../../numerics/special/logarithms.ts";
import { type PlanarActivation, type solvePlanar, value } from "../../../models/flows/layers/planar.ts";

export const MOST_RESIDUAL = 1e-10;

/** How many of `count` cases a solver leaves with more than that residual, and the largest. */
export function stress(solve: typeof solvePlanar, activation: PlanarActivation, count: number) {
  const random = new Random(2015);
  let failed = 0, most = 0;
  for (let i = 0; i < count; i++) {
    const { onePlusK, b, wx } = drawCase(random.at(0, i, Purpose.test)), k = onePlusK - 1;
    const alpha = solve(activation, onePlusK, wx + b) - b;
    const size = activation === "tanh" ? 1 : 1 + Math.abs(alpha);
    const residual = Math.abs(alpha + k * value(activation, alpha + b) - wx) / size;
    if (!(residual <= MOST_RESIDUAL)) failed++;
    if (!(residual <= most)) most = residual;
  }
  return { failed, most };
}

/** k = −1 + softplus(t) for t of a few to tens, b and wᵀx of tens; a third of the cases lie on the steep part. */
function drawCase(random: Random): { onePlusK: number; b: number; wx: number } {
  const t = [1, 5, 25][random.integer(3)] * random.normal();
  const onePlusK = softplus(t), b = [0.5, 5, 25][random.integer(3)] * random.normal();
  const isSteep = random.integer(3) === 0;
  const alpha = isSteep ? -b + 0.5 * random.normal() : 10 * random.normal();
  return { onePlusK, b, wx: alpha + (onePlusK - 1) * Math.tanh(alpha + b) };
}
