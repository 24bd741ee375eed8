import assert from "node:assert/strict";
import { banana } from "../../../../models/posteriors/banana.ts";
import type { Differentiable } from "../../../../models/target.ts";
import {
  type Leapfrog,
  leapfrogDense,
  leapfrogDiagonal,
  newPhasePoint,
  type PhasePoint,
  requireGradient,
  sumOfSquares,
} from "../../../../workers/kernels/hamiltonian/leapfrog.ts";

const target = requireGradient(banana.build(banana.config.parse({ kind: "banana" })));
const forms: { name: string; leapfrog: Leapfrog; scale: Float64Array }[] = [
  { name: "diagonal", leapfrog: leapfrogDiagonal, scale: Float64Array.of(0.8, 1.7) },
  { name: "dense", leapfrog: leapfrogDense, scale: Float64Array.of(0.8, 0, 0.5, 1.4) },
];

function pointAt(density: Differentiable, position: readonly number[], momentum: readonly number[]): PhasePoint {
  const point = newPhasePoint(position.length);
  point.position.set(position);
  point.momentum.set(momentum);
  point.logDensity = density.logDensityAndGradient(point.position, point.gradient);
  point.energy = 0.5 * sumOfSquares(point.momentum) - point.logDensity;
  return point;
}

for (const { name, leapfrog, scale } of forms) {
  Deno.test(`${name} leapfrog steps back lead to where steps forward began`, () => {
    const point = pointAt(target, [0.3, -1.2], [1.1, 0.4]);
    for (let k = 0; k < 50; k++) leapfrog(target, scale, 0.1, point);
    assert(Math.abs(point.position[0] - 0.3) > 0.01);
    for (let k = 0; k < 50; k++) leapfrog(target, scale, -0.1, point);
    const end = [...point.position, ...point.momentum];
    [0.3, -1.2, 1.1, 0.4].forEach((value, i) => assert(Math.abs(end[i] - value) < 1e-12, `${end}`));
  });

  Deno.test(`ten ${name} leapfrog steps preserve volume`, () => {
    const map = (z: readonly number[]) => {
      const point = pointAt(target, z.slice(0, 2), z.slice(2));
      for (let k = 0; k < 10; k++) leapfrog(target, scale, 0.3, point);
      return [...point.position, ...point.momentum];
    };
    const z = [0.3, -1.2, 1.1, 0.4], h = 1e-5;
    const columns = z.map((_, j) => {
      const at = (shift: number) => map(z.map((value, i) => i === j ? value + shift : value));
      const high = at(h), low = at(-h);
      return high.map((value, i) => (value - low[i]) / (2 * h));
    });
    assert(Math.abs(determinant(columns) - 1) < 1e-7, `${determinant(columns)}`);
  });

  Deno.test(`the energy error of ${name} leapfrog steps falls with the square of the step size`, () => {
    const error = (steps: number) => {
      const point = pointAt(target, [0.3, -1.2], [1.1, 0.4]);
      const before = point.energy;
      for (let k = 0; k < steps; k++) leapfrog(target, scale, 1.3 / steps, point);
      return Math.abs(point.energy - before);
    };
    for (const steps of [32, 64, 128]) {
      const ratio = error(steps) / error(2 * steps);
      assert(ratio > 3.8 && ratio < 4.2, `${steps}: ${ratio}`);
    }
  });

  Deno.test(`a ${name} leapfrog step is the textbook's with inverse mass matrix L Lᵀ`, () => {
    const lower = scale.length === 2 ? [[scale[0], 0], [0, scale[1]]] : [[scale[0], 0], [scale[2], scale[3]]];
    const inverseMass = lower.map((a) => lower.map((b) => a[0] * b[0] + a[1] * b[1]));
    const x = Float64Array.of(0.3, -1.2), g = new Float64Array(2), p = [0.9, -0.6], step = 0.2;
    const r = [lower[0][0] * p[0] + lower[1][0] * p[1], lower[1][1] * p[1]]; // Lᵀ p
    const point = pointAt(target, [...x], r);
    leapfrog(target, scale, step, point);

    target.logDensityAndGradient(x, g);
    for (let i = 0; i < 2; i++) p[i] += 0.5 * step * g[i];
    for (let i = 0; i < 2; i++) x[i] += step * (inverseMass[i][0] * p[0] + inverseMass[i][1] * p[1]);
    const logDensity = target.logDensityAndGradient(x, g);
    for (let i = 0; i < 2; i++) p[i] += 0.5 * step * g[i];
    const kinetic = 0.5 * p.reduce((sum, pi, i) => sum + pi * (inverseMass[i][0] * p[0] + inverseMass[i][1] * p[1]), 0);

    [0, 1].forEach((i) => assert(Math.abs(point.position[i] - x[i]) < 1e-14));
    assert(Math.abs(point.energy - (kinetic - logDensity)) < 1e-13);
  });
}

function determinant(matrix: readonly (readonly number[])[]): number {
  if (matrix.length === 1) return matrix[0][0];
  return matrix[0].reduce((sum, value, j) => {
    const minor = matrix.slice(1).map((row) => row.filter((_, k) => k !== j));
    return sum + (j % 2 === 0 ? 1 : -1) * value * determinant(minor);
  }, 0);
}
