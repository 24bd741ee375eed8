/** The plain TypeScript twin of `generalized_linear.ts`: the same function, by the textbook. */
import { expit, softplus } from "../special/logarithms.ts";
import type { Columns, Link, LinkSum } from "./generalized_linear.ts";

export function linkSumTwin(link: Link, { rows, count, values }: Columns): LinkSum {
  return (b, gradient) => {
    gradient.fill(0);
    let value = 0;
    for (let row = 0; row < rows; row++) {
      let z = 0;
      for (let j = 0; j < count; j++) z += values[j * rows + row] * b[j];
      value += link === "softplus" ? softplus(z) : Math.exp(z);
      const slope = link === "softplus" ? expit(z) : Math.exp(z);
      for (let j = 0; j < count; j++) gradient[j] += values[j * rows + row] * slope;
    }
    return value;
  };
}
