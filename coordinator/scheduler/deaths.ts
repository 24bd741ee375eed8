/**
 * What becomes of the segments that a node takes with it.
 *
 * Stalled: the blamed segments have died once more, the others on the node did nothing. Crashed: a segment that was alone
 * has died once more; of several nobody knows which one it was, so each becomes a suspect and is run alone, where a crash is
 * its own; a job that uses up the memory so fails, and the jobs beside it go on. Killed: nobody's fault, run again, though
 * not for ever. A segment's third death fails its job; whatever is counted is forgotten when it commits.
 */
import type { Draft } from "./draft.ts";
import type { NodeLost } from "./event.ts";
import { withChain } from "./job.ts";
import type { Job, JobError, Lease, Troubles } from "./state.ts";

const MOST_DEATHS = 3;
const MOST_KILLS = 50; // a fault that looks like a kill (the system's out-of-memory killer …) must end some time

type Fate = "stalled" | "crashed" | "suspect" | "killed" | "innocent";

/** The leases of a lost node fall back to their jobs; those with a segment that died too often fail. */
export function loseNode(draft: Draft, event: NodeLost): void {
  const node = draft.nodes.get(event.node);
  if (!node) return;
  draft.removeNode(node.id);
  const alone = node.leases.size === 1;
  for (const lease of node.leases.values()) {
    loseLease(draft, lease, fateOf(event, lease, alone));
  }
}

function fateOf(event: NodeLost, lease: Lease, alone: boolean): Fate {
  if (event.cause === "stalled") return event.blamed.includes(lease.id) ? "stalled" : "innocent";
  if (event.cause === "crashed") return alone ? "crashed" : "suspect";
  return "killed";
}

/** A lease ended without a result. */
export function loseLease(draft: Draft, lease: Lease, fate: Fate): void {
  const job = draft.jobs.get(lease.job);
  const chain = job?.chains[lease.chain];
  if (!job || chain?.flight?.lease !== lease.id) return; // revoked meanwhile
  recordLoss(draft, job, lease.chain, fate);
}

/** The segment under way in this chain is lost and can be leased again, unless that has happened too often. */
export function recordLoss(draft: Draft, job: Job, index: number, fate: Fate): void {
  const chain = job.chains[index];
  if (!chain.flight) return;
  const { segment } = chain.flight;
  const before = chain.troubles?.segment === segment ? chain.troubles : { deaths: 0, kills: 0, suspect: false };
  const died = fate === "stalled" || fate === "crashed";
  const troubles: Troubles = {
    segment,
    deaths: before.deaths + (died ? 1 : 0),
    kills: before.kills + (fate === "killed" ? 1 : 0),
    // What crashed alone runs alone again: its next crash must not make suspects of others.
    suspect: before.suspect || fate === "suspect" || fate === "crashed",
  };
  const changed = withChain(job, index, { ...chain, flight: null, troubles });
  if (troubles.deaths < MOST_DEATHS && troubles.kills < MOST_KILLS) draft.setJob(changed);
  else draft.finish(changed, "failed", failure(job, index, segment, fate));
}

function failure(job: Job, index: number, segment: number, fate: Fate): JobError {
  const { from, to } = job.plan.range(segment);
  const where = `Chain ${index}, segment ${segment} (steps ${from + 1} to ${to})`;
  switch (fate) {
    case "stalled":
      return {
        code: "stalled",
        message: `${where} took its node down ${MOST_DEATHS} times, the last time by giving no sign of life. ` +
          "Look for an endless loop, or make one evaluation of the model quicker.",
      };
    case "crashed":
      return {
        code: "crashed",
        message:
          `${where} took its node down ${MOST_DEATHS} times, the last time by using up its memory or crashing it. ` +
          "Look for memory that the model keeps between evaluations, or give the job less data.",
      };
    default:
      return {
        code: "lost",
        message: `${where} was lost ${MOST_KILLS} times: its node was killed, or its result was unreadable. ` +
          "Look at the memory of the machine and at what ends its processes, then post the job again.",
      };
  }
}
