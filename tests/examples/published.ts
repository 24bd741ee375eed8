/** Published estimates, and how far from them a run may be. */
import { join } from "node:path";
import { FOLDER } from "./posterior.ts";

/** As printed. The BUGS tables print four significant digits and leave zeros at the end away. */
export interface Estimate {
  readonly mean: string;
  readonly sd?: string;
  /** The published run's own Monte Carlo error of the mean. */
  readonly mcse: string;
}

export interface Published {
  readonly source: string;
  readonly quantities: Readonly<Record<string, Estimate>>;
}

export const published: Readonly<Record<string, Published>> = JSON.parse(
  Deno.readTextFileSync(join(FOLDER, "published.json")),
);

const ERRORS = 4; // two-sided, one in 16,000 of right quantities is further away
const DIGITS = 4;

export interface Found {
  readonly mean: number;
  readonly sd: number;
  readonly mcseMean: number;
  readonly mcseSd: number;
}

export interface Comparison {
  readonly quantity: string;
  readonly what: "mean" | "sd";
  readonly found: number;
  readonly printed: string;
  /** |found − printed| less half the last digit, in standard errors of both runs together. */
  readonly errors: number;
  readonly agrees: boolean;
}

/** Half of what the last digit stands for. */
function halfDigit(printed: string): number {
  const digits = Math.max(DIGITS, printed.replace(/^-?0*\.?0*/, "").replace(".", "").length);
  return 0.5 * 10 ** (Math.floor(Math.log10(Math.abs(Number(printed)))) + 1 - digits);
}

/** Long runs of JAGS, by jags.R: to three digits what is true. */
const byJags: Readonly<Record<string, Readonly<Record<string, Found>>>> = JSON.parse(
  Deno.readTextFileSync(join(import.meta.dirname!, "jags.json")),
);

function compared(quantity: string, what: "mean" | "sd", found: number, printed: string, error: number): Comparison {
  const distance = Math.max(0, Math.abs(found - Number(printed)) - halfDigit(printed));
  const errors = distance / error;
  return { quantity, what, found, printed, errors, agrees: errors <= ERRORS };
}

/** `find` gives what a run found of a quantity. */
export function compare(name: string, find: (quantity: string) => Found): Comparison[] {
  return Object.entries(published[name].quantities).flatMap(([quantity, { mean, sd, mcse }]) => {
    const found = find(quantity), theirs = Number(mcse);
    const ofMean = compared(quantity, "mean", found.mean, mean, Math.hypot(found.mcseMean, theirs));
    if (sd === undefined) return [ofMean];
    // The tables say no error of the sd: it is to that of the mean as in our run.
    const theirsOfSd = theirs * found.mcseSd / found.mcseMean;
    return [ofMean, compared(quantity, "sd", found.sd, sd, Math.hypot(found.mcseSd, theirsOfSd))];
  });
}

/** The same against JAGS; nothing of a posterior that JAGS was not asked for. */
export function compareWithJags(name: string, find: (quantity: string) => Found): Comparison[] {
  return Object.entries(byJags[name] ?? {}).flatMap(([quantity, theirs]) => {
    const found = find(quantity);
    return [
      compared(quantity, "mean", found.mean, `${theirs.mean}`, Math.hypot(found.mcseMean, theirs.mcseMean)),
      compared(quantity, "sd", found.sd, `${theirs.sd}`, Math.hypot(found.mcseSd, theirs.mcseSd)),
    ];
  });
}
