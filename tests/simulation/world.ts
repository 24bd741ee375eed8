/**
 * One schedule: a coordinator, nodes, and a network between them that delays, reorders, repeats and drops, with everything
 * that can go wrong going wrong at moments that follow from the seed. After a while the faults end; then all must come right.
 */
import { type LeaseId, type NodeId, step } from "../../coordinator/scheduler.ts";
import { NODE_KINDS, type NodeKind } from "../../workers/node_kind.ts";
import { Agenda } from "./agenda.ts";
import { Coordinator, type Reply } from "./coordinator.ts";
import { Dice } from "./dice.ts";
import { type Disk, key, tear } from "./journal.ts";
import { Oracle, Violation } from "./oracle.ts";
import { type Bytes, computeSegment, randomWork, type Work } from "./work.ts";

/** What a schedule is made of; tests replace a part by a broken one. */
export interface Parts {
  readonly step: typeof step;
  readonly Coordinator: typeof Coordinator;
  readonly tear: typeof tear;
}

export const SOUND: Parts = { step, Coordinator, tear };

/** What happened, to see that the schedules reach what they are meant to. */
export type Tally = Record<string, number>;

const FAULTY_TIME = 250;
const MOST_HAPPENINGS = 50_000; // some twenty times what a schedule takes
const MOST_BLAMES = 2; // one less than fails a job
const SEGMENT_TIME = [1, 8] as const;
const NETWORK_DELAY = [0, 4] as const;
/** One of them every ten moments or so. */
const FAULTS = "crash crash kill restart shutdown damage damage damage pause resume resume".split(" ");
const RESTART_TIME = [1, 10] as const;

interface Task {
  readonly lease: LeaseId;
  readonly work: Work;
  readonly chain: number;
  readonly segment: number;
  readonly checkpoint: Bytes | null;
  readonly shared: Bytes | null;
}

export class World {
  readonly agenda = new Agenda();
  readonly dice: Dice;
  readonly oracle = new Oracle();
  readonly works: readonly Work[];
  readonly nodes = new Map<NodeId, SimulatedNode>();
  readonly tally: Tally = {};
  readonly #parts: Parts;
  readonly #disk: Disk = { entries: [], synced: 0, damaged: new Set() };
  readonly #cancelled = new Set<string>();
  /** How often each segment was made to look guilty. */
  readonly #blames = new Map<string, number>();
  #coordinator: Coordinator | null = null;
  #lives = 0;
  #nodeCount = 0;
  #faulty: boolean;

  constructor(seed: number, faulty: boolean, parts: Parts) {
    this.dice = new Dice(seed);
    this.#faulty = faulty;
    this.#parts = parts;
    const count = this.dice.integer(1, 3);
    this.works = Array.from({ length: count }, (_, i) => randomWork(this.dice, `job${i + 1}`, faulty));
    this.works.forEach((work) => this.oracle.expect(work));
  }

  run(): void {
    const { agenda, dice } = this;
    this.#startCoordinator();
    // One or more of each kind that is needed, and of others for nothing.
    for (const kind of new Set(this.works.map(({ nodeKind }) => nodeKind))) this.#startNode(kind);
    for (let i = dice.integer(0, 2); i > 0; i--) this.#startNode(dice.pick(NODE_KINDS));
    for (const work of this.works) agenda.after(dice.between(0, this.#faulty ? 60 : 0), () => this.#submit(work));
    if (this.#faulty) {
      this.#planFault();
      agenda.after(FAULTY_TIME, () => this.#calm());
    }
    let happenings = 0;
    for (let rounds = 0; rounds < 2; rounds++) {
      // A job taken up by a scrub may take a while; a second finds nothing more.
      while (agenda.advance()) {
        if (++happenings > MOST_HAPPENINGS) throw new Violation("it goes on for ever");
      }
      this.#coordinator?.scrub();
    }
    while (agenda.advance());
    if (!this.#coordinator) throw new Violation("the coordinator is gone");
    this.oracle.ended(this.#coordinator.journal, this.#cancelled);
    for (const { id } of this.works) this.count(this.#coordinator.journal.jobs.get(id)?.status ?? "lost");
  }

  work(id: string): Work {
    const work = this.works.find((work) => work.id === id);
    if (!work) throw new Violation(`${id} is nobody's job`);
    return work;
  }

  /** A message goes its way, however long that takes. */
  send(deliver: () => void): void {
    this.agenda.after(this.dice.between(...NETWORK_DELAY), deliver);
  }

  /** A message to the coordinator, which may be away: then it is lost, or comes again. */
  reply(reply: Reply): void {
    this.send(() => {
      if (this.#coordinator) this.#coordinator.receive(reply);
      else if (this.dice.chance(0.5)) this.agenda.after(this.dice.between(...RESTART_TIME), () => this.reply(reply));
    });
  }

  /** A result sets out. In bad times it may be lost, late, garbled on the way, doubled, or doubled by one that differs. */
  result(reply: Reply, bytes: Bytes): void {
    const sound: Reply = { ...reply, outcome: { bytes, intact: true } };
    const chance = (what: string, probability: number) => {
      const happens = this.#faulty && this.dice.chance(probability);
      if (happens) this.count(what);
      return happens;
    };
    const { work, chain, segment } = reply;
    if (this.#mayBlame(work, chain, segment)) {
      if (chance("lost result", 0.04)) return this.#blame(work, chain, segment);
      if (chance("late result", 0.04)) {
        this.#blame(work, chain, segment);
        return this.agenda.after(this.dice.between(50, 100), () => this.reply(sound));
      }
    }
    if (chance("garbled result", 0.02)) return this.reply({ ...reply, outcome: { bytes: bytes ^ 1, intact: false } });
    this.reply(sound);
    if (chance("doubled result", 0.05)) this.agenda.after(this.dice.between(0, 30), () => this.reply(sound));
    if (chance("differing result", 0.02)) {
      // Much later, so that the first is committed: of two results the first would be believed.
      const other: Reply = { ...reply, outcome: { bytes: bytes ^ 2, intact: true } };
      this.agenda.after(this.dice.between(20, 40), () => {
        const stored = this.#coordinator?.journal.jobs.get(work.id)?.blocks.has(key(work.id, chain, segment));
        if (stored) this.#coordinator?.receive(other);
      });
    }
  }

  /** A node ended by itself or was killed; the coordinator hears of it, and another is started. */
  nodeEnded(node: SimulatedNode, cause: "crashed" | "killed"): void {
    node.die();
    this.send(() => {
      const leases = [...this.#coordinator?.state.nodes.get(node.id)?.leases.values() ?? []];
      const [only] = leases;
      if (cause === "crashed" && leases.length === 1 && !only.revoked) {
        const work = this.work(only.job);
        const guilty = work.fault?.chain === only.chain && work.fault.segment === only.segment;
        if (!guilty && !this.#mayBlame(work, only.chain, only.segment)) cause = "killed";
        else this.#blame(work, only.chain, only.segment);
      }
      this.#coordinator?.tell({ kind: "nodeLost", node: node.id, cause });
    });
  }

  nodeDied({ id, nodeKind }: SimulatedNode): void {
    this.nodes.delete(id);
    this.agenda.after(this.dice.between(...RESTART_TIME), () => this.#startNode(nodeKind));
  }

  #submit(work: Work): void {
    if (this.#coordinator) this.#coordinator.submit(work);
    else this.agenda.after(this.dice.between(...RESTART_TIME), () => this.#submit(work));
  }

  #startNode(nodeKind: NodeKind): void {
    const node = new SimulatedNode(this, `node${++this.#nodeCount}`, nodeKind, this.dice.integer(1, 3));
    this.nodes.set(node.id, node);
    this.oracle.nodeStarted(node.id, nodeKind);
    this.#coordinator?.tell({ kind: "nodeJoined", node: node.id, nodeKind, capacity: node.capacity });
  }

  #startCoordinator(): void {
    this.#coordinator = new this.#parts.Coordinator(this, this.#disk, this.#lives++, this.#parts.step);
    this.oracle.reopened(this.#coordinator.journal);
    this.#coordinator.start();
    for (const { id, nodeKind, capacity } of this.nodes.values()) {
      this.#coordinator.tell({ kind: "nodeJoined", node: id, nodeKind, capacity });
    }
  }

  /** The coordinator dies. Of the nodes some die with it, the others drop what they do and wait for the next. */
  #stopCoordinator(): void {
    if (!this.#coordinator) return;
    this.#coordinator.alive = false;
    this.#coordinator = null;
    this.#parts.tear(this.#disk, this.dice);
    for (const node of [...this.nodes.values()]) {
      if (this.dice.chance(0.5)) node.die();
      else node.dropAll();
    }
    this.agenda.after(this.dice.between(...RESTART_TIME), () => this.#startCoordinator());
  }

  #planFault(): void {
    this.agenda.after(this.dice.between(0, 20), () => {
      if (!this.#faulty) return;
      this.#fault();
      this.#planFault();
    });
  }

  #fault(): void {
    const { dice } = this;
    const kind = dice.chance(0.04) ? "cancel" : dice.pick(FAULTS);
    const node = this.nodes.size > 0 ? dice.pick([...this.nodes.values()]) : null;
    const work = dice.pick(this.works);
    this.count(kind);
    switch (kind) {
      case "crash":
        return node ? this.nodeEnded(node, "crashed") : undefined;
      case "kill":
        return node ? this.nodeEnded(node, "killed") : undefined;
      case "restart":
        return this.#stopCoordinator();
      case "shutdown": {
        this.#coordinator?.tell({ kind: "shutdown" });
        return this.agenda.after(dice.between(0, 10), () => this.#stopCoordinator());
      }
      case "damage":
        return this.#damage();
      case "cancel":
        if (this.#coordinator?.request("cancel", work)) this.#cancelled.add(work.id);
        return;
      case "pause":
      case "resume":
        this.#coordinator?.request(kind, work);
    }
  }

  /** A block that is on the disk goes bad there; nobody notices until it is read. */
  #damage(): void {
    const synced = this.#disk.entries.slice(0, this.#disk.synced);
    const blocks = synced.filter((entry) => entry.kind === "block");
    if (blocks.length === 0) return;
    const { job, chain, segment } = this.dice.pick(blocks);
    if (!this.#coordinator || !this.oracle.isCommitted(job, chain, segment)) return;
    this.#disk.damaged.add(key(job, chain, segment));
    this.oracle.damaged(job, chain, segment);
    if (this.dice.chance(0.5)) this.#coordinator.scrub();
  }

  #calm(): void {
    this.#faulty = false;
    if (!this.#coordinator || this.#coordinator.state.closing) {
      this.agenda.after(RESTART_TIME[1] * 2, () => this.#calm());
      return;
    }
    for (const work of this.works) this.#coordinator.request("resume", work);
  }

  #mayBlame(work: Work, chain: number, segment: number): boolean {
    return (this.#blames.get(key(work.id, chain, segment)) ?? 0) < MOST_BLAMES;
  }

  #blame(work: Work, chain: number, segment: number): void {
    const at = key(work.id, chain, segment);
    this.#blames.set(at, (this.#blames.get(at) ?? 0) + 1);
  }

  count(what: string): void {
    this.tally[what] = (this.tally[what] ?? 0) + 1;
  }
}

/** Computes what it is given, each segment in its own time. */
export class SimulatedNode {
  readonly id: NodeId;
  readonly nodeKind: NodeKind;
  readonly capacity: number;
  readonly #world: World;
  readonly #running = new Map<LeaseId, Task>();
  #alive = true;

  constructor(world: World, id: NodeId, nodeKind: NodeKind, capacity: number) {
    this.#world = world;
    this.id = id;
    this.nodeKind = nodeKind;
    this.capacity = capacity;
  }

  run(task: Task): void {
    if (!this.#alive) return;
    this.#running.set(task.lease, task);
    if (this.#running.size > this.capacity) throw new Violation(`${this.id} is to run more than it has places for`);
    const { fault } = task.work;
    const guilty = fault && fault.chain === task.chain && fault.segment === task.segment ? fault.kind : null;
    if (guilty === "stall") return;
    this.#world.agenda.after(this.#world.dice.between(...SEGMENT_TIME), () => {
      if (!this.#alive || this.#running.get(task.lease) !== task) return;
      if (guilty === "crash") return this.#world.nodeEnded(this, "crashed");
      this.#running.delete(task.lease);
      const { lease, work, chain, segment, checkpoint, shared } = task;
      const reply: Reply = { node: this.id, lease, work, chain, segment, outcome: "failed" };
      if (guilty === "error") this.#world.reply(reply);
      else this.#world.result(reply, computeSegment(work, chain, segment, checkpoint, shared));
    });
  }

  /** A lease that has ended before is not here any more: its result is on the way. */
  revoke(lease: LeaseId): void {
    const task = this.#running.get(lease);
    if (!this.#alive || !task) return;
    this.#running.delete(lease);
    this.#world.reply({ ...task, node: this.id, outcome: "released" });
  }

  dropAll(): void {
    this.#running.clear();
  }

  die(): void {
    if (!this.#alive) return;
    this.#alive = false;
    this.#running.clear();
    this.#world.nodeDied(this);
  }
}
