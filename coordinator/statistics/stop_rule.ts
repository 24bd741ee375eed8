/** Whether a job may stop at a barrier. */
import type { Summary } from "../schema/summary.ts";
import { hasTails } from "./warnings.ts";

export interface StopConditions {
  /** Least effective sample sizes. */
  readonly essBulk?: number;
  readonly essTail?: number;
  /** Largest R-hat. */
  readonly rhat?: number;
}

/**
 * True where every variable meets every condition that is given. A number that is not defined meets none. A variable whose
 * draws are all equal (a diagonal that is 1 by construction) is passed over, since it could never meet any; but where all
 * variables are so, the sampler is stuck and the job goes on. Of weighted draws both effective sample sizes are that of the
 * weights; they have no R-hat, and so never meet a condition on it. A variable of two values has no tail to wait for.
 */
export function meetsStopRule({ variables }: Summary, { essBulk, essTail, rhat }: StopConditions): boolean {
  const moving = variables.filter(({ sd }) => sd !== 0);
  return moving.length > 0 &&
    moving.every((variable) =>
      isAtLeast(variable.essBulk ?? variable.ess, essBulk) &&
      (isAtLeast(variable.essTail ?? variable.ess, essTail) || (variable.essTail === null && !hasTails(variable))) &&
      (rhat === undefined || (typeof variable.rhat === "number" && variable.rhat <= rhat))
    );
}

function isAtLeast(found: number | null | undefined, least: number | undefined): boolean {
  return least === undefined || (typeof found === "number" && found >= least);
}
