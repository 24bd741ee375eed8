/**
 * A Hopfield network as graphs: the synchronous step, each unit the sign of its field, and the energy −½ xᵀWx − bᵀx.
 *
 * A unit stays where its field is 0, or no more than what single precision's rounding makes of a sum of that size.
 */
import { energyOf, fieldOf, type HopfieldNetwork } from "../../../models/energy/hopfield/network.ts";
import type { Random } from "../../../numerics/random/random.ts";
import { Graph } from "../../graph/graph.ts";
import { absolute, add, greater, linear, multiply, negate, sumLast, where } from "../../graph/operations.ts";
import { type EnergyGraph, port, VECTORS } from "./graphs.ts";

const ROUNDING = 2 ** -24;

export function hopfieldGraphs(network: HopfieldNetwork, random: Random): Record<string, EnergyGraph> {
  const { units } = network, tolerances = tolerancesOf(network);
  const states = Array.from(
    { length: VECTORS },
    () => Float64Array.from({ length: units }, () => 2 * random.integer(2) - 1),
  );
  const fields = states.map((x) => Array.from(x, (_, i) => fieldOf(network, i, x)));
  const next = states.map((x, r) => {
    return fields[r].map((field, i) => Math.abs(field) <= tolerances[i] ? x[i] : Math.sign(field));
  });
  const x = states.map((state) => [...state]);
  return {
    step: {
      bytes: writeStep(network, tolerances),
      inputs: [port("x", units)],
      outputs: [port("fields", units), port("next", units)],
      vectors: { x, fields, next },
    },
    energy: {
      bytes: writeEnergy(network),
      inputs: [port("x", units)],
      outputs: [port("energy")],
      vectors: { x, energy: states.map((state) => energyOf(network, state)) },
    },
  };
}

function writeStep({ units, weights, bias }: HopfieldNetwork, tolerances: Float64Array): Uint8Array<ArrayBuffer> {
  const graph = new Graph("step");
  const x = graph.input("x", units);
  const fields = linear(x, graph.reals(weights, [units, units]), graph.reals(bias, [units])); // W is symmetric
  graph.output("fields", fields);
  const counts = greater(absolute(fields), graph.reals(tolerances, [units]));
  graph.output("next", where(counts, where(greater(fields, 0), 1, -1), x));
  return graph.encode();
}

function writeEnergy({ units, weights, bias }: HopfieldNetwork): Uint8Array<ArrayBuffer> {
  const graph = new Graph("energy");
  const x = graph.input("x", units);
  const pull = add(multiply(linear(x, graph.reals(weights, [units, units])), 0.5), graph.reals(bias, [units]));
  graph.output("energy", negate(sumLast(multiply(x, pull))));
  return graph.encode();
}

/** Roundings of a sum add up as the root of their number, where they are independent; a factor of 2 is for where they are not quite. */
function tolerancesOf({ units, weights, bias }: HopfieldNetwork): Float64Array {
  return Float64Array.from({ length: units }, (_, i) => {
    let sum = Math.abs(bias[i]);
    for (let j = 0; j < units; j++) sum += Math.abs(weights[i * units + j]);
    return 2 * Math.sqrt(units) * ROUNDING * sum;
  });
}
