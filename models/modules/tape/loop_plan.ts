/** All that is decided of a loop before its text is written. */
import { Contributions } from "./contributions.ts";
import { InvariantAdjoints } from "./invariant_adjoints.ts";
import type { Loop } from "./loop.ts";
import type { LoopMemory } from "./loop_memory.ts";
import { Recall } from "./recall.ts";

export interface LoopPlan {
  readonly loop: Loop;
  readonly contributions: Contributions;
  readonly memory: LoopMemory;
  readonly recall: Recall;
  readonly invariant: InvariantAdjoints;
}

export function planOf(loop: Loop, memory: LoopMemory): LoopPlan {
  const contributions = new Contributions(loop);
  const recall = new Recall(loop, contributions, memory);
  return { loop, contributions, memory, recall, invariant: new InvariantAdjoints(loop, contributions, memory, recall) };
}
