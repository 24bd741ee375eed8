/** An analysis as a person reads it. */
import type { ChainAnalysis } from "../schema/chain.ts";

const MOST_ROWS = 32; // of a table; of a longer one the states with the most probability
const MOST_NAMED = 12; // states of a set
const MOST_CLASSES = 12;
const MOST_EIGENVALUES = 6;
const ZERO = 1e-12; // an eigenvalue below it is rounding

type ClosedClass = ChainAnalysis["closedClasses"][number];

export function chainReport(analysis: ChainAnalysis): string {
  const { closedClasses, names } = analysis;
  const parts = [
    overview(analysis),
    ...closedClasses.slice(0, MOST_CLASSES).map((one, i) => {
      const title = closedClasses.length > 1 ? `closed class ${i + 1}: ${set(one.states, names)}\n` : "";
      return title + classReport(one, names);
    }),
    mixingReport(analysis),
    absorptionReport(analysis),
    ...analysis.hitting.map((one) => hittingReport(one, names)),
    targetReport(analysis),
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

function overview(
  { states, irreducible, period, forgetsStart, classes, closedClasses, names, coordinates }: ChainAnalysis,
) {
  const lines = [
    `${count(states, "state")}: ` +
    (irreducible ? "irreducible" : `${classes.length} classes, ${closedClasses.length} of them closed`) +
    (period === null ? "" : period === 1 ? ", aperiodic" : `, period ${period}`) +
    (forgetsStart ? "; the chain forgets its start" : "; the chain does not forget its start"),
  ];
  if (coordinates && coordinates.length > 0) lines.push(`states are named by ${coordinates.join(", ")}`);
  if (!irreducible) {
    for (const one of classes.slice(0, MOST_CLASSES)) {
      lines.push(`  ${one.closed ? "closed   " : "transient"}  ${set(one.states, names)}`);
    }
    if (classes.length > MOST_CLASSES) lines.push(`  and ${classes.length - MOST_CLASSES} more`);
  }
  return lines.join("\n");
}

function classReport(one: ClosedClass, names: readonly string[]): string {
  if (one.states.length === 1) return "one state, which is not left";
  const rows = one.states.map((state, i) => [names[state], digits(one.stationary[i])] as const);
  const shown = one.states.length <= MOST_ROWS
    ? rows
    : one.stationary.map((p, i) => [p, i]).sort((a, b) => b[0] - a[0]).slice(0, MOST_ROWS).map(([, i]) => rows[i]);
  const lines = [...table([["state", "probability"], ...shown])];
  if (shown.length < rows.length) lines.push(`and ${rows.length - shown.length} states with less`);
  if (one.period > 1) lines.push(`period ${one.period}`);
  lines.push("", balanceLine(one, names), ...spectrumLines(one));
  if (one.conductance) {
    lines.push(
      `bottleneck ${digits(one.conductance.ratio)}: so much of ${set(one.conductance.set, names)} leaves it in a step`,
    );
  }
  if (one.functions.length > 0) {
    const body = one.functions.map(({ name, mean, variance, autocorrelationTime }) => [
      name,
      digits(mean),
      digits(Math.sqrt(variance)),
      autocorrelationTime === null ? "–" : digits(autocorrelationTime),
    ]);
    lines.push("", ...table([["function", "mean", "sd", "steps for one independent draw"], ...body]));
  }
  return lines.join("\n");
}

function balanceLine({ detailedBalance }: ClosedClass, names: readonly string[]): string {
  const { reversible, imbalance, from, to, flow, reverseFlow } = detailedBalance;
  if (reversible) return `reversible: detailed balance holds (largest difference ${brief(imbalance)})`;
  return `not reversible: from ${names[from]} to ${names[to]} flows ${digits(flow)}, back ${digits(reverseFlow)} ` +
    `(the largest difference, ${digits(imbalance)})`;
}

function spectrumLines({ spectrum }: ClosedClass): string[] {
  if (!spectrum) return ["the eigenvalues could not be computed"];
  const { real, imaginary, spectralGap, absoluteGap, relaxationTime, singularGap } = spectrum;
  const values = real.slice(0, MOST_EIGENVALUES).map((re, i) => complex(re, imaginary[i]));
  const lines = [`eigenvalues ${values.join(", ")}${real.length > MOST_EIGENVALUES ? ", …" : ""}`];
  if (spectralGap !== null) lines.push(`spectral gap ${digits(spectralGap)}`);
  lines.push(
    `absolute gap ${digits(absoluteGap)}, relaxation time ` +
      (relaxationTime === null ? "infinite" : `${digits(relaxationTime)} steps`),
  );
  if (spectralGap === null && singularGap !== null) lines.push(`singular-value gap ${digits(singularGap)}`);
  return lines;
}

function mixingReport({ mixing, closedClasses, period }: ChainAnalysis): string {
  if (!mixing) {
    return closedClasses.length > 1
      ? "no mixing time: where the chain ends depends on its start"
      : `no mixing time: the period ${period} is remembered for ever`;
  }
  const { epsilon, steps, reached, distances } = mixing;
  const time = steps === null ? `more than ${reached}` : String(steps);
  return [
    `mixing time t(${epsilon}) = ${time} steps`,
    ...table([
      ["steps", "worst distance"],
      ...distances.slice(-MOST_ROWS).map((distance, i, shown) => [
        String(2 ** (distances.length - shown.length + i)),
        digits(distance),
      ]),
    ]),
  ].join("\n");
}

function absorptionReport({ absorption, closedClasses, names }: ChainAnalysis): string {
  if (!absorption) return "";
  const { transient, probabilities, expectedSteps } = absorption;
  const classes = closedClasses.slice(0, MOST_CLASSES);
  const header = ["from", ...classes.map(({ states }) => `ends in ${set(states, names, 3)}`), "expected steps"];
  const body = transient.slice(0, MOST_ROWS).map((state, i) => [
    names[state],
    ...classes.map((_, k) => digits(probabilities[i][k])),
    digits(expectedSteps[i]),
  ]);
  const rest = transient.length - body.length;
  return [...table([header, ...body]), ...(rest > 0 ? [`and ${rest} transient states more`] : [])].join("\n");
}

function hittingReport(
  { set: target, expectedSteps }: ChainAnalysis["hitting"][number],
  names: readonly string[],
): string {
  const body = expectedSteps.slice(0, MOST_ROWS).map((steps, i) => [names[i], steps === null ? "∞" : digits(steps)]);
  const rest = expectedSteps.length - body.length;
  return [
    ...table([["from", `expected steps to ${set(target, names, 3)}`], ...body]),
    ...(rest > 0 ? [`and ${rest} states more`] : []),
  ].join("\n");
}

const ROUNDING = 1e-6; // single precision of energies included

function targetReport({ target }: ChainAnalysis): string {
  if (!target) return "";
  return target.drift < ROUNDING
    ? `the target is kept (to ${brief(target.drift)})`
    : `the target is NOT kept: one step changes a probability by ${digits(target.drift)}`;
}

/** The first column to the left, the others to the right. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) =>
    row.map((cell, i) => i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])).join("  ").trimEnd()
  );
}

function set(states: readonly number[], names: readonly string[], most = MOST_NAMED): string {
  const shown = states.slice(0, most).map((state) => names[state]).join(", ");
  return `{${shown}${states.length > most ? `, … ${states.length - most} more` : ""}}`;
}

function count(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? "" : "s"}`;
}

function complex(re: number, im: number): string {
  if (Math.hypot(re, im) < ZERO) return "0";
  if (im === 0) return digits(re);
  return `${digits(re)} ${im < 0 ? "−" : "+"} ${digits(Math.abs(im))}i`;
}

function digits(value: number): string {
  const size = Math.abs(value);
  return size !== 0 && (size >= 1e6 || size < 1e-4) ? value.toExponential(3) : String(Number(value.toPrecision(5)));
}

function brief(value: number): string {
  return value === 0 ? "0" : value.toExponential(0);
}
