/**
 * The half-steps of block Gibbs sampling of an RBM, and its free energy, as graphs. Randomness is an input: uniforms on [0, 1) for bits, which
 * become 1 where the uniform is below the probability, and standard normals for Gaussian visibles.
 */
import { type RbmParameters, visibleFields } from "../../../models/energy/rbm/parameters.ts";
import { freeEnergy } from "../../../models/energy/rbm/energy.ts";
import { expit } from "../../../numerics/special/logarithms.ts";
import type { Random } from "../../../numerics/random/random.ts";
import { Graph, type Value } from "../../graph/graph.ts";
import {
  add,
  asReal,
  less,
  linear,
  multiply,
  negate,
  sigmoid,
  softplus,
  subtract,
  sumLast,
} from "../../graph/operations.ts";
import { type EnergyGraph, port, VECTORS } from "./graphs.ts";

export function rbmGraphs(machine: RbmParameters, random: Random): Record<string, EnergyGraph> {
  const { visibleUnits: v, hiddenUnits: h, variances } = machine;
  const vectors = vectorsOf(machine, random);
  const told = variances ? "means" : "probabilities";
  return {
    hidden: {
      bytes: writeHidden(machine),
      inputs: [port("x", v), port("uniforms", h)],
      outputs: [port("probabilities", h), port("h", h)],
      vectors: vectors.hidden,
    },
    visible: {
      bytes: writeVisible(machine),
      inputs: [port("h", h), port(variances ? "normals" : "uniforms", v)],
      outputs: [port(told, v), port("x", v)],
      vectors: vectors.visible,
    },
    free_energy: {
      bytes: writeFreeEnergy(machine),
      inputs: [port("x", v)],
      outputs: [port("energy")],
      vectors: vectors.freeEnergy,
    },
  };
}

function writeHidden(machine: RbmParameters): Uint8Array<ArrayBuffer> {
  const graph = new Graph("hidden");
  const x = graph.input("x", machine.visibleUnits), uniforms = graph.input("uniforms", machine.hiddenUnits);
  const probabilities = sigmoid(fieldsOfHidden(machine, x));
  graph.output("probabilities", probabilities);
  graph.output("h", asReal(less(uniforms, probabilities)));
  return graph.encode();
}

function writeVisible({ visibleUnits: v, hiddenUnits: h, weights, visibleBias, variances }: RbmParameters) {
  const graph = new Graph("visible");
  const input = graph.input("h", h), noise = graph.input(variances ? "normals" : "uniforms", v);
  const transposed = new Float64Array(h * v);
  for (let i = 0; i < v; i++) for (let j = 0; j < h; j++) transposed[j * v + i] = weights[i * h + j];
  const fields = linear(input, graph.reals(transposed, [h, v]), graph.reals(visibleBias, [v]));
  if (variances) {
    graph.output("means", fields);
    graph.output("x", add(fields, multiply(noise, graph.reals(Array.from(variances, Math.sqrt), [v]))));
  } else {
    const probabilities = sigmoid(fields);
    graph.output("probabilities", probabilities);
    graph.output("x", asReal(less(noise, probabilities)));
  }
  return graph.encode();
}

/** F(x) = −bᵀx − Σ softplus(fields), or Σ (x_i − b_i)² / 2σ_i² in place of −bᵀx. */
function writeFreeEnergy(machine: RbmParameters): Uint8Array<ArrayBuffer> {
  const { visibleUnits: v, visibleBias, variances } = machine;
  const graph = new Graph("free_energy");
  const x = graph.input("x", v), bias = graph.reals(visibleBias, [v]);
  const hidden = sumLast(softplus(fieldsOfHidden(machine, x)));
  const from = subtract(x, bias);
  const visible = variances
    ? sumLast(multiply(multiply(from, from), graph.reals(Array.from(variances, (s) => 0.5 / s), [v])))
    : negate(sumLast(multiply(x, bias)));
  graph.output("energy", subtract(visible, hidden));
  return graph.encode();
}

/** c_j + Σ_i x_i W_ij, over σ_i² where there are variances: they go into the weights. */
function fieldsOfHidden({ visibleUnits: v, hiddenUnits: h, weights, hiddenBias, variances }: RbmParameters, x: Value) {
  const scaled = variances ? Float64Array.from(weights, (weight, k) => weight / variances[Math.floor(k / h)]) : weights;
  return linear(x, x.graph.reals(scaled, [v, h]), x.graph.reals(hiddenBias, [h]));
}

/** In double precision; uniforms are kept away from the probabilities, so that rounding decides no bit. */
function vectorsOf(machine: RbmParameters, random: Random) {
  const { visibleUnits: v, hiddenUnits: h, variances } = machine;
  const fields = new Float64Array(h), below = new Float64Array(v);
  const rows = Array.from({ length: VECTORS }, () => {
    const x = Array.from({ length: v }, () => variances ? Math.fround(random.normal()) : random.integer(2));
    const energy = freeEnergy(machine, x, fields); // leaves the fields
    const probabilities = Array.from(fields, expit);
    const uniforms = probabilities.map(apart);
    const bits = probabilities.map((p, j) => uniforms[j] < p ? 1 : 0);
    visibleFields(machine, bits, below);
    const told = Array.from(below, (field) => variances ? field : expit(field));
    const noise = told.map((p, i) => variances ? Math.fround(random.normal()) : apart(p, i));
    const next = told.map((field, i) => {
      return variances ? field + Math.sqrt(variances[i]) * noise[i] : noise[i] < field ? 1 : 0;
    });
    return { x, uniforms, probabilities, bits, told, noise, next, energy };
  });
  const all = <Key extends keyof (typeof rows)[number]>(key: Key) => rows.map((row) => row[key]);
  return {
    hidden: { x: all("x"), uniforms: all("uniforms"), probabilities: all("probabilities"), h: all("bits") },
    visible: {
      h: all("bits"),
      [variances ? "normals" : "uniforms"]: all("noise"),
      [variances ? "means" : "probabilities"]: all("told"),
      x: all("next"),
    },
    freeEnergy: { x: all("x"), energy: all("energy") },
  };
}

/** Half-way from p to 0 or to 1, in turn: 1 and 0 follow of it. Where there is no room the bit is that of p. */
function apart(p: number, index: number): number {
  return Math.fround((index % 2 === 0 && p > 1e-3) || p > 1 - 1e-3 ? p / 2 : (1 + p) / 2);
}
