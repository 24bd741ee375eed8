/**
 * The successor of a state while a step makes it: changes what it must, shares the rest, and collects the commands. The
 * state that it began from stays as it was.
 */
import type { Command } from "./command.ts";
import { progress, tally } from "./job.ts";
import type { Job, JobError, JobId, Lease, LeaseId, Node, NodeId, SchedulerState } from "./state.ts";

export class Draft {
  readonly commands: Command[] = [];
  readonly #before: SchedulerState;
  #nodes: Map<NodeId, Node> | null = null;
  #jobs: Map<JobId, Job> | null = null;
  #nextLease: LeaseId;
  closing: boolean;

  constructor(before: SchedulerState) {
    this.#before = before;
    this.#nextLease = before.nextLease;
    this.closing = before.closing;
  }

  get nodes(): ReadonlyMap<NodeId, Node> {
    return this.#nodes ?? this.#before.nodes;
  }

  get jobs(): ReadonlyMap<JobId, Job> {
    return this.#jobs ?? this.#before.jobs;
  }

  /** Puts a job in its changed form and counts what of it can be leased. */
  setJob(job: Job): void {
    this.#jobs ??= new Map(this.#before.jobs);
    this.#jobs.set(job.id, { ...job, tally: tally(job) });
  }

  setNode(node: Node): void {
    this.#nodes ??= new Map(this.#before.nodes);
    this.#nodes.set(node.id, node);
  }

  removeNode(id: NodeId): void {
    this.#nodes ??= new Map(this.#before.nodes);
    this.#nodes.delete(id);
  }

  takeLeaseId(): LeaseId {
    return this.#nextLease++;
  }

  setStatus(job: Job, status: Job["status"]): void {
    this.setJob({ ...job, status });
    this.commands.push({ kind: "status", job: job.id, status });
  }

  /** Frees a node's place. Returns the lease that held it, or undefined where there was none. */
  vacate(nodeId: NodeId, lease: LeaseId): Lease | undefined {
    const node = this.nodes.get(nodeId);
    const held = node?.leases.get(lease);
    if (!node || !held) return undefined;
    const leases = new Map(node.leases);
    leases.delete(lease);
    this.setNode({ ...node, leases });
    return held;
  }

  /** Tells a node to give up a lease; does nothing where the node or its lease is gone. */
  revoke(nodeId: NodeId, lease: LeaseId): void {
    const node = this.nodes.get(nodeId);
    const held = node?.leases.get(lease);
    if (!node || !held || held.revoked) return;
    this.setNode({ ...node, leases: new Map(node.leases).set(lease, { ...held, revoked: true }) });
    this.commands.push({ kind: "revoke", node: nodeId, lease });
  }

  /** Ends a job: revokes what is under way, tells of it, and forgets it here and on the nodes. */
  finish(job: Job, status: "completed" | "cancelled" | "failed", error: JobError | null = null): void {
    for (const { flight } of job.chains) if (flight) this.revoke(flight.node, flight.lease);
    this.commands.push({ kind: "finish", job: job.id, status, error, progress: progress(job) });
    this.#jobs ??= new Map(this.#before.jobs);
    this.#jobs.delete(job.id);
    for (const node of this.nodes.values()) {
      if (!node.jobs.has(job.id)) continue;
      const jobs = new Set(node.jobs);
      jobs.delete(job.id);
      this.setNode({ ...node, jobs });
      this.commands.push({ kind: "closeJob", node: node.id, job: job.id });
    }
  }

  /** The new state; the old one where nothing has changed. */
  state(): SchedulerState {
    const { nodes, jobs } = this;
    const before = this.#before;
    if (nodes === before.nodes && jobs === before.jobs && this.closing === before.closing) return before;
    return { nodes, jobs, nextLease: this.#nextLease, closing: this.closing };
  }
}
