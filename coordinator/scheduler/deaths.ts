/**
 * What becomes of the segments that a node takes with it.
 *
 * Stalled: the blamed segments have died once more, the others on the node did nothing. Crashed: a segment that was alone
 * has died once more; of several nobody knows which one it was, so each becomes a suspect and is run alone, where a crash is
 * its own; a job that uses up the memory so fails, and the jobs beside it go on. Killed: nobody's fault, run again, though
 * not for ever. A segment's third death fails its job; whatever is counted starts anew when the chain commits.
 */
import type { Draft } from "./draft.ts";
import type { NodeLost } from "./event.ts";
import { withChain } from "./job.ts";
import type { Chain, Job, JobError, Lease } from "./state.ts";

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
  const died = fate === "stalled" || fate === "crashed";
  const after: Chain = {
    ...chain,
    flight: null,
    deaths: chain.deaths + (died ? 1 : 0),
    kills: chain.kills + (fate === "killed" ? 1 : 0),
    // Once alone and crashed, alone again: its next crash must not make suspects of others.
    suspect: chain.suspect || fate === "suspect" || fate === "crashed",
  };
  const changed = withChain(job, index, after);
  if (after.deaths < MOST_DEATHS && after.kills < MOST_KILLS) draft.setJob(changed);
  else draft.finish(changed, "failed", failure(job, index, fate));
}

function failure(job: Job, index: number, fate: Fate): JobError {
  const segment = job.chains[index].flight?.segment ?? 0;
  const { from, to } = job.plan.range(segment);
  const where = `chain ${index}, segment ${segment} (steps ${from + 1} to ${to})`;
  switch (fate) {
    case "stalled":
      return {
        code: "stalled",
        message: `${where} gave no sign of life and had its node killed; it was tried ${MOST_DEATHS} times. ` +
          "Look for an endless loop, or make one evaluation of the model quicker.",
      };
    case "crashed":
    case "suspect":
      return {
        code: "crashed",
        message: `${where} used up the memory of its node or crashed it ${MOST_DEATHS} times. ` +
          "Look for memory that the model keeps between evaluations, or give the job less data.",
      };
    default:
      return {
        code: "lost",
        message:
          `${where} was lost ${MOST_KILLS} times in a row: its node was killed, or its result could not be read. ` +
          "Look at the memory of the machine and at what ends its processes, then post the job again.",
      };
  }
}
