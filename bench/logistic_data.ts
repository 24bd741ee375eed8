/** Made-up data of a logistic regression, the same for every contestant. */
import { Purpose, Random } from "../numerics/random/random.ts";

export interface LogisticData {
  /** [rows][predictors]. */
  readonly x: readonly (readonly number[])[];
  readonly y: readonly (0 | 1)[];
}

/** x_ij ~ N(0, 1), β_j ~ N(0, 1/4), intercept 1/2. */
export function logisticData(rows: number, predictors: number): LogisticData {
  const random = new Random(1).at(0, 0, Purpose.test);
  const beta = Array.from({ length: predictors }, () => 0.5 * random.normal());
  const x = Array.from({ length: rows }, () => Array.from({ length: predictors }, () => random.normal()));
  const y = x.map((row) => {
    const z = row.reduce((sum, value, j) => sum + value * beta[j], 0.5);
    return random.uniform() < 1 / (1 + Math.exp(-z)) ? 1 : 0;
  });
  return { x, y };
}

/** The data as R reads it. */
export function toRDump({ x, y }: LogisticData): string {
  const rows = x.length, predictors = x[0].length;
  const columns = Array.from({ length: predictors }, (_, j) => x.map((row) => row[j])).flat();
  return [
    `N <- ${rows}`,
    `K <- ${predictors}`,
    `x <- structure(c(${columns.join(", ")}), .Dim = c(${rows}, ${predictors}))`,
    `y <- c(${y.join(", ")})`,
    "",
  ].join("\n");
}
