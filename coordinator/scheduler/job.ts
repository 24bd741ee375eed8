/** One job: what of it can be leased or committed, how far it is. Pure, and of a cost that its segments don't add to. */
import type { Progress } from "./command.ts";
import type { Chain, Job, Tally } from "./state.ts";

/** Segments of each chain with which the job ends. */
export function endOf(job: Job): number {
  return job.stopAt ?? job.plan.count;
}

/** The segment that a chain needs next: its first lost one, then the one after its last. */
export function nextSegment(chain: Chain): number {
  return chain.holes.length > 0 ? chain.holes[0] : chain.frontier;
}

/** Whether a chain has anything to do: its end is not reached, nor does it wait for a decision. */
function hasWork(job: Job, chain: Chain): boolean {
  return chain.holes.length > 0 || (chain.frontier < endOf(job) && chain.frontier !== job.barrier);
}

/** Whether the chain's next segment can be leased now. */
export function isReady(job: Job, chain: Chain): boolean {
  return chain.flight === null && job.status !== "paused" && hasWork(job, chain);
}

/** Whether the chain's next segment has to run alone. */
export function isSuspect(chain: Chain): boolean {
  const { troubles } = chain;
  return troubles !== null && troubles.suspect && troubles.segment === nextSegment(chain);
}

/** Whether every chain has exactly `segments` segments, none of them lost. */
export function isWholeAt(job: Job, segments: number): boolean {
  return job.chains.every(({ frontier, holes }) => frontier === segments && holes.length === 0);
}

/**
 * Whether the store may commit this result: it is the next segment of its chain, or a lost one. Of a segment that is
 * committed already (`isCommitted`) the bytes are to be compared; any other result is to be dropped.
 */
export function canCommit(job: Job, chain: number, segment: number): boolean {
  const { frontier, holes } = job.chains[chain];
  return holes.includes(segment) || (segment === frontier && frontier < endOf(job) && frontier !== job.barrier);
}

export function isCommitted(job: Job, chain: number, segment: number): boolean {
  const { frontier, holes } = job.chains[chain];
  return segment < frontier && !holes.includes(segment);
}

/** Segments that every chain has from its beginning on without a gap: those that draws and summary are made of. */
export function committedPrefix(job: Job): number {
  return job.chains.reduce((least, chain) => Math.min(least, nextSegment(chain)), Infinity);
}

/** `done` never falls: a lost block stays counted while it is computed again. */
export function progress(job: Job): Progress {
  const { plan, chains, lanes } = job;
  const steps = (segments: number) => plan.range(segments).from;
  const done = chains.reduce((sum, { frontier }, i) => sum + (lanes?.[i] ?? 1) * steps(frontier), 0);
  const count = lanes?.reduce((a, b) => a + b) ?? chains.length;
  return { done, total: count * steps(endOf(job)) };
}

/** The job with one chain replaced. */
export function withChain(job: Job, index: number, chain: Chain): Job {
  const before = job.chains[index];
  const chains = job.chains.with(index, chain);
  return { ...job, chains, barrier: job.barrier ?? barrierAt(job, before.frontier, chain.frontier) };
}

/** The decision, not yet taken, at which a chain has just arrived. */
function barrierAt(job: Job, before: number, frontier: number): number | null {
  return frontier !== before && isDue(job, frontier) ? frontier : null;
}

/** Whether a decision is to be taken at this segment count. At the end there is nothing left to decide. */
export function isDue(job: Job, segments: number): boolean {
  return segments > job.decided && segments < endOf(job) && job.plan.isDecision(segments);
}

/** The chain after one of its segments, the next or a lost one, was committed. */
export function commit(chain: Chain, segment: number): Chain {
  return {
    frontier: Math.max(chain.frontier, segment + 1),
    holes: chain.holes.filter((hole) => hole !== segment),
    flight: chain.flight?.segment === segment ? null : chain.flight,
    troubles: chain.troubles?.segment === segment ? null : chain.troubles,
  };
}

/** Counts what of a job can be leased, and what is under way. */
export function tally(job: Job): Tally {
  let ready = 0, suspects = 0, active = 0;
  for (const chain of job.chains) {
    if (chain.flight !== null && !chain.flight.arrived) active++;
    if (!isReady(job, chain)) continue;
    if (isSuspect(chain)) suspects++;
    else ready++;
  }
  return { ready, suspects, active };
}
