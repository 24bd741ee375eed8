/** A summary as a person reads it. */
import type { Summary, VariableSummary } from "../schema/summary.ts";

type Format = (value: number) => string;
const COLUMNS: readonly (readonly [string, (variable: VariableSummary) => number | null, Format])[] = [
  ["mean", (v) => v.mean, significant],
  ["sd", (v) => v.sd, significant],
  ["mcse", (v) => v.mcseMean, (value) => value.toPrecision(2)],
  ["5%", (v) => v.q5, significant],
  ["50%", (v) => v.q50, significant],
  ["95%", (v) => v.q95, significant],
  ["R-hat", (v) => v.rhat, (value) => value.toFixed(3)],
  ["ESS bulk", (v) => v.essBulk, (value) => value.toFixed(0)],
  ["ESS tail", (v) => v.essTail, (value) => value.toFixed(0)],
];

function significant(value: number): string {
  const magnitude = Math.abs(value);
  return magnitude !== 0 && (magnitude >= 1e6 || magnitude < 1e-3) ? value.toExponential(3) : value.toPrecision(4);
}

/** One line a variable under a header, columns aligned; what is not defined is "–". */
export function summaryTable(summary: Summary): string {
  const rows = [
    ["", ...COLUMNS.map(([title]) => title)],
    ...summary.variables.map((variable) => [
      variable.name,
      ...COLUMNS.map(([, read, format]) => {
        const value = read(variable);
        return value === null ? "–" : format(value);
      }),
    ]),
  ];
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows
    .map((row) => row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join("  "))
    .join("\n");
}

/** What of the run is worth a line below the table. */
export function summaryNotes(summary: Summary): string {
  const { chains, draws, divergences, acceptRate, complete } = summary;
  const parts = [`${chains} chains × ${draws} draws${complete ? "" : " so far"}`, `${divergences} divergences`];
  if (acceptRate !== null) parts.push(`acceptance ${acceptRate.toFixed(2)}`);
  return parts.join(", ");
}

/** The worst of the diagnostics, for a progress bar. */
export function worst(summary: Summary): { rhat: string; ess: string } {
  const defined = (values: (number | null)[]) => values.filter((value) => value !== null);
  const rhats = defined(summary.variables.map(({ rhat }) => rhat));
  const esses = defined(summary.variables.flatMap(({ essBulk, essTail }) => [essBulk, essTail]));
  return {
    rhat: rhats.length > 0 ? Math.max(...rhats).toFixed(3) : "–",
    ess: esses.length > 0 ? Math.min(...esses).toFixed(0) : "–",
  };
}
