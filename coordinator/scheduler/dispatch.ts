/**
 * Who gets the next free place. Between jobs: the one with the fewest leases under way, of equals the one served longest
 * ago, so that a small job is never stuck behind a huge one. Within a job: the chain furthest behind, then the lowest index.
 * Of the nodes: the one with the most free places, then the one that joined first.
 *
 * Each kind of node is dispatched by itself: a job's segments go to nodes of its kind alone.
 *
 * A suspect (see deaths.ts) runs alone on a node, and one suspect of a kind at a time. Where no node is idle, the one with the fewest
 * leases gets no more until it is: that count only falls, so the trial's turn comes.
 */
import { NODE_KINDS, type NodeKind } from "../../workers/node_kind.ts";
import type { Draft } from "./draft.ts";
import { isReady, isSuspect, nextSegment, withChain } from "./job.ts";
import type { Job, Node } from "./state.ts";

export function dispatch(draft: Draft): void {
  if (draft.closing) return;
  for (const kind of NODE_KINDS) dispatchTo(draft, kind);
}

function dispatchTo(draft: Draft, kind: NodeKind): void {
  const reserved = leaseSuspect(draft, kind);
  for (;;) {
    const node = freestNode(draft, kind, reserved);
    if (!node) return;
    const job = nextJob(draft, kind, "ready");
    if (!job) return;
    lease(draft, node, job, false);
  }
}

/** Leases a suspect if it may be; else returns the node that is kept free for it. */
function leaseSuspect(draft: Draft, kind: NodeKind): Node | undefined {
  const job = nextJob(draft, kind, "suspects");
  if (!job) return undefined;
  let emptiest: Node | undefined;
  for (const node of draft.nodes.values()) {
    if (node.nodeKind !== kind) continue;
    if (isExclusive(node)) return undefined; // another suspect is on trial
    if (node.capacity > 0 && (!emptiest || node.leases.size < emptiest.leases.size)) emptiest = node;
  }
  if (emptiest?.leases.size !== 0) return emptiest;
  lease(draft, emptiest, job, true);
  return undefined;
}

function freestNode(draft: Draft, kind: NodeKind, reserved: Node | undefined): Node | undefined {
  let best: Node | undefined;
  let most = 0;
  for (const node of draft.nodes.values()) {
    if (node.nodeKind !== kind) continue;
    const free = node.capacity - node.leases.size;
    if (free <= most || node.id === reserved?.id || isExclusive(node)) continue;
    best = node;
    most = free;
  }
  return best;
}

function isExclusive(node: Node): boolean {
  for (const lease of node.leases.values()) if (lease.exclusive) return true;
  return false;
}

function nextJob(draft: Draft, kind: NodeKind, want: "ready" | "suspects"): Job | undefined {
  let best: Job | undefined;
  for (const job of draft.jobs.values()) {
    if (job.nodeKind !== kind || job.tally[want] === 0) continue;
    if (
      !best || job.tally.active < best.tally.active ||
      (job.tally.active === best.tally.active && job.lastLease < best.lastLease)
    ) best = job;
  }
  return best;
}

function lease(draft: Draft, node: Node, job: Job, suspect: boolean): void {
  const index = furthestBehind(job, suspect);
  const chain = job.chains[index];
  const segment = nextSegment(chain);
  const id = draft.takeLeaseId();
  draft.setNode({
    ...node,
    leases: new Map(node.leases).set(id, {
      id,
      job: job.id,
      chain: index,
      segment,
      exclusive: suspect,
      revoked: false,
    }),
    jobs: node.jobs.has(job.id) ? node.jobs : new Set(node.jobs).add(job.id),
  });
  const flight = { lease: id, node: node.id, segment, arrived: false };
  const leased = { ...withChain(job, index, { ...chain, flight }), lastLease: id };
  if (job.status === "queued") draft.setStatus(leased, "running");
  else draft.setJob(leased);
  draft.commands.push({ kind: "lease", node: node.id, lease: id, job: job.id, chain: index, segment });
}

function furthestBehind(job: Job, suspect: boolean): number {
  let best = -1;
  let least = Infinity;
  job.chains.forEach((chain, index) => {
    if (isSuspect(chain) !== suspect || !isReady(job, chain) || nextSegment(chain) >= least) return;
    best = index;
    least = nextSegment(chain);
  });
  return best;
}
