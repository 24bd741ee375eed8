/** What flows_likelihood.ts trains: a flow, the rows that it learns from, and those that it is held against. */
import { loadDataset } from "../coordinator/datasets/load.ts";
import { DataSpec } from "../coordinator/datasets/spec.ts";
import type { Dataset } from "../models/data/dataset.ts";
import { Purpose, Random } from "../numerics/random/random.ts";

export interface LikelihoodTask {
  readonly name: string;
  /** The training, without its data. */
  readonly train: Readonly<Record<string, unknown>> & {
    readonly kind: "nice" | "real-nvp" | "glow";
    readonly batchSize: number;
    readonly epochs: number;
  };
  /** Trainings whose median counts: one may come to much less than the next, by us as by torch, for no other reason than its seed. */
  readonly seeds: number;
  /** Rows to learn from, and held-out ones. */
  readonly rows: () => Promise<{ readonly train: Dataset; readonly test: Dataset }>;
}

const TOYS = [
  "two-moons",
  "eight-gaussians",
  "pinwheel",
  "rings",
  "checkerboard",
  "spirals",
  "circles",
  "swiss-roll",
] as const;

const load = (spec: Record<string, unknown>) => loadDataset(DataSpec.parse(spec));
const named = (spec: Record<string, unknown>) => async () => ({
  train: await load({ ...spec, split: "train" }),
  test: await load({ ...spec, split: "test" }),
});

/** Rows of a law that is written down, a function of (seed, row). */
function table(name: string, columns: number, draw: (random: Random, out: Float32Array) => void) {
  const rows = (count: number, step: number): Dataset => {
    const random = new Random(11), values = new Float32Array(count * columns);
    for (let row = 0; row < count; row++) {
      draw(random.at(row, step, Purpose.data), values.subarray(row * columns, (row + 1) * columns));
    }
    return { name, rows: count, columns, values, validationRows: 0 };
  };
  return () => Promise.resolve({ train: rows(8000, 0), test: rows(4000, 1) });
}

/** Each column bends the one before it, with noise that grows with it. */
const cascade = table("cascade", 6, (random, out) => {
  out[0] = 2 * random.normal();
  for (let j = 1; j < out.length; j++) {
    out[j] = 2 * Math.sin(out[j - 1]) + (0.2 + 0.2 * Math.abs(out[j - 1])) * random.normal();
  }
});

/** Three hidden causes seen by ten gauges, bent and noisy, in one of two regimes. */
const gauges = table("gauges", 10, (random, out) => {
  const regime = random.integer(2);
  const causes = [random.normal(), random.normal() + 2 * regime, random.exponential()];
  for (let j = 0; j < out.length; j++) {
    const pull = causes[j % 3] + 0.5 * causes[(j + 1) % 3] * (regime === 0 ? 1 : -1);
    out[j] = (j + 1) * (Math.tanh(0.5 * pull) + 0.1 * pull + 0.15 * random.normal());
  }
});

const vectors = { kind: "real-nvp" as const, batchSize: 250, learningRate: 2e-3, schedule: "cosine", clip: 100 };
const images = { batchSize: 100, learningRate: 1e-3, schedule: "cosine", warmup: 100, clip: 1000 };
const wide = { couplings: 4, hidden: [500, 500] };

export const LIKELIHOOD_TASKS: readonly LikelihoodTask[] = [
  ...TOYS.map((kind) => ({
    name: kind,
    seeds: 5,
    train: { ...vectors, couplings: 8, hidden: [64, 64], epochs: 25 },
    rows: named({ kind, count: 40_000 }),
  })),
  ...Object.entries({ cascade, gauges }).map(([name, rows]) => ({
    name,
    seeds: 5,
    train: { ...vectors, couplings: 8, hidden: [64, 64], epochs: 100 },
    rows,
  })),
  {
    name: "nice-digits",
    seeds: 3,
    train: { ...images, kind: "nice", couplings: 4, hidden: [200, 200], epochs: 100, learningRate: 5e-3 },
    rows: named({ kind: "digits" }),
  },
  {
    name: "real-nvp-digits",
    seeds: 3,
    train: { ...images, kind: "real-nvp", couplings: 8, hidden: [100, 100], mask: "alternating", epochs: 30 },
    rows: named({ kind: "digits" }),
  },
  {
    name: "nice-mnist",
    seeds: 1,
    train: { ...images, kind: "nice", ...wide, hidden: [500, 500, 500], epochs: 40, learningRate: 2e-3 },
    rows: named({ kind: "mnist-10k" }),
  },
  {
    name: "real-nvp-mnist",
    seeds: 1,
    train: { ...images, kind: "real-nvp", ...wide, mask: "alternating", epochs: 20 },
    rows: named({ kind: "mnist-10k" }),
  },
  {
    name: "glow-digits",
    seeds: 3,
    train: { ...images, kind: "glow", levels: 2, steps: 4, channels: 32, epochs: 20 },
    rows: named({ kind: "digits" }),
  },
  {
    name: "glow-fashion",
    seeds: 1,
    train: { ...images, kind: "glow", levels: 2, steps: 8, channels: 64, epochs: 1, batchSize: 64 },
    rows: async () => ({
      train: await load({ kind: "fashion-mnist", count: 38_400 }),
      test: await load({ kind: "fashion-mnist", split: "test", count: 2000 }),
    }),
  },
];
