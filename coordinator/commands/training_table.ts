/** What a training has come to, as text. */
import type { TrainingSummary } from "../schema/training.ts";

const ON_THE_BAR = 3; // metrics that find room beside a progress bar

/** For the progress bar: the first few metrics, as they are now. */
export function latest({ metrics }: TrainingSummary): { metrics: string } {
  const shown = metrics.filter(({ name, last }) => last !== null && name !== "epoch").slice(0, ON_THE_BAR);
  return { metrics: shown.map(({ name, last }) => `${name} ${format(last)}`).join(" | ") };
}

/** A line for each metric. */
export function trainingTable({ metrics, records, updates }: TrainingSummary): string {
  const rows = [
    ["metric", "first", "last", "least", "most"],
    ...metrics.map(({ name, first, last, least, most }) => [name, ...[first, last, least, most].map(format)]),
  ];
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const lines = rows.map((row) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join("  ")
  );
  return `${lines.join("\n")}\n\n${records} records, ${updates} updates`;
}

function format(x: number | null): string {
  return x === null ? "–" : String(Number(x.toPrecision(5)));
}
