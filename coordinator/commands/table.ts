/** A summary as a person reads it. */
import { calibrationTable, calibrationVerdict } from "./calibration_table.ts";
import type { Summary, VariableSummary } from "../schema/summary.ts";

type Format = (value: number) => string;
type Column = readonly [string, (variable: VariableSummary) => number | null | undefined, Format];
const COLUMNS: readonly Column[] = [
  ["mean", (v) => v.mean, significant],
  ["sd", (v) => v.sd, significant],
  ["mcse", (v) => v.mcseMean, (value) => value.toPrecision(2)],
  ["5%", (v) => v.q5, significant],
  ["50%", (v) => v.q50, significant],
  ["95%", (v) => v.q95, significant],
  ["R-hat", (v) => v.rhat, (value) => value.toFixed(3)],
  ["ESS bulk", (v) => v.essBulk, (value) => value.toFixed(0)],
  ["ESS tail", (v) => v.essTail, (value) => value.toFixed(0)],
  ["ESS", (v) => v.ess, (value) => value.toFixed(0)],
  ["k-hat", (v) => v.khat, (value) => value.toFixed(2)],
];

function significant(value: number): string {
  const magnitude = Math.abs(value);
  return magnitude !== 0 && (magnitude >= 1e6 || magnitude < 1e-3) ? value.toExponential(3) : value.toPrecision(4);
}

/** One line a variable under a header, columns aligned; what is not defined is "–". */
export function summaryTable(summary: Summary): string {
  if (summary.calibration) return calibrationTable(summary.calibration);
  // Draws of chains and weighted ones have diagnostics of their own.
  const columns = COLUMNS.filter(([, read]) => summary.variables.some((variable) => read(variable) !== undefined));
  const rows = [
    ["", ...columns.map(([title]) => title)],
    ...summary.variables.map((variable) => [
      variable.name,
      ...columns.map(([, read, format]) => {
        const value = read(variable);
        return value === null || value === undefined ? "–" : format(value);
      }),
    ]),
  ];
  const widths = rows[0].map((_, column) => rows.reduce((most, row) => Math.max(most, row[column].length), 0));
  return rows
    .map((row) => row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join("  "))
    .join("\n");
}

/** What of the run is worth a line below the table. */
export function summaryNotes(summary: Summary): string {
  const { chains, draws, divergences, acceptRate, complete, logEvidence, calibration } = summary;
  if (calibration) return `${calibrationVerdict({ ...summary, calibration })}\n${divergences} divergences`;
  const parts = [`${chains} chains × ${draws} draws${complete ? "" : " so far"}`, `${divergences} divergences`];
  if (acceptRate !== null) parts.push(`acceptance ${acceptRate.toFixed(2)}`);
  if (logEvidence && logEvidence.value !== null) {
    const { value, standardError, bound } = logEvidence;
    const error = standardError === null ? "" : ` ± ${standardError.toPrecision(2)}`;
    parts.push(`log evidence ${value.toFixed(3)}${error} (${bound} bound on average)`);
  }
  return parts.join(", ");
}

/** The worst of the diagnostics, for a progress bar. */
export function worst(summary: Summary): { rhat: string; ess: string } {
  const defined = (values: (number | null | undefined)[]) => values.filter((value) => typeof value === "number");
  const rhats = defined(summary.variables.map(({ rhat }) => rhat));
  const esses = defined(summary.variables.flatMap(({ essBulk, essTail, ess }) => [essBulk, essTail, ess]));
  return {
    rhat: rhats.length > 0 ? rhats.reduce((a, b) => Math.max(a, b)).toFixed(3) : "–",
    ess: esses.length > 0 ? esses.reduce((a, b) => Math.min(a, b)).toFixed(0) : "–",
  };
}
