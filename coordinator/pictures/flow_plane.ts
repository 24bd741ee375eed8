/** Flows over the plane: their density beside draws, and how they bend a grid. */
import { openSingle } from "../../numerics/arithmetic/single.ts";
import { InputError } from "../../numerics/errors.ts";
import { contextOf, repeated } from "../../models/flows/class_context.ts";
import type { NetworkFlow } from "../../models/flows/network.ts";
import { openTrained, parseTrained } from "../../models/flows/trained.ts";
import type { Density } from "../../models/target.ts";
import type { TrainedParameters } from "../../models/training/training.ts";
import { curvesPanel, densityPanel, planePanels, pointsPanel, type Window, windowOf } from "./plane.ts";

export interface FlowPlaneOptions {
  /** Of a flow that is conditional on classes. */
  readonly class?: number;
  readonly temperature?: number;
  readonly seed?: number;
  /** Draws that are shown; 2000 by default. */
  readonly count?: number;
  /** A density of the plane to look at beside the flow's, up to a constant. */
  readonly beside?: { readonly name: string; readonly density: Density };
}

const CAPACITY = 1024;
const DRAWS = 2000;
const LINES = 21; // of a grid, each way
const STEPS = 240; // along a line

/** An SVG document: the density, draws, and before both the density that the flow should have, where one is given. */
export function densityAndDraws(trained: TrainedParameters, options: FlowPlaneOptions = {}): string {
  const { flow, context, noise, name } = openPlane(trained, options);
  const draws = flow.forward(noise, repeated(context, noise.rows)).x.values;
  const window = windowOf(draws);
  const { beside } = options;
  if (beside && beside.density.dim !== 2) {
    throw new InputError("beside", `${beside.name} has ${beside.density.dim} coordinates, not the 2 of the plane`);
  }
  return planePanels(name, [
    ...(beside ? [densityPanel(beside.name, window, (points) => logDensities(beside.density, points))] : []),
    densityPanel("density of the flow", window, (points) => {
      const rows = points.length / 2;
      return flow.logDensity({ rows, values: points }, repeated(context, rows));
    }),
    pointsPanel(`${noise.rows} draws`, window, draws),
  ]);
}

/** An SVG document: lines of equal coordinates of the noise, and what the flow makes of them. */
export function warpedGrid(trained: TrainedParameters, options: FlowPlaneOptions = {}): string {
  const { flow, context, noise, name } = openPlane(trained, options);
  const from = windowOf(noise.values);
  const lines = gridLines(from).map((line) => {
    const { x } = flow.forward({ rows: STEPS, values: line.points }, repeated(context, STEPS));
    return { ...line, to: x.values };
  });
  const draws = flow.forward(noise, repeated(context, noise.rows)).x.values;
  return planePanels(name, [
    curvesPanel("noise", from, lines),
    curvesPanel("data", windowOf(draws), lines.map(({ to, ...line }) => ({ ...line, points: to }))),
  ]);
}

function gridLines({ x, y }: Window) {
  const at = ([low, high]: readonly [number, number], share: number) => low + (high - low) * share;
  return [0, 1].flatMap((axis) =>
    Array.from({ length: LINES }, (_, i) => {
      const fixed = at(axis === 0 ? x : y, i / (LINES - 1));
      const points = new Float64Array(2 * STEPS);
      for (let k = 0; k < STEPS; k++) {
        points[2 * k + axis] = fixed;
        points[2 * k + 1 - axis] = at(axis === 0 ? y : x, k / (STEPS - 1));
      }
      return { points, colour: axis, name: `z[${axis + 1}] = ${fixed.toPrecision(3)}` };
    })
  );
}

/** Throws InputError where the flow is none of the plane. */
function openPlane(
  trained: TrainedParameters,
  { temperature = 1, seed = 0, count = DRAWS, ...rest }: FlowPlaneOptions,
) {
  const { shape, flow: { kind } } = parseTrained(trained);
  if (shape.dim !== 2) {
    throw new InputError("", `this flow has ${shape.dim} columns: only flows of 2 are drawn in the plane`);
  }
  const context = contextOf(shape, rest.class);
  const flow: NetworkFlow = openTrained(trained, (bytes) => openSingle({ bytes }), CAPACITY, temperature).flow;
  const noise = flow.noise({ seed, chain: 0, from: 0, to: count }, 1, repeated(context, count));
  const name = [
    `A ${kind} flow`,
    ...(context ? [`class ${rest.class}`] : []),
    ...(temperature === 1 ? [] : [`temperature ${temperature}`]),
  ].join(", ");
  return { flow, context, noise, name };
}

function logDensities(density: Density, points: Float64Array): Float64Array {
  const point = new Float64Array(2);
  return Float64Array.from({ length: points.length / 2 }, (_, r) => {
    point.set(points.subarray(2 * r, 2 * r + 2));
    return density.logDensity(point);
  });
}
