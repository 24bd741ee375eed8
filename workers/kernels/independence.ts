/**
 * Independence Metropolis–Hastings.
 *
 * Proposes x' from a fixed multivariate Student t, q, wherever the chain is, and accepts with probability
 * min(1, p(x') q(x) / (p(x) q(x'))). With q = t_ν(mean, L Lᵀ): x' = mean + L z √(ν / χ²_ν), z ~ N(0, I), and
 * log q(x) = −½ (ν + dim) log(1 + ‖L⁻¹ (x − mean)‖² / ν) up to a constant, which cancels. The heavy tails keep p/q bounded
 * for targets with normal tails, without which the chain would get stuck there.
 *
 * Where no proposal is given, warmup explores with an adaptive random walk and learns q's mean and covariance from the
 * last half of it; from the middle on, every other step is already one of this kernel, with what is known by then.
 *
 * Hastings (1970); Tierney (1994), section 2.3.3; adaptation: Haario, Saksman & Tamminen (2001) for the walk.
 */
import { z } from "zod";
import { InputError } from "../../numerics/errors.ts";
import { solveLower } from "../../numerics/linear_algebra/cholesky.ts";
import type { Random } from "../../numerics/random/random.ts";
import type { Target } from "../../models/target.ts";
import { clearMoments, type Moments } from "./adaptation/welford.ts";
import { isNonFinite } from "./hamiltonian/leapfrog.ts";
import type { BaseInfo, BaseState, Kernel, KernelDefinition, Plan } from "./kernel.ts";
import {
  addState,
  applyFactor,
  emptyShapeMoments,
  factorCovariance,
  factorMoments,
  unitFactor,
} from "./proposal_shape.ts";
import { randomWalk, type State as WalkState } from "./random_walk.ts";
import { chiSquared } from "./reference/reference.ts";

const DEGREES_OF_FREEDOM = 5;

export const config = z.strictObject({
  kind: z.literal("independence"),
  proposal: z.strictObject({
    mean: z.array(z.number()).min(1).describe("Centre, one number a coordinate of the model."),
    covariance: z.array(z.array(z.number())).min(1)
      .describe("Shape L Lᵀ of the Student t, row by row; its covariance is ν / (ν − 2) times this."),
    degreesOfFreedom: z.int().min(1).max(100).default(DEGREES_OF_FREEDOM)
      .describe("ν: small for heavy tails, large for nearly normal ones."),
  }).optional().describe("The Student t to propose from, on the unconstrained scale. Default: learned in warmup."),
});

/** The part of the state that only warmup needs. */
interface Exploration {
  step: number;
  walk: WalkState;
  moments: Moments;
  /** Whether mean and factor have been learned, so that they can be proposed from. */
  learned: boolean;
}

export interface State extends BaseState {
  mean: Float64Array;
  /** L: lower triangle of dim × dim, or its diagonal in high dimension. */
  factor: Float64Array;
  /** log q(position), without its constant. */
  logProposal: number;
  exploration: Exploration | null;
}

export interface Info extends BaseInfo {
  accepted: boolean;
  acceptanceRate: number;
}

function build(target: Target, { proposal }: z.output<typeof config>, plan: Plan): Kernel<State, Info> {
  const { dim } = target;
  const { warmup } = plan;
  if (!proposal && warmup === 0) {
    throw new InputError(
      "proposal",
      "without warmup there is nothing to learn the proposal from: give proposal.mean and proposal.covariance, or a warmup.",
    );
  }
  if (proposal && proposal.mean.length !== dim) {
    throw new InputError("proposal.mean", `mean must have ${dim} numbers, found ${proposal.mean.length}.`);
  }
  const given = proposal && {
    mean: Float64Array.from(proposal.mean),
    factor: factorCovariance(proposal.covariance, dim, "proposal.covariance"),
  };
  const degrees = proposal?.degreesOfFreedom ?? DEGREES_OF_FREEDOM;
  const explorer = randomWalk.build(target, randomWalk.config.parse({ kind: "random-walk" }), plan);
  const middle = Math.ceil(warmup / 2), burnIn = Math.ceil(warmup / 4), third = Math.ceil(3 * warmup / 4);
  const stepsADraw = 3 * dim;
  const noise = new Float64Array(dim);
  const candidate = new Float64Array(dim);
  const info: Info = { accepted: false, acceptanceRate: 0, nonFinite: 0 };

  const logProposalOf = (squares: number) => -0.5 * (degrees + dim) * Math.log1p(squares / degrees);

  function logProposalAt(state: State, x: Float64Array): number {
    const { mean, factor } = state;
    for (let i = 0; i < dim; i++) noise[i] = x[i] - mean[i];
    if (factor.length === dim) { for (let i = 0; i < dim; i++) noise[i] /= factor[i]; }
    else solveLower(factor, dim, noise, noise);
    let squares = 0;
    for (let i = 0; i < dim; i++) squares += noise[i] * noise[i];
    return logProposalOf(squares);
  }

  function propose(state: State, random: Random): Info {
    let squares = 0;
    for (let i = 0; i < dim; i++) {
      noise[i] = random.normal();
      squares += noise[i] * noise[i];
    }
    const stretch = Math.sqrt(degrees / chiSquared(degrees, random));
    applyFactor(state.factor, noise, candidate);
    for (let i = 0; i < dim; i++) candidate[i] = state.mean[i] + stretch * candidate[i];
    const logProposal = logProposalOf(stretch * stretch * squares);
    const logDensity = target.logDensity(candidate);
    info.nonFinite = isNonFinite(logDensity) ? 1 : 0;
    info.accepted = false;
    info.acceptanceRate = 0;
    if (Number.isFinite(logDensity)) {
      const logRatio = logDensity - state.logDensity + state.logProposal - logProposal;
      info.acceptanceRate = logRatio >= 0 ? 1 : Math.exp(logRatio);
      if (logRatio >= 0 || random.uniform() < info.acceptanceRate) {
        state.position.set(candidate);
        state.logDensity = logDensity;
        state.logProposal = logProposal;
        info.accepted = true;
      }
    }
    return info;
  }

  /** One step of warmup: the random walk, or every other time in the second half the kernel itself. */
  function explore(state: State, exploration: Exploration, random: Random): Info {
    const { walk, moments } = exploration;
    const step = ++exploration.step;
    if (exploration.learned && step > middle && step % 2 === 0) {
      propose(state, random);
      walk.position.set(state.position);
      walk.logDensity = state.logDensity;
    } else {
      const { accepted, acceptanceRate, nonFinite } = explorer.step(walk, random);
      state.position.set(walk.position);
      state.logDensity = walk.logDensity;
      if (accepted && exploration.learned) state.logProposal = logProposalAt(state, state.position);
      Object.assign(info, { accepted, acceptanceRate, nonFinite });
    }
    if (step > burnIn) addState(moments, state.position);
    if (step === middle || step === third || step === warmup) learn(state, exploration);
    if (step === middle) clearMoments(moments);
    return info;
  }

  function learn(state: State, exploration: Exploration): void {
    if (factorMoments(exploration.moments, stepsADraw, state.factor)) {
      state.mean.set(exploration.moments.mean);
      exploration.learned = true;
    }
    if (exploration.step === warmup) {
      // A chain that never moved has taught nothing: propose around where it is.
      if (!exploration.learned) state.mean.set(state.position);
      state.exploration = null;
    }
    state.logProposal = logProposalAt(state, state.position);
  }

  return {
    init(position, random) {
      const state: State = {
        position: position.slice(),
        logDensity: target.logDensity(position),
        mean: given?.mean.slice() ?? position.slice(),
        factor: given?.factor.slice() ?? unitFactor(dim),
        logProposal: 0,
        exploration: given
          ? null
          : { step: 0, walk: explorer.init(position, random), moments: emptyShapeMoments(dim), learned: false },
      };
      state.logProposal = logProposalAt(state, position);
      return state;
    },

    step: (state, random) => state.exploration ? explore(state, state.exploration, random) : propose(state, random),

    relocate(state, position) {
      state.position.set(position);
      state.logDensity = target.logDensity(position);
      state.logProposal = logProposalAt(state, position);
      if (state.exploration) explorer.relocate?.(state.exploration.walk, position);
    },
  };
}

export const independence: KernelDefinition<typeof config, State, Info> = {
  kind: "independence",
  summary: "Independence Metropolis–Hastings with a Student t proposal, learned in warmup; for near-normal targets.",
  config,
  requires: () => ["real"],
  statistics: [
    { name: "acceptance_rate", type: "float32", read: (info) => info.acceptanceRate },
    { name: "accepted", type: "uint8", read: (info) => info.accepted ? 1 : 0 },
  ],
  build,
};
