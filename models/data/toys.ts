/**
 * Two-dimensional densities on which flows and energy models are shown, drawn as Grathwohl et al. (FFJORD, 2019) draw them;
 * two moons, circles and the Swiss roll as scikit-learn does. They lie within about (−4, 4)².
 *
 * Row r is a function of (seed, r) alone: a larger set begins with a smaller one. Training and test rows come from different
 * steps of the generator, so they are independent.
 */
import { Purpose, Random } from "../../numerics/random/random.ts";
import type { Dataset } from "./dataset.ts";

/** Writes a point into out [2] and returns its label: which moon, mode, blade, ring, square, arm or half. */
type Toy = (random: Random, out: Float32Array) => number;

const TURN = 2 * Math.PI;

/** Two half circles that interlock, noise 0.1, then 2 x + (−1, −0.2). */
const twoMoons: Toy = (random, out) => {
  const moon = random.integer(2);
  const angle = Math.PI * random.uniform();
  const x = moon === 0 ? Math.cos(angle) : 1 - Math.cos(angle);
  const y = moon === 0 ? Math.sin(angle) : 0.5 - Math.sin(angle);
  out[0] = 2 * (x + 0.1 * random.normal()) - 1;
  out[1] = 2 * (y + 0.1 * random.normal()) - 0.2;
  return moon;
};

/** Normal distributions of standard deviation 0.5 / √2 around eight points of a circle of radius 4 / √2. */
const eightGaussians: Toy = (random, out) => {
  const mode = random.integer(8);
  const angle = mode * TURN / 8;
  out[0] = (4 * Math.cos(angle) + 0.5 * random.normal()) * Math.SQRT1_2;
  out[1] = (4 * Math.sin(angle) + 0.5 * random.normal()) * Math.SQRT1_2;
  return mode;
};

/** Five blades, each a normal distribution (1, 0) with deviations (0.3, 0.1), turned the further the farther out. */
const pinwheel: Toy = (random, out) => {
  const blade = random.integer(5);
  const radial = 1 + 0.3 * random.normal();
  const tangential = 0.1 * random.normal();
  const angle = blade * TURN / 5 + 0.25 * Math.exp(radial);
  out[0] = 2 * (tangential * Math.sin(angle) + radial * Math.cos(angle));
  out[1] = 2 * (tangential * Math.cos(angle) - radial * Math.sin(angle));
  return blade;
};

/** Four circles of radius 0.75, 1.5, 2.25 and 3, noise 0.08. */
const rings: Toy = (random, out) => {
  const ring = random.integer(4);
  const angle = TURN * random.uniform();
  const radius = 0.75 * (ring + 1);
  out[0] = radius * Math.cos(angle) + 0.08 * random.normal();
  out[1] = radius * Math.sin(angle) + 0.08 * random.normal();
  return ring;
};

/** Uniform on the eight dark squares of side 2 of a 4 × 4 board on (−4, 4)². */
const checkerboard: Toy = (random, out) => {
  const square = random.integer(8);
  const row = square >> 1;
  const column = 2 * (square & 1) + (row & 1);
  out[0] = 2 * (column - 2 + random.uniform());
  out[1] = 2 * (row - 2 + random.uniform());
  return square;
};

/** Two arms of one and a half turns, their angle growing as the square root of a uniform number; noise 0.1. */
const twoSpirals: Toy = (random, out) => {
  const arm = random.integer(2);
  const angle = 1.5 * TURN * Math.sqrt(random.uniform());
  const side = arm === 0 ? 1 : -1;
  out[0] = side * (-Math.cos(angle) * angle + 0.5 * random.uniform()) / 3 + 0.1 * random.normal();
  out[1] = side * (Math.sin(angle) * angle + 0.5 * random.uniform()) / 3 + 0.1 * random.normal();
  return arm;
};

/** Two circles of radius 1.5 and 3, noise 0.24. */
const circles: Toy = (random, out) => {
  const ring = random.integer(2);
  const angle = TURN * random.uniform();
  const radius = 1.5 * (ring + 1);
  out[0] = radius * Math.cos(angle) + 0.24 * random.normal();
  out[1] = radius * Math.sin(angle) + 0.24 * random.normal();
  return ring;
};

/** One arm, at the radius of its angle, which is uniform on (1.5 π, 4.5 π); noise 1; then x / 5. The label is its half. */
const swissRoll: Toy = (random, out) => {
  const along = random.uniform();
  const angle = 1.5 * Math.PI * (1 + 2 * along);
  out[0] = (angle * Math.cos(angle) + random.normal()) / 5;
  out[1] = (angle * Math.sin(angle) + random.normal()) / 5;
  return along < 0.5 ? 0 : 1;
};

const TOYS = {
  "two-moons": twoMoons,
  "eight-gaussians": eightGaussians,
  "pinwheel": pinwheel,
  "rings": rings,
  "checkerboard": checkerboard,
  "spirals": twoSpirals,
  "circles": circles,
  "swiss-roll": swissRoll,
};

export type ToyName = keyof typeof TOYS;

/** `count` points. */
export function toy(name: ToyName, count: number, seed: number, split: "train" | "test" = "train"): Dataset {
  const random = new Random(seed);
  const values = new Float32Array(2 * count);
  const labels = new Uint8Array(count);
  for (let row = 0; row < count; row++) {
    random.at(row, split === "train" ? 0 : 1, Purpose.data);
    labels[row] = TOYS[name](random, values.subarray(2 * row, 2 * row + 2));
  }
  return { name, rows: count, columns: 2, values, labels, validationRows: 0 };
}
