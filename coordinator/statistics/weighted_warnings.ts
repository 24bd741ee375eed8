/** What the summary of weighted draws has to say beyond its numbers. */
import type { Summary, Warning } from "../schema/summary.ts";
import { khatLimit } from "./psis.ts";
import { type Facts, sharedWarnings, worst, worstNames } from "./warnings.ts";

export interface WeightedFacts extends Facts {
  /** Some weight is above zero. */
  readonly isPositive: boolean;
  /** All weights are equal: there is no tail to fit. */
  readonly equal: boolean;
}

const LEAST_ESS = 400;

type Numbers = Omit<Summary, "warnings">;

/** The gravest first. */
export function weightedWarnings(summary: Numbers, facts: WeightedFacts): Warning[] {
  const { before, after } = sharedWarnings(summary, facts);
  const found = [...before, noWeight(facts), khat(summary), noKhat(summary, facts), ess(summary), ...after];
  return found.filter((warning) => warning !== null);
}

function noWeight({ isPositive }: WeightedFacts): Warning | null {
  if (isPositive) return null;
  return {
    code: "no-weight",
    message:
      "No draw has a weight above zero, so nothing can be estimated: the proposal never met the support of the " +
      "model. Give another one.",
  };
}

function khat({ variables, chains, draws }: Numbers): Warning | null {
  const limit = khatLimit(chains * draws);
  const high = worst(variables, ({ khat }) => khat, (x) => x > limit, (a, b) => b - a);
  if (high.length === 0) return null;
  return {
    code: "khat",
    message: `A few weights decide: k-hat is above min(1 − 1/log10(S), 0.7) = ${limit.toFixed(2)} for S = ` +
      `${chains * draws} draws, for ${
        worstNames(high, variables, 2)
      }. Means and their errors can't be trusted there. Give ` +
      "a proposal with heavier tails or nearer to the model, more temperatures, or more draws.",
  };
}

function noKhat({ variables }: Numbers, { isPositive, equal, nonFiniteDraws }: WeightedFacts): Warning | null {
  if (!isPositive || equal || nonFiniteDraws.length > 0 || variables.every(({ khat }) => khat !== null)) return null;
  return {
    code: "no-khat",
    message: "k-hat is null: there are fewer than five draws in the tail of the weights, or the tail has no spread. " +
      "Make more draws.",
  };
}

function ess({ variables }: Numbers): Warning | null {
  const [{ ess }] = variables;
  if (ess === null || ess === undefined || ess >= LEAST_ESS) return null;
  return {
    code: "ess",
    message: `The weighted draws are worth ${ess.toFixed(0)} independent ones, fewer than ${LEAST_ESS}: means and ` +
      "quantiles are unsure. Make more draws, or bring the proposal nearer to the model.",
  };
}
