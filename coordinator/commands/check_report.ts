/** A check as a person reads it: a line for each question, with what was found where the answer is no. */
import type { Check } from "../schema/check.ts";

export function checkReport({ variables, gradient, transforms, simulates }: Check): string {
  return [
    `${variables.length} reported values: ${listed(variables)}`,
    ...gradientLines(gradient),
    ...transforms.map(({ name, calls, error, agrees }) =>
      `${mark(agrees)} the log-Jacobian of ${name} agrees with differences: ${calls} calls, largest error ${
        short(error)
      }`
    ),
    simulates
      ? "  prior and simulate are there: ranks of simulated parameters follow"
      : "  no prior and simulate: whether the density is the one that was meant cannot be told (docs/checking.md)",
  ].join("\n");
}

function gradientLines(gradient: Check["gradient"]): string[] {
  const { kind, points, nonFinitePoints, nonFinite, derivatives, relativeError, worst, unsettled, agrees } = gradient;
  const lines = [
    `${mark(agrees)} the ${kind} gradient agrees with differences: ${derivatives} derivatives at ${points} points, ` +
    `largest relative error ${short(relativeError)}`,
  ];
  if (!agrees && worst) {
    lines.push(
      `    worst: ${worst.coordinate} at (${numbers(worst.at)}): gradient ${worst.gradient}, ` +
        `difference ${worst.difference} ± ${short(worst.error)}`,
    );
  }
  if (!agrees && derivatives === 0) lines.push("    no derivative could be compared");
  if (unsettled > 0) lines.push(`    ${unsettled} differences do not settle: a kink or a jump is near`);
  if (nonFinitePoints > 0) {
    lines.push(`${mark(false)} not finite at ${nonFinitePoints} of ${points + nonFinitePoints} points:`);
    for (const { at, what, value, term } of nonFinite) {
      lines.push(`    the ${what} is ${value} at (${numbers(at)})${term === undefined ? "" : `: ${term}`}`);
    }
  }
  lines.push(`  a value with its gradient takes ${Number(gradient.microseconds.toPrecision(2))} µs`);
  return lines;
}

function mark(isRight: boolean): string {
  return isRight ? "✓" : "✗";
}

function listed(names: readonly string[]): string {
  return names.length <= 8 ? names.join(", ") : `${names.slice(0, 7).join(", ")} … ${names.at(-1)}`;
}

function numbers(values: readonly number[]): string {
  return values.map((value) => Number(value.toPrecision(4))).join(", ");
}

function short(value: number): string {
  return value.toExponential(0);
}
