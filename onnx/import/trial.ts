/**
 * A graph is tried before it is trusted: on rows of noise that are the same every time, run whole, run again, and run row by row.
 *
 * It has to give finite numbers of the shapes that its roles ask for, the same for the same, and for each row what that row
 * alone gives. For few dimensions the log-determinant is held against a numeric Jacobian, which only warns: differences of
 * single-precision numbers are coarse.
 */
import { InputError } from "../../numerics/errors.ts";
import { Purpose, Random } from "../../numerics/random/random.ts";
import type { Assigned, Note, Reading } from "./roles.ts";
import { logAbsDeterminant } from "../../numerics/linear_algebra/log_abs_determinant.ts";
import { quoted } from "./tensors.ts";

export interface Values {
  readonly shape: readonly number[];
  readonly values: Float32Array | Float64Array;
}

/** Runs a graph on rows, given and taken by the names of its inputs and outputs, in its own types. */
export type Run = (feeds: Readonly<Record<string, Values>>) => Promise<Readonly<Record<string, Values>>>;

export type Law = "normal" | "logistic" | "uniform";

export const TRIAL_ROWS = 8;
const TRIAL_SEED = 20260101;
const MOST_DIM_OF_JACOBIAN = 16;
const MOST_VALUES = 2 ** 20; // of a trial's input
const ROW_TOLERANCE = 1e-4; // another order of summation in one row's product than in eight
const JACOBIAN_STEP = 5e-3;
const JACOBIAN_TOLERANCE = 0.05;
const ROUNDING = 2 ** -20; // of a difference of two numbers in single precision, to their size
const GRADIENT_STEP = 1e-2; // of the length of a row's move
const PAIR_TOLERANCE = 1e-3;

/** Throws InputError where the graph is of no use as what it was read to be. Returns what to warn of. */
export async function tryGraph(reading: Reading, run: Run): Promise<Note[]> {
  const main = inputOf(reading);
  const { dim } = reading;
  if (!main || dim === undefined) return [];
  const [fixed] = main.shape; // a density may take one number of rows alone
  const rows = fixed > 0 ? fixed : Math.max(2, Math.min(TRIAL_ROWS, Math.floor(MOST_VALUES / dim)));
  const { feeds, results } = await firstFinite(reading, main, rows, run);
  checkShapes(reading, results, rows);
  await checkRepeats(feeds, results, run);
  await checkRows(reading, feeds, results, rows, run);
  return [
    ...await jacobianNotes(reading, main, feeds, results, run),
    ...await gradientNotes(reading, main, feeds, results, run),
  ];
}

/** Throws InputError where the two graphs of a flow are not each other's inverse. */
export async function tryPair(
  forward: { reading: Reading; run: Run },
  inverse: { reading: Reading; run: Run },
): Promise<void> {
  const { dim, contextDim, base } = forward.reading;
  if (dim !== inverse.reading.dim || contextDim !== inverse.reading.contextDim) {
    throw new InputError(
      "direction",
      `the forward graph is of ${dim} dimensions, the inverse one of ${inverse.reading.dim}`,
    );
  }
  if (base !== undefined && inverse.reading.base !== undefined && base !== inverse.reading.base) {
    throw new InputError(
      "base",
      `the other graph of this flow has the base ${
        base === inverse.reading.base ? base : `${base} or ${inverse.reading.base}`
      }: give both the same`,
    );
  }
  const z = inputOf(forward.reading);
  const x = inputOf(inverse.reading);
  const back = inverse.reading.outputs.find(({ role }) => role === "z");
  const image = forward.reading.outputs.find(({ role }) => role === "x");
  if (!z || !x || !back || !image || dim === undefined) {
    throw new InputError("direction", "expected a forward and an inverse graph");
  }
  const feeds = trialFeeds(forward.reading, z, TRIAL_ROWS, base ?? "normal");
  const out = await forward.run(feeds);
  const returned = await inverse.run({
    ...trialFeeds(inverse.reading, x, TRIAL_ROWS, "normal"), // for the context, which is the same
    [x.name]: { shape: [TRIAL_ROWS, ...x.shape.slice(1)], values: cast(out[image.name].values, x.type) },
  });
  const distance = farthest(feeds[z.name].values, returned[back.name].values, dim);
  if (!(distance <= PAIR_TOLERANCE)) {
    throw new InputError(
      "direction",
      `inverse(forward(z)) is off by ${
        distance.toPrecision(2)
      }: the two graphs are not of one flow. Delete the other one first, or ` +
        "choose another name.",
    );
  }
  const [there, home] = [valuesOf(forward.reading, out, "logDet"), valuesOf(inverse.reading, returned, "logDet")];
  if (!there || !home) return;
  const sum = there.reduce(
    (worst, value, row) => Math.max(worst, Math.abs(value + home[row]) / (1 + Math.abs(value))),
    0,
  );
  if (!(sum <= PAIR_TOLERANCE * Math.sqrt(dim))) {
    throw new InputError(
      "logDet",
      `the log-determinants of the forward and the inverse graph do not cancel: they are off by ${
        sum.toPrecision(2)
      }. Each is that of ` +
        "the map of its own graph.",
    );
  }
}

function inputOf({ inputs, direction }: Reading): Assigned | undefined {
  return inputs.find(({ role }) => role === (direction === "forward" ? "z" : "x"));
}

/** Rows of a law, the same on every machine, and contexts that are one-hot. */
function trialFeeds({ inputs }: Reading, main: Assigned, rows: number, law: Law): Record<string, Values> {
  const random = new Random(TRIAL_SEED);
  const feeds: Record<string, Values> = {};
  for (const input of inputs) {
    const width = input.shape.slice(1).reduce((product, size) => product * size, 1);
    const values = input.type === "float64" ? new Float64Array(rows * width) : new Float32Array(rows * width);
    for (let row = 0; row < rows; row++) {
      random.at(row, 0, Purpose.test);
      for (let i = 0; i < width; i++) {
        values[row * width + i] = input === main ? draw(random, law) : Number(i === row % width);
      }
    }
    feeds[input.name] = { shape: [rows, ...input.shape.slice(1)], values };
  }
  return feeds;
}

function draw(random: Random, law: Law): number {
  if (law === "normal") return random.normal();
  const u = random.uniform();
  return law === "uniform" ? u : Math.log(u / (1 - u));
}

/** Data may have to be in (0, 1): where rows of one law give no numbers, another is tried. Noise is that of the base. */
async function firstFinite(reading: Reading, main: Assigned, rows: number, run: Run) {
  const laws: Law[] = reading.direction === "forward" ? [reading.base ?? "normal"] : ["normal", "uniform"];
  let wrong = "";
  for (const law of laws) {
    const feeds = trialFeeds(reading, main, rows, law);
    const results = await run(feeds);
    const broken = reading.outputs.find(({ name, role }) =>
      role !== undefined && !results[name].values.every(Number.isFinite)
    );
    if (!broken) return { feeds, results };
    wrong = `the output ${quoted(broken.name)} is not finite for ${laws.join(" nor ")} rows of ${quoted(main.name)}`;
  }
  throw new InputError("outputs", `${wrong}. Check that the weights are finite, and that the model is in eval mode.`);
}

function checkShapes({ kind, outputs, dim }: Reading, results: Readonly<Record<string, Values>>, rows: number): void {
  for (const { name, role, shape: declared } of outputs) {
    if (role === undefined) continue;
    const { shape, values } = results[name];
    const width = role === "x" || role === "z" || role === "gradient" ? dim ?? 0 : 1;
    const isAsDeclared = shape.length === declared.length && shape.every((size, i) => i === 0 || size === declared[i]);
    // A density's outputs are given places of the declared shape before it runs.
    if (shape[0] === rows && values.length === rows * width && (isAsDeclared || kind !== "density")) continue;
    throw new InputError(
      `outputs.${name}`,
      `for ${rows} rows expected ${role} of the shape [${rows}${width > 1 ? `, ${width}` : ""}], found [${
        shape.join(", ")
      }]. Export ` +
        "it with a dynamic first axis.",
    );
  }
}

async function checkRepeats(
  feeds: Readonly<Record<string, Values>>,
  first: Readonly<Record<string, Values>>,
  run: Run,
): Promise<void> {
  const second = await run(feeds);
  for (const [name, { values }] of Object.entries(first)) {
    if (values.every((value, i) => Object.is(value, second[name].values[i]))) continue;
    throw new InputError(
      `outputs.${name}`,
      `the output ${quoted(name)} differs when the same rows are run again. Is there randomness in it?`,
    );
  }
}

/** What a row gives may not depend on the rows beside it: batches are cut anywhere. */
async function checkRows(
  { inputs, outputs }: Reading,
  feeds: Readonly<Record<string, Values>>,
  whole: Readonly<Record<string, Values>>,
  rows: number,
  run: Run,
): Promise<void> {
  for (const row of [0, rows - 1]) {
    const alone = await run(
      Object.fromEntries(inputs.map(({ name, shape }) => {
        const one = rowOf(feeds[name], row);
        return [name, shape[0] > 0 ? repeated(one, shape[0]) : one];
      })),
    );
    for (const { name, role } of outputs) {
      if (role === undefined) continue;
      const expected = rowOf(whole[name], row).values;
      const found = rowOf(alone[name], 0).values;
      const distance = found.length === expected.length ? farthest(expected, found, 1) : NaN;
      if (distance <= ROW_TOLERANCE) continue;
      throw new InputError(
        `outputs.${name}`,
        `row ${row + 1} of ${quoted(name)} differs by ${
          distance.toPrecision(2)
        } when it is run alone. A row's results may depend on that ` +
          "row only: is a normalisation over the batch in it? Call model.eval() before the export.",
      );
    }
  }
}

async function jacobianNotes(
  reading: Reading,
  main: Assigned,
  feeds: Readonly<Record<string, Values>>,
  results: Readonly<Record<string, Values>>,
  run: Run,
): Promise<Note[]> {
  const { dim, direction, outputs } = reading;
  const image = outputs.find(({ role }) => role === (direction === "forward" ? "x" : "z"));
  const logDet = valuesOf(reading, results, "logDet");
  if (!image || !logDet || dim === undefined || dim > MOST_DIM_OF_JACOBIAN) return [];
  let [worst, reversed] = [0, 0];
  for (let row = 0; row < logDet.length; row++) {
    const numeric = await numericLogDet(feeds, main, image, row, dim, run);
    worst = Math.max(worst, Math.abs(numeric - logDet[row]) / (1 + Math.abs(numeric)));
    reversed = Math.max(reversed, Math.abs(numeric + logDet[row]) / (1 + Math.abs(numeric)));
  }
  if (worst <= JACOBIAN_TOLERANCE) return [];
  return [{
    code: "log-det-differs",
    message: reversed <= JACOBIAN_TOLERANCE
      ? "the log-determinant has the other sign than that of a numeric Jacobian: it seems to be that of the other direction, and " +
        "log-densities will be wrong. logDet is that of the map of the graph itself."
      : `the log-determinant differs from that of a numeric Jacobian by up to ${
        worst.toPrecision(2)
      } of its size: log-densities may be wrong`,
  }];
}

/**
 * Holds a gradient against central differences along one direction of each row. A wrong one makes no draw wrong, since the accept step asks the
 * density alone, but slow chains.
 */
async function gradientNotes(
  reading: Reading,
  main: Assigned,
  feeds: Readonly<Record<string, Values>>,
  results: Readonly<Record<string, Values>>,
  run: Run,
): Promise<Note[]> {
  const { dim = 0, outputs } = reading;
  const gradient = outputs.find(({ role }) => role === "gradient");
  const value = outputs.find(({ role }) => role === "logProb") ?? outputs.find(({ role }) => role === "energy");
  if (!gradient || !value) return [];
  const given = feeds[main.name];
  const rows = given.shape[0];
  const directions = Float64Array.from(given.values, (_, i) => (mix(i) ? 1 : -1) / Math.sqrt(dim));
  const moved = async (step: number) => {
    const values = given.values.map((x, i) => x + step * directions[i]);
    return { values, found: (await run({ ...feeds, [main.name]: { shape: given.shape, values } }))[value.name].values };
  };
  const high = await moved(GRADIENT_STEP), low = await moved(-GRADIENT_STEP);
  const slopes = results[gradient.name].values;
  let worst = 0, reversed = 0;
  for (let row = 0; row < rows; row++) {
    let along = 0, size = 0;
    for (let i = row * dim; i < (row + 1) * dim; i++) {
      along += slopes[i] * (high.values[i] - low.values[i]); // as the steps were rounded
      size += Math.abs(slopes[i] * (high.values[i] - low.values[i]));
    }
    const numeric = high.found[row] - low.found[row];
    const scale = size + 2 * GRADIENT_STEP;
    const rounding = ROUNDING * Math.max(Math.abs(high.found[row]), Math.abs(low.found[row]));
    worst = Math.max(worst, (Math.abs(numeric - along) - rounding) / scale);
    reversed = Math.max(reversed, (Math.abs(numeric + along) - rounding) / scale);
  }
  if (worst <= JACOBIAN_TOLERANCE) return [];
  const of = value.role;
  return [{
    code: "gradient-differs",
    message: reversed <= JACOBIAN_TOLERANCE
      ? `the gradient has the other sign than that of numeric differences: gradient is that of ${of} itself, which has to point ${
        of === "logProb" ? "where the density grows" : "where the energy grows"
      }. Samplers that use it will hardly move.`
      : `the gradient differs from numeric differences of ${of} by up to ${
        worst.toPrecision(2)
      } of its size: draws stay right, and samplers that use it may be slow`,
  }];
}

/** A bit that looks like chance, the same everywhere. */
function mix(i: number): boolean {
  return (Math.imul(i + 1, 0x9e3779b1) >>> 16 & 1) === 1;
}

async function numericLogDet(
  feeds: Readonly<Record<string, Values>>,
  main: Assigned,
  image: Assigned,
  row: number,
  dim: number,
  run: Run,
): Promise<number> {
  const at = rowOf(feeds[main.name], row).values;
  const values = main.type === "float64" ? new Float64Array(2 * dim * dim) : new Float32Array(2 * dim * dim);
  for (let i = 0; i < dim; i++) {
    for (const side of [0, 1]) {
      values.set(at, (2 * i + side) * dim);
      values[(2 * i + side) * dim + i] += side === 0 ? -JACOBIAN_STEP : JACOBIAN_STEP;
    }
  }
  const moved: Record<string, Values> = { [main.name]: { shape: [2 * dim, ...main.shape.slice(1)], values } };
  for (const [name, tensor] of Object.entries(feeds)) {
    if (name !== main.name) moved[name] = repeated(rowOf(tensor, row), 2 * dim);
  }
  const y = (await run(moved))[image.name].values;
  const jacobian = new Float64Array(dim * dim);
  for (let i = 0; i < dim; i++) {
    const step = values[(2 * i + 1) * dim + i] - values[2 * i * dim + i]; // as it was rounded
    for (let j = 0; j < dim; j++) jacobian[j * dim + i] = (y[(2 * i + 1) * dim + j] - y[2 * i * dim + j]) / step;
  }
  return logAbsDeterminant(jacobian, dim);
}

function valuesOf(
  { outputs }: Reading,
  results: Readonly<Record<string, Values>>,
  role: Assigned["role"],
): Float64Array | null {
  const found = outputs.find((output) => output.role === role);
  return found ? Float64Array.from(results[found.name].values) : null;
}

function rowOf({ shape, values }: Values, row: number): Values {
  const width = values.length / shape[0];
  return { shape: [1, ...shape.slice(1)], values: values.slice(row * width, (row + 1) * width) };
}

function repeated({ shape, values }: Values, rows: number): Values {
  const copies = values instanceof Float64Array
    ? new Float64Array(rows * values.length)
    : new Float32Array(rows * values.length);
  for (let row = 0; row < rows; row++) copies.set(values, row * values.length);
  return { shape: [rows, ...shape.slice(1)], values: copies };
}

function cast(values: Float32Array | Float64Array, type: string): Float32Array | Float64Array {
  return type === "float64" ? Float64Array.from(values) : Float32Array.from(values);
}

/** The largest difference, against the size of what is compared: 1, or the largest of its row. */
function farthest(expected: ArrayLike<number>, found: ArrayLike<number>, width: number): number {
  let worst = 0;
  for (let begin = 0; begin < expected.length; begin += width) {
    let [size, difference] = [1, 0];
    for (let i = begin; i < begin + width; i++) {
      size = Math.max(size, Math.abs(expected[i]));
      const here = Math.abs(expected[i] - found[i]);
      difference = here <= difference ? difference : here; // NaN stays
    }
    const relative = difference / size;
    worst = relative <= worst ? worst : relative;
  }
  return worst;
}
