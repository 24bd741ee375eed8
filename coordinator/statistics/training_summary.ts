/** What a training has come to: its metrics at the first record, at the last, and at their extremes. */
import type { TrainingSummary } from "../schema/training.ts";
import type { DrawsReader } from "../store/draws.ts";

/** updatesARecord: how many updates each record stands for. A metric that was never finite has no numbers, and a warning says so. */
export function summarizeTraining(reader: DrawsReader, updatesARecord: number): TrainingSummary {
  const values = new Float64Array(reader.draws);
  const warnings: TrainingSummary["warnings"] = [];
  const metrics = reader.names.map((name, index) => {
    reader.readValue(0, index, 0, values);
    const finite = values.filter(Number.isFinite); // one that is measured now and then is NaN between
    if (finite.length > 0 && values.some((x) => Math.abs(x) === Infinity)) {
      warnings.push({
        code: "non-finite",
        message: `${name} became infinite: the training diverges. Learn more slowly.`,
      });
    }
    return {
      name,
      first: finite[0] ?? null,
      last: finite.at(-1) ?? null,
      least: finite.length > 0 ? finite.reduce((a, b) => Math.min(a, b)) : null,
      most: finite.length > 0 ? finite.reduce((a, b) => Math.max(a, b)) : null,
    };
  });
  return {
    complete: reader.complete,
    records: reader.draws,
    updates: reader.draws * updatesARecord,
    metrics,
    numericClass: reader.numericClass,
    warnings,
  };
}
