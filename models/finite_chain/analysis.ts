/** All that the laboratory can tell of a finite chain, as plain data: numbers that are not finite or not defined are null. */
import { absorption } from "./absorption.ts";
import { autocorrelationTimes, type FunctionOfChain } from "./autocorrelation_time.ts";
import { type FiniteChain, restrict } from "./chain.ts";
import { communicatingClasses } from "./classes.ts";
import { type Conductance, conductance } from "./conductance.ts";
import { type DetailedBalance, detailedBalance } from "./detailed_balance.ts";
import { expectedHittingTimes } from "./hitting_times.ts";
import { mixingTime } from "./mixing_time.ts";
import { period } from "./period.ts";
import { type Spectrum, spectrum } from "./spectrum.ts";
import { stationaryDistribution } from "./stationary.ts";

export interface AnalysisOptions {
  /** Of the mixing time: a total variation distance in (0, 1). */
  readonly epsilon: number;
  /** A value for each state. */
  readonly functions: readonly { readonly name: string; readonly values: readonly number[] }[];
  /** Sets of states, whose expected hitting times are asked for. */
  readonly hitting: readonly (readonly number[])[];
}

/** States are numbered from 0, as the rows of the matrix are. */
export interface ChainAnalysis {
  states: number;
  /** One class. */
  irreducible: boolean;
  /** Of the whole chain; null where it has several closed classes. */
  period: number | null;
  /** One closed class, aperiodic: the chain forgets its start. */
  forgetsStart: boolean;
  /** In the order of their first states. */
  classes: { states: number[]; closed: boolean }[];
  /** The closed classes by themselves, in the same order. */
  closedClasses: ClosedClass[];
  /** Null where no state is transient. */
  absorption: { transient: number[]; probabilities: number[][]; expectedSteps: number[] } | null;
  /** Null where the chain does not forget its start. */
  mixing: { epsilon: number; steps: number | null; reached: number; distances: number[] } | null;
  /** Expected steps to each set that was asked for, from each state; null where the set may be missed for ever. */
  hitting: { set: number[]; expectedSteps: (number | null)[] }[];
}

export interface ClosedClass {
  states: number[];
  period: number;
  /** In the order of `states`. */
  stationary: number[];
  detailedBalance: Mutable<DetailedBalance>;
  /** Null where the iteration for the eigenvalues does not converge. */
  spectrum: {
    real: number[];
    imaginary: number[];
    spectralGap: number | null;
    absoluteGap: number;
    relaxationTime: number | null;
    singularGap: number | null;
  } | null;
  /** Null for one state, and for more than 14. */
  conductance: { ratio: number; set: number[] } | null;
  functions: ({ name: string } & Mutable<FunctionOfChain>)[];
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

export function analyseChain(chain: FiniteChain, options: AnalysisOptions): ChainAnalysis {
  const classes = communicatingClasses(chain);
  const closed = classes.filter((one) => one.closed).map(({ states }) => analyseClass(chain, states, options));
  const [only] = closed.length === 1 ? closed : [null];
  const absorbed = absorption(chain, classes);
  const forgetsStart = only !== null && only.period === 1;
  return {
    states: chain.size,
    irreducible: classes.length === 1,
    period: only?.period ?? null,
    forgetsStart,
    classes: classes.map(({ states, closed }) => ({ states: [...states], closed })),
    closedClasses: closed,
    absorption: absorbed && {
      transient: [...absorbed.transient],
      probabilities: absorbed.probabilities.map((row) => [...row]),
      expectedSteps: [...absorbed.expectedSteps],
    },
    mixing: only !== null && forgetsStart ? mixing(chain, only, options.epsilon) : null,
    hitting: options.hitting.map((set) => ({
      set: [...set],
      expectedSteps: Array.from(expectedHittingTimes(chain, set), finiteOrNull),
    })),
  };
}

function analyseClass(whole: FiniteChain, states: readonly number[], { functions }: AnalysisOptions): ClosedClass {
  const chain = restrict(whole, states);
  const stationary = stationaryDistribution(chain);
  const cycle = period(chain);
  const balance = detailedBalance(chain, stationary);
  const found = spectrum(chain, stationary, { period: cycle, reversible: balance.reversible });
  const describe = functions.length > 0 ? autocorrelationTimes(chain, stationary) : null;
  return {
    states: [...states],
    period: cycle,
    stationary: [...stationary],
    detailedBalance: { ...balance, from: states[balance.from], to: states[balance.to] },
    spectrum: found && plainSpectrum(found),
    conductance: plainConductance(conductance(chain, stationary), states),
    functions: functions.flatMap(({ name, values }) =>
      describe ? [{ name, ...describe(states.map((state) => values[state])) }] : []
    ),
  };
}

function mixing(chain: FiniteChain, { states, stationary }: ClosedClass, epsilon: number) {
  const limit = new Float64Array(chain.size);
  states.forEach((state, i) => limit[state] = stationary[i]);
  const { steps, reached, distances } = mixingTime(chain, limit, epsilon);
  return { epsilon, steps, reached, distances: [...distances] };
}

function plainSpectrum({ real, imaginary, relaxationTime, ...gaps }: Spectrum) {
  return { real: [...real], imaginary: [...imaginary], ...gaps, relaxationTime: finiteOrNull(relaxationTime) };
}

function plainConductance(found: Conductance | null, states: readonly number[]) {
  return found && { ratio: found.ratio, set: found.set.map((i) => states[i]) };
}

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
