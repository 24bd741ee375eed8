/** The arrays of golden.json and what R's posterior says of them. */
import type { Chains } from "../../../coordinator/statistics/chains.ts";

export interface Expected {
  mean: number;
  sd: number;
  quantiles: number[];
  rhat: number;
  rhatBasic: number;
  rhatNested: number;
  essBulk: number;
  essTail: number;
  essMean: number;
  mcseMean: number;
  mcseSd: number;
  mcseQuantiles: number[];
  autocorrelation: number[];
}

export interface GoldenCase {
  readonly name: string;
  readonly rows: readonly (readonly number[])[];
  readonly expected: Expected;
}

function restore(_key: string, value: unknown): unknown {
  if (value === null) return NaN;
  if (value === "Inf") return Infinity;
  return value === "-Inf" ? -Infinity : value;
}

const text = Deno.readTextFileSync(new URL("./golden.json", import.meta.url));
const parsed: { cases: { name: string; chains: number[][]; expected: Expected }[] } = JSON.parse(text, restore);

export const goldenCases: readonly GoldenCase[] = parsed.cases.map(({ name, chains, expected }) => ({
  name,
  rows: chains,
  expected,
}));

/** A fresh copy, since the diagnostics sort in place. */
export function chainsOf(rows: readonly (readonly number[])[]): Chains {
  return { chains: rows.length, draws: rows[0].length, values: Float64Array.from(rows.flat()) };
}

/** Relative difference at most 1e-8 (`floor`: the size below which it is absolute); NaN equals NaN. */
export function agrees(found: number, expected: number, floor = 0): boolean {
  if (Number.isNaN(expected)) return Number.isNaN(found);
  if (!Number.isFinite(expected)) return found === expected;
  return Math.abs(found - expected) <= 1e-8 * Math.max(Math.abs(expected), floor);
}
