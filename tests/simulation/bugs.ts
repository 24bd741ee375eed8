/** Planted bugs: each is a part of the simulated world with one thing done wrong. The checks must find every one of them. */
import {
  type Chain,
  committedPrefix,
  type Event,
  isCommitted,
  type Job,
  type Progress,
  progress,
  type SchedulerState,
  type Step,
  step,
} from "../../coordinator/scheduler.ts";
import { nextSegment, tally } from "../../coordinator/scheduler/job.ts";
import { Coordinator } from "./coordinator.ts";
import { type Disk, Journal } from "./journal.ts";
import type { Bytes, Work } from "./work.ts";
import { type Parts, SOUND } from "./world.ts";

export interface Bug {
  readonly name: string;
  /** What the checks have to say, so that it is caught for what it is. */
  readonly says: RegExp;
  readonly parts: Parts;
}

/** A scheduler that does something else on some events. */
function scheduler(
  name: string,
  says: RegExp,
  wrong: (state: SchedulerState, event: Event) => Step | undefined,
): Bug {
  return { name, says, parts: { ...SOUND, step: (state, event) => wrong(state, event) ?? step(state, event) } };
}

function coordinator(name: string, says: RegExp, wrong: typeof Coordinator): Bug {
  return { name, says, parts: { ...SOUND, Coordinator: wrong } };
}

function store(name: string, says: RegExp, wrong: typeof Journal): Bug {
  class Wrong extends Coordinator {
    override openJournal(disk: Disk): Journal {
      return new wrong(disk);
    }
  }
  return coordinator(name, says, Wrong);
}

/** The same state with every job changed. */
function withJobs(state: SchedulerState, change: (job: Job) => Job): SchedulerState {
  return { ...state, jobs: new Map([...state.jobs].map(([id, job]) => [id, change(job)])) };
}

export const BUGS: readonly Bug[] = [
  scheduler("what was under way on a lost node is forgotten", /never ended/, (state, event) => {
    if (event.kind !== "nodeLost") return;
    const nodes = new Map(state.nodes);
    nodes.delete(event.node);
    return { state: { ...state, nodes }, commands: [] };
  }),
  scheduler("a decision is taken before all chains are there", /is to decide at .* does not have/, (state, event) => {
    const after = step(state, event);
    const early = [...after.state.jobs.values()].filter(({ barrier, deciding }) => barrier !== null && !deciding);
    const decides = early.map(({ id, barrier }) => ({ kind: "decide", job: id, segments: barrier ?? 0 }) as const);
    return { state: after.state, commands: [...after.commands, ...decides] };
  }),
  scheduler("chains go on past a decision", /was leased before decision/, (state, event) => {
    if (event.kind === "submitted") return step(state, { ...event, plan: { ...event.plan, isDecision: () => false } });
  }),
  scheduler("a decision is not held back until a lost block is there again", /stopped at/, (state, event) => {
    if (event.kind !== "blockLost") return;
    const after = step(state, event);
    const taken = (job: Job) => state.jobs.get(job.id)?.deciding ? { ...job, deciding: true } : job;
    return { ...after, state: withJobs(after.state, taken) };
  }),
  scheduler("a cancelled job goes on", /cancelled/, (state, event) => {
    const job = event.kind === "cancel" && state.jobs.get(event.job);
    if (!job) return;
    const after = step(state, event);
    const chains = job.chains.map((chain) => ({ ...chain, flight: null }));
    const jobs = new Map(after.state.jobs).set(job.id, { ...job, chains });
    return { ...after, state: { ...after.state, jobs } };
  }),
  scheduler("a paused job is leased", /leased while the job is paused/, (state, event) => {
    if (event.kind !== "pause" || state.jobs.get(event.job)?.status === "paused") return;
    return { state, commands: [{ kind: "status", job: event.job, status: "paused" }] };
  }),
  scheduler("a pause is for ever", /never ended: it is paused/, (state, event) => {
    if (event.kind === "resume") return { state, commands: [] };
  }),
  scheduler("segments are begun after a shutdown", /begun after a shutdown/, (state, event) => {
    if (event.kind === "shutdown") return { state, commands: [] };
  }),
  scheduler("a crash is blamed on all that was on the node", /failed for being stalled/, (state, event) => {
    if (event.kind !== "nodeLost" || event.cause !== "crashed") return;
    const blamed = [...state.nodes.get(event.node)?.leases.keys() ?? []];
    return step(state, { kind: "nodeLost", node: event.node, cause: "stalled", blamed });
  }),
  scheduler("a crash is taken for a kill", /failed for being lost/, (state, event) => {
    if (event.kind === "nodeLost" && event.cause === "crashed") return step(state, { ...event, cause: "killed" });
  }),
  scheduler("deaths are not forgotten when a segment commits", /failed for being (stalled|crashed)/, (state, event) => {
    if (event.kind !== "committed") return;
    const deaths = state.jobs.get(event.job)?.chains[event.chain]?.troubles?.deaths;
    const after = step(state, event);
    if (!deaths) return after;
    const remember = (chain: Chain, index: number) =>
      index === event.chain && chain.troubles === null
        ? { ...chain, troubles: { segment: nextSegment(chain), deaths, kills: 0, suspect: false } }
        : chain;
    const keep = (job: Job) => job.id === event.job ? { ...job, chains: job.chains.map(remember) } : job;
    return { ...after, state: withJobs(after.state, keep) };
  }),
  scheduler("a node is given more than it has places for", /more than it has places for/, (state, event) => {
    if (event.kind === "nodeJoined") return step(state, { ...event, capacity: event.capacity + 1 });
  }),
  scheduler("a segment goes to whatever node is free", /was leased to one of kind/, (state, event) => {
    if (event.kind === "submitted" || event.kind === "nodeJoined") return step(state, { ...event, nodeKind: "own" });
  }),
  scheduler("a node that restarts takes all jobs", /was leased to one of kind/, (state, event) => {
    if (event.kind !== "nodeJoined" || state.jobs.size === 0) return;
    const [{ nodeKind }] = state.jobs.values();
    return step(state, { ...event, nodeKind });
  }),
  scheduler("a chain is under way twice", /is under way 2 times/, (state, event) => {
    if (event.kind !== "nodeJoined") return;
    const forget = (job: Job) => {
      const forgotten = { ...job, chains: job.chains.map((chain) => ({ ...chain, flight: null })) };
      return { ...forgotten, tally: tally(forgotten) };
    };
    return step(withJobs(state, forget), event);
  }),
  scheduler("a second result counts as the next one", /steps are done where|before its checkpoint/, (state, event) => {
    const job = event.kind === "committed" && state.jobs.get(event.job);
    if (!job || event.kind !== "committed" || !isCommitted(job, event.chain, event.segment)) return;
    return step(state, { ...event, segment: job.chains[event.chain].frontier });
  }),
  scheduler(
    "blocks that were lost are taken for committed at a restart",
    /has \d+ blocks|before its checkpoint|does not have/,
    (state, event) => {
      if (event.kind !== "submitted" || !event.restored) return;
      const chains = event.restored.chains.map(({ frontier }) => ({ frontier, holes: [] }));
      return step(state, { ...event, restored: { ...event.restored, chains } });
    },
  ),
  scheduler("a rejected result is waited for", /never ended/, (state, event) => {
    if (event.kind === "rejected") return { state, commands: [] };
  }),
  scheduler("a node may forget a job that it still works on", /told to forget/, (state, event) => {
    const after = step(state, event);
    const lease = after.commands.find(({ kind }) => kind === "lease");
    if (lease?.kind !== "lease") return after;
    return { ...after, commands: [...after.commands, { kind: "closeJob", node: lease.node, job: lease.job }] };
  }),

  store(
    "a second result is written over the first without comparing",
    /wrong bytes/,
    class extends Journal {
      override put(job: string, chain: number, segment: number, bytes: Bytes): boolean {
        this.append({ kind: "block", job, chain, segment, bytes });
        return true;
      }
    },
  ),
  store(
    "a damaged block is read as it is",
    /wrong bytes|stopped at/,
    class extends Journal {
      override read(job: string, chain: number, segment: number): Bytes | null {
        const bytes = this.jobs.get(job)?.blocks.get(`${job}/${chain}/${segment}`);
        if (bytes === undefined) return null;
        return this.disk.damaged.has(`${job}/${chain}/${segment}`) ? bytes ^ 4 : bytes;
      }
    },
  ),
  {
    name: "a torn entry is read as it is",
    says: /wrong bytes/,
    parts: {
      ...SOUND,
      tear(disk, dice) {
        const torn = disk.entries.slice(disk.synced).at(0);
        SOUND.tear(disk, dice);
        if (torn?.kind !== "block" || disk.entries.includes(torn)) return;
        disk.entries.push({ ...torn, bytes: torn.bytes ^ 8 });
        disk.synced++;
      },
    },
  },
  {
    name: "more than the torn tail is cut off",
    says: /is lost|after a restart/,
    parts: {
      ...SOUND,
      tear(disk, dice) {
        SOUND.tear(disk, dice);
        disk.entries.length = Math.max(0, disk.entries.length - 1);
        disk.synced = disk.entries.length;
      },
    },
  },

  coordinator(
    "a commit is acknowledged before it is synced",
    /was committed and is lost/,
    class extends Coordinator {
      override acknowledge(): void {
        this.commit(false);
      }
    },
  ),
  coordinator(
    "a garbled result is committed",
    /wrong bytes/,
    class extends Coordinator {
      override trusts(): boolean {
        return true;
      }
    },
  ),
  coordinator(
    "a segment goes on from a stale checkpoint",
    /wrong bytes/,
    class extends Coordinator {
      override checkpoint(work: Work, chain: number, segment: number): Bytes | null {
        return this.journal.read(work.id, chain, Math.max(0, segment - 2));
      }
    },
  ),
  coordinator(
    "a result is committed whether or not it is wanted",
    /blocks when it ended/,
    class extends Coordinator {
      override accepts(): boolean {
        return true;
      }
    },
  ),
  coordinator(
    "a decision is acted upon and not recorded",
    /before decision|from completed to running|stopped at/,
    class extends Coordinator {
      override record(): void {}
    },
  ),
  coordinator(
    "chains go on with what they had learned a barrier before",
    /wrong bytes/,
    class extends Coordinator {
      override shared(work: Work, segment: number): Bytes | null {
        return super.shared(work, segment - 1);
      }
    },
  ),
  coordinator(
    "a lost block is computed again with what was learned since",
    /wrong bytes/,
    class extends Coordinator {
      override shared(work: Work): Bytes | null {
        return [...this.journal.jobs.get(work.id)?.shared.values() ?? []].at(-1) ?? null;
      }
    },
  ),
  coordinator(
    "what was learned is not recorded with the decision",
    /wrong bytes/,
    class extends Coordinator {
      override record(job: string, segments: number, stop: boolean): void {
        super.record(job, segments, stop);
      }
    },
  ),
  coordinator(
    "a block found lost is not computed again",
    /has \d+ blocks|before its checkpoint|does not have|never ended/,
    class extends Coordinator {
      override lose(): void {}
    },
  ),
  coordinator(
    "a lost reply is waited for",
    /never ended/,
    class extends Coordinator {
      override watch(): void {}
    },
  ),
  coordinator(
    "progress falls when a block is lost",
    /the progress of .* fell/,
    class extends Coordinator {
      override progressOf(id: string): Progress | undefined {
        const job = this.state.jobs.get(id);
        if (!job || job.chains.every(({ holes }) => holes.length === 0)) return job && progress(job);
        return { ...progress(job), done: job.plan.range(committedPrefix(job)).from };
      }
    },
  ),
  coordinator(
    "progress counts a segment for every chain",
    /steps are done where/,
    class extends Coordinator {
      override progressOf(id: string): Progress | undefined {
        const job = this.state.jobs.get(id);
        return job && { done: 2 * progress(job).done, total: 2 * progress(job).total };
      }
    },
  ),
];
