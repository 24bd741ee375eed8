/** What bench/flows_bench.ts compares: the same architecture, batch and optimiser on each side. peers/flows.py reads the same. */
export type FlowTask = Common & (VectorTask | ImageTask);

interface Common {
  readonly name: string;
  readonly title: string;
  readonly task: "train" | "sample";
  /** Rows of a step. */
  readonly batch: number;
  /** Steps of a round. */
  readonly steps: number;
  readonly couplings: number;
  /** The least ratio to torch that we promise. */
  readonly mark: number;
}

interface VectorTask {
  readonly flow: "real-nvp" | "nice";
  readonly dim: number;
  /** Widths of the hidden layers of each conditioner. */
  readonly hidden: readonly number[];
}

/** Steps of Glow, as many as couplings, at one level. */
interface ImageTask {
  readonly flow: "glow";
  /** Height, width, channels, once it is squeezed. */
  readonly image: readonly [number, number, number];
  /** Channels of the conditioner's hidden layers. */
  readonly hidden: number;
}

const plane = { flow: "real-nvp", dim: 2, couplings: 8 } as const;
const nice = [1000, 1000, 1000, 1000, 1000];

export const TASKS: readonly FlowTask[] = [
  {
    ...plane,
    name: "real-nvp-64",
    title: "Training Real NVP on the plane: 8 couplings, hidden 64 and 64, batches of 256",
    task: "train",
    hidden: [64, 64],
    batch: 256,
    steps: 200,
    mark: 1.2,
  },
  {
    ...plane,
    name: "real-nvp-128",
    title: "Training Real NVP on the plane: 8 couplings, hidden 128 and 128, batches of 256",
    task: "train",
    hidden: [128, 128],
    batch: 256,
    steps: 100,
    mark: 1.2,
  },
  {
    ...plane,
    name: "sampling",
    title:
      "Samples of Real NVP on the plane with their log densities: 8 couplings, hidden 64 and 64, a thousand at a time",
    task: "sample",
    hidden: [64, 64],
    batch: 1000,
    steps: 300,
    mark: 1,
  },
  {
    name: "nice",
    title: "Training NICE on 784 columns: 4 couplings, five hidden layers of 1000, batches of 200",
    flow: "nice",
    task: "train",
    dim: 784,
    couplings: 4,
    hidden: nice,
    batch: 200,
    steps: 3,
    mark: 0.55,
  },
  {
    name: "glow",
    title: "Training four steps of Glow on 14 × 14 × 4 (28 × 28, squeezed): 64 hidden channels, batches of 64",
    flow: "glow",
    task: "train",
    image: [14, 14, 4],
    couplings: 4,
    hidden: 64,
    batch: 64,
    steps: 5,
    mark: 0.35,
  },
];

/** Inputs and outputs of each product of a row, as often as they come. */
export function productsARow(task: FlowTask): { inputs: number; outputs: number; times: number }[] {
  if (task.flow === "glow") {
    const [height, width, channels] = task.image, { hidden } = task, times = task.couplings * height * width;
    return [
      { inputs: channels, outputs: channels, times },
      { inputs: 9 * channels / 2, outputs: hidden, times },
      { inputs: hidden, outputs: hidden, times },
      { inputs: 9 * hidden, outputs: channels, times },
    ];
  }
  const half = task.dim / 2;
  const widths = [half, ...task.hidden, task.flow === "real-nvp" ? 2 * half : half];
  return widths.slice(1).map((outputs, i) => ({ inputs: widths[i], outputs, times: task.couplings }));
}

/** Of the products alone; a training has two more for each on the way back. */
export function operationsARow(task: FlowTask): number {
  const once = productsARow(task).reduce((sum, { inputs, outputs, times }) => sum + 2 * inputs * outputs * times, 0);
  return task.task === "train" ? 3 * once : once;
}
