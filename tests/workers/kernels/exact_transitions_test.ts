/**
 * The exact transition matrices of Gibbs samplers: what theory says of them for every registered model that is small enough, and
 * the sweeps themselves counted against them.
 *
 * Each row of each matrix is one chi-square test at a level of 1e-9; with fewer than 3000 rows the seeded sweeps would fail by
 * chance with a probability below 3e-6.
 */
import assert from "node:assert/strict";
import { InputError } from "../../../numerics/errors.ts";
import { Purpose, Random } from "../../../numerics/random/random.ts";
import { expit } from "../../../numerics/special/logarithms.ts";
import type { Scan, Sweeps } from "../../../models/energy/sweeps.ts";
import type { FiniteChain } from "../../../models/finite_chain/chain.ts";
import { communicatingClasses } from "../../../models/finite_chain/classes.ts";
import { detailedBalance } from "../../../models/finite_chain/detailed_balance.ts";
import { boltzmann } from "../../../models/energy/boltzmann.ts";
import { stationaryDistribution } from "../../../models/finite_chain/stationary.ts";
import type { ModelDefinition } from "../../../models/model.ts";
import { models } from "../../../models/registry.ts";
import type { Target } from "../../../models/target.ts";
import { exactTransitions } from "../../../workers/kernels/exact_transitions.ts";
import { gibbs } from "../../../workers/kernels/gibbs.ts";
import type { KernelDefinition } from "../../../workers/kernels/kernel.ts";
import { kernels } from "../../../workers/kernels/registry.ts";
import { kernelTransitions } from "../../../workers/kernels/transitions/kernel_transitions.ts";
import { assets, examples } from "../../models/examples.ts";
import { chiSquare } from "./transitions/chi_square.ts";

const SEED = 20260106;
const MOST_ROWS = 4000; // of sweeps from each state, fewer where there are many
const LEVEL = 1e-9;
const MOST_UNITS = 6;
/** Lattices small enough to count, on which each neighbour counts twice, along one side or both. */
const LATTICES = [{ size: 2, coupling: 0.8, field: 0.2, beta: 0.5 }, { size: [2, 4], coupling: -0.7, field: 0.1 }];

interface Case {
  readonly name: string;
  readonly target: Target;
  readonly sweeps: Sweeps;
}

/** Every registered model's example that has sweeps of few two-valued units. */
function smallModels(): Case[] {
  const lattices = LATTICES.flatMap((lattice, i) => {
    const target = models.ising.build(models.ising.config.parse({ kind: "ising", ...lattice }));
    return target.sweeps ? [{ name: `small lattice ${i + 1}`, target, sweeps: target.sweeps }] : [];
  });
  const registered = Object.values<ModelDefinition>(models).flatMap(({ kind, config, build }) =>
    (examples[kind as keyof typeof examples] as readonly object[]).flatMap((example, i) => {
      const target = build(config.parse({ kind, ...example }), assets);
      const isSmall = (target.coding === "spins" || target.coding === "bits") && target.dim <= MOST_UNITS;
      return isSmall && target.sweeps ? [{ name: `${kind} ${i + 1}`, target, sweeps: target.sweeps }] : [];
    })
  );
  return [...registered, ...lattices];
}

const scanned = (target: Target, scan: Scan) =>
  exactTransitions(target, gibbs, gibbs.config.parse({ kind: "gibbs", scan }));

/** The largest change of a law in one step. */
function drift({ size, matrix }: FiniteChain, law: Float64Array): number {
  return Math.max(
    ...law.map((mass, j) => Math.abs(mass - law.reduce((sum, p, i) => sum + p * matrix[i * size + j], 0))),
  );
}

/** The least p-value over all states of one sweep from there, against the rows of the matrix. */
function leastP(target: Target, sweeps: Sweeps, scan: Scan, exact = scanned(target, scan)): number {
  const { chain, space } = exact;
  const { size } = chain;
  const rows = Math.min(MOST_ROWS, 64_000 / size);
  const position = new Float64Array(target.dim);
  return Math.min(...space.points.map((point, from) => {
    const states = sweeps.createStates(rows);
    for (let row = 0; row < rows; row++) sweeps.fromPosition(point, states, row);
    const key = { seed: SEED, purpose: Purpose.test, stream: from * rows, step: 1 };
    sweeps.sweep(states, rows, new Float64Array(rows).fill(1), scan, key);
    const counts = new Float64Array(size);
    for (let row = 0; row < rows; row++) {
      sweeps.toPosition(states, row, position);
      counts[space.indexOf(position)]++;
    }
    return chiSquare(counts, chain.matrix.subarray(from * size, (from + 1) * size));
  }));
}

for (const { name, target, sweeps } of smallModels()) {
  for (const scan of sweeps.scans) {
    Deno.test(`${name}, ${scan}: the exact chain keeps the target and is ergodic, and the sweeps follow it`, () => {
      const exact = scanned(target, scan);
      const { chain, space } = exact;
      // Energies of models with hidden units are in single precision.
      assert.ok(drift(chain, space.law) < (sweeps.units > target.dim ? 1e-6 : 1e-14));
      assert.equal(communicatingClasses(chain).length, 1);
      const { reversible, imbalance } = detailedBalance(chain, space.law);
      if (scan === "random") assert.ok(reversible, `${imbalance}`);
      if (scan === "systematic" && space.varying.length > 1) assert.ok(!reversible);
      // There and back over the hidden layer, by its own law: that of the energies in single precision.
      if (sweeps.units > target.dim) assert.ok(detailedBalance(chain, stationaryDistribution(chain)).reversible);
      const p = leastP(target, sweeps, scan, exact);
      assert.ok(p > LEVEL, `p = ${p}`);
    });
  }
}

const WEIGHTS = [[0, 0.8, -0.5, 0.3], [0.8, 0, 0.6, 0], [-0.5, 0.6, 0, 0.7], [0.3, 0, 0.7, 0]];
const BIAS = [0.4, -0.2, 0.1, 0];
const network = (more: object = {}) =>
  boltzmann.build(boltzmann.config.parse({ kind: "boltzmann", weights: WEIGHTS, bias: BIAS, ...more }));

function sweepsOf({ sweeps }: Target): Sweeps {
  assert.ok(sweeps);
  return sweeps;
}

/** Systematic sweeps of the network, written plainly, with one of the errors that are easily made. */
function twin(error: "none" | "σ(z)" | "diagonal kept" | "all at once"): Sweeps {
  const units = BIAS.length;
  const slope = error === "σ(z)" ? 1 : 2;
  return {
    ...sweepsOf(network()),
    sweep(states, rows, _betas, _scan, { seed, purpose, stream, step }) {
      const random = new Random(seed);
      for (let row = 0; row < rows; row++) {
        random.at(stream + row, step, purpose);
        const now = states.subarray(row * units, (row + 1) * units);
        const before = error === "all at once" ? now.slice() : now;
        for (let i = 0; i < units; i++) {
          const own = error === "diagonal kept" ? before[i] : 0;
          const field = WEIGHTS[i].reduce((sum, weight, j) => sum + weight * before[j], BIAS[i] + own);
          now[i] = random.uniform() < expit(slope * field) ? 1 : -1;
        }
      }
    },
  };
}

Deno.test("plain sweeps follow the exact chain; with σ(z) for σ(2z), the diagonal kept or neighbours drawn at once they do not", () => {
  const target = network();
  const exact = scanned(target, "systematic");
  assert.ok(leastP(target, twin("none"), "systematic", exact) > LEVEL);
  for (const error of ["σ(z)", "diagonal kept", "all at once"] as const) {
    assert.ok(leastP(target, twin(error), "systematic", exact) < LEVEL, error);
  }
});

Deno.test("the matrix of another scan is told from the sweeps' own", () => {
  const target = network();
  const sweeps = sweepsOf(target);
  assert.ok(leastP(target, sweeps, "random", scanned(target, "systematic")) < LEVEL);
  assert.ok(leastP(target, sweeps, "systematic", scanned(target, "random")) < LEVEL);
});

Deno.test("composed from conditionals, the chain is that of the kernel run on every outcome of its random numbers", () => {
  // Few units, without sweeps: the kernel can be explored as a whole.
  const cases = [["systematic", [[0, 1, -0.4], [1, 0, 0.3], [-0.4, 0.3, 0]]], ["random", [[0, 0.7], [
    0.7,
    0,
  ]]]] as const;
  for (const [scan, weights] of cases) {
    const bias = [0.2, 0, -0.6].slice(0, weights.length);
    const { sweeps: _, ...plain } = boltzmann.build(boltzmann.config.parse({ kind: "boltzmann", weights, bias }));
    const options = gibbs.config.parse({ kind: "gibbs", scan });
    const { chain, space } = exactTransitions(plain, gibbs, options);
    const explored = kernelTransitions(gibbs.build(plain, options, { warmup: 0 }), space);
    chain.matrix.forEach((p, k) =>
      assert.ok(Math.abs(p - explored.matrix[k]) < 1e-14, `${scan}: ${p} ${explored.matrix[k]}`)
    );
  }
});

Deno.test("composed from energies and from conditionals it is the same chain", () => {
  const { sweeps: _, ...plain } = network();
  for (const scan of ["systematic", "random"] as const) {
    const { chain: expected } = scanned(plain, scan);
    const { chain } = scanned(network(), scan);
    chain.matrix.forEach((p, k) => assert.ok(Math.abs(p - expected.matrix[k]) < 1e-14));
  }
});

Deno.test("clamped units are no part of the space, of ten or of fifty units", () => {
  const clamp = [null, -1, null, 1];
  const { chain, space } = scanned(network({ clamp }), "random");
  assert.deepEqual([chain.size, space.names, space.coordinates], [4, ["--", "-+", "+-", "++"], ["y[1]", "y[3]"]]);

  const edges = Array.from({ length: 49 }, (_, i) => [i + 1, i + 2, 0.3]);
  const free = new Set([10, 11, 30]);
  const long = boltzmann.build(boltzmann.config.parse({
    kind: "boltzmann",
    edges,
    units: 50,
    clamp: Array.from({ length: 50 }, (_, i) => free.has(i) ? null : 1),
  }));
  assert.deepEqual(scanned(long, "systematic").space.coordinates, ["y[11]", "y[12]", "y[31]"]);
});

Deno.test("a model that reports other things than its coordinates has them as functions of the state", () => {
  const ising = models.ising.build(models.ising.config.parse({ kind: "ising", size: 2, beta: 0.3 }));
  const { space } = scanned(ising, "systematic");
  assert.deepEqual(space.coordinates, ["x[1]", "x[2]", "x[3]", "x[4]"]);
  assert.deepEqual(space.reported.map(({ name }) => name), ["energy", "magnetisation", "abs_magnetisation"]);
  assert.deepEqual(space.reported[1].values.slice(0, 4), [-1, -0.5, -0.5, 0]);
  assert.deepEqual(scanned(network({ clamp: [1, null, null, null] }), "random").space.reported.length, 3);
});

Deno.test("every registered sampler of spins keeps them in its exact chain, or says why it has none", () => {
  const target = network();
  const exact: string[] = [];
  for (const definition of Object.values<KernelDefinition>(kernels)) {
    const config = definition.config.parse({ kind: definition.kind });
    try {
      const { chain, space } = exactTransitions(target, definition, config);
      if (definition.keepsTarget !== false) assert.ok(drift(chain, space.law) < 1e-14, definition.kind);
      exact.push(definition.kind);
    } catch (error) {
      assert.ok(error instanceof InputError, `${definition.kind}: ${error}`);
      assert.match(`${error.path} ${error.message}`, /^sampler.* .{20}/);
    }
  }
  assert.ok(["gibbs", "exact"].every((kind) => exact.includes(kind)), `${exact}`);
});

Deno.test("the exact sampler's chain forgets everything in one step; with a sampler of another law it does not keep the target", () => {
  const config = kernels.exact.config.parse({ kind: "exact" });
  const { chain, space } = exactTransitions(network(), kernels.exact, config);
  for (let i = 0; i < chain.size; i++) {
    for (let j = 0; j < chain.size; j++) assert.ok(Math.abs(chain.matrix[i * chain.size + j] - space.law[j]) < 1e-14);
  }
  const { sample } = network({ temperature: 1.01 });
  assert.ok(sample);
  const twin = exactTransitions({ ...network(), sample }, kernels.exact, config);
  assert.ok(drift(twin.chain, twin.space.law) > 1e-4);
});

Deno.test("nine spins in a ring give 512 states, by a random scan too", () => {
  const edges = Array.from({ length: 9 }, (_, i) => [i + 1, (i + 1) % 9 + 1, 0.4]);
  const ring = boltzmann.build(boltzmann.config.parse({ kind: "boltzmann", edges, units: 9 }));
  const { chain, space } = scanned(ring, "random");
  assert.equal(chain.size, 512);
  assert.ok(detailedBalance(chain, space.law).reversible);
});

Deno.test("what has no small space or no exact matrix is refused, and says why", () => {
  const many = Array.from({ length: 11 }, (_, i) => [i + 1, (i + 1) % 11 + 1, 0.4]);
  const eleven = boltzmann.build(boltzmann.config.parse({ kind: "boltzmann", edges: many, units: 11 }));
  const gaussian = models.gaussian.build(
    models.gaussian.config.parse({ kind: "gaussian", mean: [0], covariance: [[1]] }),
  );
  const cases: [() => unknown, string, RegExp][] = [
    [() => scanned(eleven, "random"), "model", /at most 10 coordinates that vary, found more of 11/],
    [() => scanned(gaussian, "random"), "model", /real numbers, not spins or bits/],
    [() => scanned(network(), "blocks"), "sampler.scan", /cannot be swept by blocks/],
  ];
  for (const [build, path, message] of cases) {
    assert.throws(build, (error) => {
      assert.ok(error instanceof InputError);
      assert.equal(error.path, path);
      assert.match(error.message, message);
      return true;
    });
  }
});
