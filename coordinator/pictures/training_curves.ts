/** The metrics of a training over its records, each from its own least to its greatest value. */
import type { DrawsReader } from "../store/draws.ts";
import { linePlot } from "./line_plot.ts";

/** An SVG document. Metrics that were never finite, or never changed, are left out. Does not close the reader. */
export function trainingCurves(reader: DrawsReader): string {
  const values = new Float64Array(reader.draws);
  const series = reader.names.flatMap((name, index) => {
    if (name === "epoch" || name === "update") return [];
    reader.readValue(0, index, 0, values);
    const points = [...values.entries()].filter(([, y]) => Number.isFinite(y));
    const least = points.reduce((least, [, y]) => Math.min(least, y), Infinity);
    const most = points.reduce((most, [, y]) => Math.max(most, y), -Infinity);
    if (!(most > least)) return [];
    return [{
      name: `${name} (${least.toPrecision(4)} … ${most.toPrecision(4)})`,
      x: points.map(([record]) => record + 1),
      y: points.map(([, y]) => (y - least) / (most - least)),
    }];
  });
  return linePlot({
    title: series.length > 0 ? "Training" : "Training: no metric has changed from one record to the next",
    x: { label: "record", range: [1, Math.max(2, reader.draws)] },
    y: { label: "from the least to the greatest value of each", range: [0, 1] },
    series,
  });
}
