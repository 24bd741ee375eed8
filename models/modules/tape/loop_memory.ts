/**
 * What of a loop is in the memory of all nodes: values that other blocks read, by the last turn alone where they read no other, and adjoints to
 * which something may add by way of memory. The rest are variables of the text alone.
 */
import type { Loop } from "./loop.ts";
import { OUTPUT, SCALAR, VECTOR } from "./operations.ts";
import type { Place } from "./places.ts";

/** Which nodes are in memory, 1 or 0 each. */
export interface Memory {
  readonly values: Uint8Array;
  readonly adjoints: Uint8Array;
}

/** In which turns' nodes something is in memory. */
export type Turns = "none" | "last" | "all";

/** How much of each position is in memory. */
export interface LoopMemory {
  readonly values: readonly Turns[];
  readonly adjoints: readonly Turns[];
}

/** Marks the nodes whose values this loop reads from memory, and those whose adjoints it reads or adds to there. */
export function mark(loop: Loop, { values, adjoints }: Memory): void {
  const { program, places, block: { from } } = loop, { a, b, scalars } = program;
  places.of.forEach((operands, position) => {
    const code = loop.code(position), isUndone = loop.isUndone(position), isLocal = loop.isLocal(position);
    for (const node of loop.nodesOf(position)) {
      if (code === VECTOR) {
        for (const operand of program.operandsOf(a[node])) {
          if (operand >= 0) values[operand] = adjoints[operand] = 1;
        }
      }
      if (code === VECTOR || code === OUTPUT) values[node] = 1;
      if (isUndone && !isLocal) adjoints[node] = 1;
      operands.forEach((place, k) => {
        const operand = code === SCALAR ? scalars[a[node]].operands[k] : k === 0 ? a[node] : b[node];
        if (!isMemory(place) && !(place.kind === "before" && operand < from)) return;
        values[operand] = 1;
        if (isUndone) adjoints[operand] = 1;
      });
    }
  });
  // A turn of any body may read them, which is where the loop begins to carry them.
  for (const first of places.before.values()) values[first] = adjoints[first] = 1;
}

/**
 * Once all loops have marked: how much of each position is in memory. The text of a body is one for all turns, so an adjoint that is in memory in
 * some turn before the last is in all, and is marked there too.
 */
export function settle(loop: Loop, memory: Memory): LoopMemory {
  const values: Turns[] = [], adjoints: Turns[] = [];
  for (let position = 0; position < loop.size; position++) {
    values.push(extent(loop, memory.values, position));
    adjoints.push(
      loop.isUndone(position) && !loop.isLocal(position) ? "all" : extent(loop, memory.adjoints, position),
    );
  }
  for (const distance of loop.before.keys()) {
    const positions = loop.places.fromEnd(distance);
    if (positions.some((position) => adjoints[position] === "all")) {
      for (const position of positions) adjoints[position] = "all";
    }
  }
  adjoints.forEach((turns, position) => {
    if (turns === "all") { for (const node of loop.nodesOf(position)) memory.adjoints[node] = 1; }
  });
  return { values, adjoints };
}

function extent(loop: Loop, marked: Uint8Array, position: number): Turns {
  if (loop.places.touchedPositions.has(position)) return "all";
  const { starts, turns } = loop.block;
  let found: Turns = "none";
  for (const node of loop.nodesOf(position)) {
    if (!marked[node]) continue;
    if (turns === 1 || node < starts[turns - 1]) return "all";
    found = "last";
  }
  return found;
}

function isMemory({ kind }: Place): boolean {
  return kind === "shared" || kind === "strided" || kind === "table";
}
