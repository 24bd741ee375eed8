/** What a summary has to say beyond its numbers: what is wrong, for which variables or chains, and what to do. */
import type { Summary, VariableSummary, Warning } from "../schema/summary.ts";
import type { NonFiniteTerm } from "../../models/target.ts";
import { khatLimit } from "./psis.ts";

/** What the numbers alone do not show. */
export interface Facts {
  /** The diagnostics used every so many-th draw. */
  readonly every: number;
  readonly nonFiniteDraws: { readonly name: string; readonly count: number }[];
  readonly constant: readonly string[];
  /** Of a user's density, whose gradient was not finite there. */
  readonly terms?: readonly NonFiniteTerm[];
  readonly superchains?: number;
  /** Chains whose tempering ended in a jump. */
  readonly forcedStages?: readonly number[];
}

const MOST_RHAT = 1.01; // Vehtari et al. (2021)
const LEAST_ESS_A_CHAIN = 100;
const LEAST_ESS = 400; // with four chains or more
const LEAST_E_BFMI = 0.3;
const LEAST_GLOBAL_ACCEPTANCE = 0.05; // a chain then waits 20 steps for the next mode
const LEAST_DRAWS = 4; // halves of two draws have a variance
const LEAST_DRAWS_FOR_ESS = 6; // halves of three draws
const MOST_NAMES = 5;

/** The gravest first. */
export function warningsOf(summary: Omit<Summary, "warnings">, facts: Facts): Warning[] {
  const found = [
    nonFiniteDraws(facts),
    forcedStages(facts),
    divergences(summary),
    fewDraws(summary),
    rhat(summary),
    rhatNested(summary, facts),
    ess(summary),
    eBfmi(summary),
    treeDepth(summary),
    globalMovesRejected(summary),
    flowTails(summary),
    oneChain(summary),
    constant(facts),
    undefinedNumbers(summary, facts),
    nonFinite(summary),
    nonFiniteTerms(facts),
    thinned(facts),
  ];
  return found.filter((warning) => warning !== null);
}

/** What is said of weighted draws too: before and after what is said of their weights. */
export function sharedWarnings(summary: Numbers, facts: Facts): Record<"before" | "after", (Warning | null)[]> {
  return {
    before: [nonFiniteDraws(facts)],
    after: [constant(facts), nonFinite(summary), nonFiniteTerms(facts), thinned(facts)],
  };
}

type Numbers = Omit<Summary, "warnings">;

function nonFiniteDraws({ nonFiniteDraws }: Facts): Warning | null {
  if (nonFiniteDraws.length === 0) return null;
  const names = nonFiniteDraws.map(({ name, count }) => `${name} (${count})`);
  return {
    code: "non-finite-draws",
    message: `NaN or infinite draws: ${listed(names)}. What depends on them is null. ` +
      "Look for overflow or a division by zero in the quantities that the model reports.",
  };
}

function forcedStages({ forcedStages = [] }: Facts): Warning | null {
  if (forcedStages.length === 0) return null;
  return {
    code: "forced-stage",
    message:
      `Warmup ended before the population had reached the model in chain ${listed(forcedStages.map(String))}: its ` +
      "last stage was a jump, after which few particles are left. Use more warmup, one step a stage, or a lower target ESS.",
  };
}

function divergences({ divergences, chains, draws }: Numbers): Warning | null {
  if (divergences === 0) return null;
  return {
    code: "divergences",
    message:
      `${divergences} of ${chains * draws} transitions diverged: part of the distribution is too curved for the ` +
      "step size, and the draws may miss it. Raise the sampler's targetAccept (0.95, 0.99), or reparametrise the model " +
      "(non-centred, say).",
  };
}

function fewDraws({ draws }: Numbers): Warning | null {
  if (draws >= LEAST_DRAWS_FOR_ESS) return null;
  const missing = draws >= LEAST_DRAWS
    ? "effective sample sizes and standard errors"
    : "R-hat, effective sample sizes and standard errors";
  return {
    code: "few-draws",
    message: `Too few draws a chain (${draws}) for ${missing}, which are null: they take ` +
      `${draws >= LEAST_DRAWS ? LEAST_DRAWS_FOR_ESS : `${LEAST_DRAWS} and ${LEAST_DRAWS_FOR_ESS}`}.`,
  };
}

function rhat({ variables, draws }: Numbers): Warning | null {
  const high = worst(variables, ({ rhat }) => rhat ?? null, (x) => x > MOST_RHAT, (a, b) => b - a);
  if (high.length === 0) return null;
  return {
    code: "rhat",
    message: `The chains disagree: R-hat is above ${MOST_RHAT} for ${of(high, variables)}: ` +
      `${listed(high.map(({ name, x }) => `${name} (${x.toFixed(3)})`))}. ` +
      (draws < 100 ? "The chains are short. " : "") +
      "Run longer, with more warmup, or look for several modes or a variable that hardly moves.",
  };
}

/** Independent chains still differ by noise, 1/(chains of a superchain × draws) of the variance: that much is allowed beyond 1.01. */
function rhatNested({ variables, chains, draws }: Numbers, { superchains }: Facts): Warning | null {
  if (superchains === undefined) return null;
  const most = Math.sqrt(MOST_RHAT ** 2 + superchains / (chains * draws));
  const high = worst(variables, ({ rhatNested }) => rhatNested ?? null, (x) => x > most, (a, b) => b - a);
  if (high.length === 0) return null;
  return {
    code: "rhat-nested",
    message: `The superchains disagree: nested R-hat is above ${most.toFixed(3)} for ${of(high, variables)}: ` +
      `${
        listed(high.map(({ name, x }) => `${name} (${x.toFixed(3)})`))
      }. Their starts are not forgotten yet: use more warmup.`,
  };
}

function ess({ variables, chains }: Numbers): Warning | null {
  const least = Math.min(LEAST_ESS, LEAST_ESS_A_CHAIN * chains);
  const low = worst(variables, lesserEss, (x) => x < least, (a, b) => a - b);
  if (low.length === 0) return null;
  return {
    code: "ess",
    message: `Effective sample sizes below ${least}, so that means, tails and R-hat are unsure, for ` +
      `${of(low, variables)}: ${listed(low.map(({ name, x }) => `${name} (${x.toFixed(0)})`))}. ` +
      "Make more draws, or use a sampler or a parametrisation that mixes better.",
  };
}

function lesserEss({ essBulk = null, essTail = null }: VariableSummary): number | null {
  return essBulk === null ? essTail : essTail === null ? essBulk : Math.min(essBulk, essTail);
}

function eBfmi({ eBfmi }: Numbers): Warning | null {
  const low = (eBfmi ?? []).flatMap((x, chain) => x !== null && x < LEAST_E_BFMI ? [`${chain} (${x.toFixed(2)})`] : []);
  if (low.length === 0) return null;
  return {
    code: "e-bfmi",
    message:
      `E-BFMI below ${LEAST_E_BFMI} in chain ${listed(low)}: the energies are explored too slowly, heavy tails may ` +
      "be missed. Reparametrise the model so that its tails are lighter.",
  };
}

function treeDepth({ maxTreeDepthHits, chains, draws }: Numbers): Warning | null {
  if (maxTreeDepthHits === 0) return null;
  return {
    code: "tree-depth",
    message:
      `${maxTreeDepthHits} of ${chains * draws} transitions stopped at the largest tree depth: right, but slow. ` +
      "Raise the sampler's maxTreeDepth, warm up longer, or rescale the model.",
  };
}

function globalMovesRejected({ globalMoves }: Numbers): Warning | null {
  if (!globalMoves) return null;
  const { acceptRate } = globalMoves;
  if (acceptRate === null) {
    return {
      code: "no-flow",
      message:
        "The chains have learned no flow, so that only local moves were made: warmup is too short for a barrier. " +
        "Give it 100 steps at least.",
    };
  }
  if (acceptRate >= LEAST_GLOBAL_ACCEPTANCE) return null;
  return {
    code: "global-moves",
    message:
      `Only ${
        (100 * acceptRate).toPrecision(2)
      } % of the flow's proposals are accepted, so that modes exchange chains slowly. ` +
      "Use more chains or a longer warmup, from which the flow learns, a larger flow, or more of its training.",
  };
}

function flowTails({ globalMoves, chains, draws }: Numbers): Warning | null {
  const khat = globalMoves?.khat ?? null, limit = khatLimit(chains * draws);
  if (khat === null || khat <= limit) return null;
  return {
    code: "flow-tails",
    message:
      `The log evidence can't be trusted: the weights of the flow's proposals have a k-hat of ${
        khat.toFixed(2)
      }, above ` +
      `${limit.toFixed(2)}, since the flow hardly proposes some parts of the model. The draws do not depend on it. ` +
      "Use more chains or a longer warmup, from which the flow learns, or a larger flow.",
  };
}

function oneChain({ chains }: Numbers): Warning | null {
  if (chains > 1) return null;
  return {
    code: "one-chain",
    message: "There is one chain: R-hat compares its halves, and can't see what it never visited. Run four or more.",
  };
}

function constant({ constant }: Facts): Warning | null {
  if (constant.length === 0) return null;
  return {
    code: "constant",
    message: `All draws are equal: ${listed(constant)}. Diagnostics of how they mix are null. ` +
      "Where that is not the model's meaning, the sampler is stuck.",
  };
}

/** Numbers that are null for none of the reasons above. */
function undefinedNumbers({ variables, draws }: Numbers, { constant, nonFiniteDraws }: Facts): Warning | null {
  if (draws < LEAST_DRAWS_FOR_ESS) return null;
  const explained = new Set([...constant, ...nonFiniteDraws.map(({ name }) => name)]);
  const affected = variables.filter((variable) => !explained.has(variable.name) && hasUnexplainedNull(variable));
  if (affected.length === 0) return null;
  return {
    code: "undefined",
    message:
      `Some diagnostics are null for ${
        listed(affected.map(({ name }) => name))
      }: too few distinct values, numbers too ` +
      "large, or chains that each stand still at their own value.",
  };
}

/** False of a variable of two values, and of others whose quantiles fall together. */
export function hasTails({ q5, q50, q95 }: VariableSummary): boolean {
  return q5 !== q50 && q50 !== q95;
}

/** A variable of two values, a spin or a bit, has no tails: that they have no ESS and no error is as it should be. */
function hasUnexplainedNull(variable: VariableSummary): boolean {
  const { essTail: _, mcseQ5: __, mcseQ50: ___, mcseQ95: ____, ...others } = variable;
  return Object.values(hasTails(variable) ? variable : others).some((x) => x === null);
}

function nonFinite({ nonFinite }: Numbers): Warning | null {
  if (nonFinite === 0) return null;
  return {
    code: "non-finite",
    message: `The log density was NaN or +infinity ${nonFinite} times, warmup included; such proposals are rejected. ` +
      "Some in warmup are harmless; many say that the density is not defined where the sampler goes.",
  };
}

function nonFiniteTerms({ terms = [] }: Facts): Warning | null {
  if (terms.length === 0) return null;
  const count = terms.reduce((sum, term) => sum + term.count, 0);
  const places = terms.map(({ line, column, text }) =>
    line === 0 ? "at a place that is not known" : `at line ${line}, column ${column}: ${text}`
  );
  return {
    code: "non-finite-gradient",
    message:
      `The gradient was not finite at ${count} evaluations where the density was, warmup included; first ${
        listed(places)
      }. ` +
      "The sampler rejects such places: write the term so that its derivative exists wherever it can come.",
  };
}

function thinned({ every }: Facts): Warning | null {
  if (every === 1) return null;
  return {
    code: "thinned-diagnostics",
    message:
      `There are so many draws that quantiles, R-hat, effective sample sizes and standard errors use one in ${every}; ` +
      "mean and sd use all. The true effective sample sizes are at least those reported.",
  };
}

export interface Worst {
  readonly name: string;
  readonly x: number;
}

/** The variables whose number is bad, the worst first. */
export function worst(
  variables: readonly VariableSummary[],
  read: (variable: VariableSummary) => number | null | undefined,
  isBad: (x: number) => boolean,
  order: (a: number, b: number) => number,
): Worst[] {
  return variables.flatMap((variable) => {
    const x = read(variable);
    return x !== null && x !== undefined && isBad(x) ? [{ name: variable.name, x }] : [];
  }).sort((a, b) => order(a.x, b.x));
}

/** "2 of 8 variables: tau (1.30), mu (0.90)". */
export function worstNames(bad: readonly Worst[], all: readonly VariableSummary[], digits: number): string {
  return `${of(bad, all)}: ${listed(bad.map(({ name, x }) => `${name} (${x.toFixed(digits)})`))}`;
}

function of(some: readonly unknown[], all: readonly unknown[]): string {
  return `${some.length} of ${all.length} variable${all.length === 1 ? "" : "s"}`;
}

function listed(names: readonly string[]): string {
  const rest = names.length - MOST_NAMES;
  return names.slice(0, MOST_NAMES).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}
