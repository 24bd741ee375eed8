/** What a calibration found, as a person reads it: a line a quantity with the histogram of its ranks, and the verdict. */
import type { Calibration, Summary } from "../schema/summary.ts";

const BARS = [..." ▁▂▃▄▅▆▇█"];

export function calibrationTable({ quantities }: Calibration): string {
  const rows = [
    ["", "ranks", "p"],
    ...quantities.map(({ name, histogram, pValue, uniform }) => [
      name,
      bars(histogram),
      `${pValue < 0.001 ? pValue.toExponential(0) : pValue.toFixed(3)}${uniform ? "" : "  not uniform"}`,
    ]),
  ];
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column].length)));
  return rows
    .map(([name, ranks, p]) => `${name.padEnd(widths[0])}  ${ranks.padEnd(widths[1])}  ${p}`.trimEnd())
    .join("\n");
}

/** Heights from 0: a bar of the average count is half as high as the line. */
export function bars(histogram: readonly number[]): string {
  const average = histogram.reduce((sum, count) => sum + count, 0) / histogram.length;
  return histogram.map((count) => BARS[Math.min(8, Math.round(4 * count / average))]).join("");
}

export function calibrationVerdict({ calibration, chains, draws }: Summary & { calibration: Calibration }): string {
  const { verdict, falseAlarmRate, start } = calibration;
  const of = `${chains} replications, ranks among ${draws} draws`;
  if (verdict === "incomplete") return `not all replications are finished: no verdict (${of})`;
  const alarm = `a right model is found wrong in at most ${100 * falseAlarmRate} % of such runs` +
    (start === "warmup" ? " where draws are independent" : "");
  return `${verdict}: ${of}; ${alarm}`;
}
