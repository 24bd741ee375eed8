/** What every summary says of a variable, however its draws came about: moments and quantiles with their errors. */
import type { VariableSummary } from "../schema/summary.ts";
import type { Diagnostics } from "./diagnose.ts";

/** NaN where a number is not defined. */
export type Location = Pick<
  Diagnostics,
  "mean" | "sd" | "mcseMean" | "mcseSd" | "quantiles" | "mcseQuantiles" | "constant"
>;

export function locationSummary(name: string, found: Location) {
  const [q5, q50, q95] = found.quantiles.map(defined);
  const [mcseQ5, mcseQ50, mcseQ95] = found.mcseQuantiles.map(defined);
  return {
    name,
    mean: defined(found.mean),
    sd: found.constant ? 0 : defined(found.sd),
    mcseMean: defined(found.mcseMean),
    mcseSd: defined(found.mcseSd),
    q5,
    q50,
    q95,
    mcseQ5,
    mcseQ50,
    mcseQ95,
  } satisfies VariableSummary;
}

/** What is not defined is null on the wire. */
export function defined(x: number): number | null {
  return Number.isFinite(x) ? x : null;
}
