/**
 * Compiles a program to JavaScript: loops where it repeats itself (roll.ts), straight lines elsewhere. Operations and their order are those of
 * the interpreter, so the bits are too; what is saved are the loads, the stores and the dispatch.
 *
 * What only the turn itself needs is a variable. Values that the reverse sweep needs are computed again where that costs little, else kept in an
 * array of their own (recall.ts); in the memory of all nodes are those that other blocks read (loop_memory.ts). Adjoints are variables likewise,
 * except where something may add to them by way of memory: an operand whose place varies from turn to turn, or an operation on arrays.
 */
import { compiled } from "../../../numerics/compiled.ts";
import { forwardText } from "./forward_text.ts";
import { interpreter } from "./interpreter.ts";
import { Loop } from "./loop.ts";
import { type LoopMemory, mark, type Memory, settle } from "./loop_memory.ts";
import { type LoopPlan, planOf } from "./loop_plan.ts";
import { SCALAR, VECTOR } from "./operations.ts";
import type { Compiled, Program } from "./program.ts";
import { type Block, blockOf, findLoops } from "./roll.ts";
import { reverseText } from "./reverse_text.ts";
import type { FunctionOf4, ScalarOperation } from "./scalar.ts";

const MOST_IN_FUNCTION = 400; // operations: beyond some thousands V8 optimises no function
const NEAR = 64; // nodes: to clear as many more costs less than to begin anew
const MOST_IN_LINES = 20_000; // operations in straight lines: beyond it they are interpreted

export function emit(program: Program): Compiled {
  const blocks = findLoops({ kinds: kindsOf(program), codes: program.codes, sites: program.sites }, program.inputs)
    .flatMap(inParts);
  const lines = blocks.reduce((sum, { lengths, turns }) => sum + (turns === 1 ? lengths[0] : 0), 0);
  const loops = blocks.map((block) => new Loop(program, block));
  const { memory, ofLoops } = nodesInMemory(program, loops, lines > MOST_IN_LINES);
  const plans = loops.map((loop, index) => planOf(loop, ofLoops[index]));
  const forwards: (() => boolean)[] = [], reverses: (() => void)[] = [];
  let group: LoopPlan[] = [], size = 0;
  const close = () => {
    if (group.length === 0) return;
    const made = compileGroup(program, group);
    forwards.push(made.forward);
    reverses.unshift(made.reverse);
    group = [];
    size = 0;
  };
  blocks.forEach(({ from, lengths, turns }, index) => {
    const period = lengths.reduce((sum, length) => sum + length, 0);
    if (turns === 1 && lines > MOST_IN_LINES) {
      close();
      forwards.push(() => interpreter.forward(program, from, from + period) < 0);
      reverses.unshift(() => interpreter.reverse(program, from, from + period));
      return;
    }
    if (size + period > MOST_IN_FUNCTION) close();
    group.push(plans[index]);
    size += period;
  });
  close();
  const { adjoints, result } = program, stretches = stretchesOf(memory.adjoints);
  reverses.unshift(() => {
    for (const { from, end } of stretches) {
      if (end - from === 1) adjoints[from] = 0; // what one node is passed on by; a call takes as long as some hundreds
      else adjoints.fill(0, from, end);
    }
    if (result >= 0) adjoints[result] = 1;
  });
  return {
    forward: () => {
      for (const forward of forwards) if (!forward()) return false;
      return true;
    },
    reverse: () => {
      for (const reverse of reverses) reverse();
    },
  };
}

/** Long stretches in parts that a function can hold. */
function inParts(block: Block): Block[] {
  const { from, turns, lengths: [length] } = block;
  if (turns > 1 || length <= MOST_IN_FUNCTION) return [block];
  const parts: Block[] = [];
  for (let done = 0; done < length; done += MOST_IN_FUNCTION) {
    parts.push(blockOf(from + done, Math.min(MOST_IN_FUNCTION, length - done), 1));
  }
  return parts;
}

/** Operations on arrays are the same kind where they have the same name and sizes. */
function kindsOf(program: Program): Int32Array {
  const kinds = Int32Array.from(program.codes);
  const known = new Map<string, number>();
  const operations = new Map<ScalarOperation, number>();
  for (let i = program.inputs; i < program.length; i++) {
    if (program.codes[i] === SCALAR) {
      const { operation } = program.scalars[program.a[i]];
      const kind = operations.get(operation) ?? operations.size + (1 << 20);
      operations.set(operation, kind);
      kinds[i] = 2 * kind + (program.reverseCodes[i] === 0 ? 1 : 0);
      continue;
    }
    if (program.codes[i] !== VECTOR) {
      // What is undone and what is not are two kinds.
      if (program.reverseCodes[i] === 0) kinds[i] += 1 << 16;
      continue;
    }
    const { recorded: { operation, nodes } } = program.vectors[program.a[i]];
    const key = `${operation.name} ${operation.outputs} ${nodes.length} ${program.reverseCodes[i]}`;
    const kind = known.get(key) ?? known.size + 256;
    known.set(key, kind);
    kinds[i] = kind;
  }
  return kinds;
}

/**
 * The nodes whose values or adjoints have to be in memory: all but those that only the operations of their own turn and the next use.
 * `interpreted`: straight lines are.
 */
function nodesInMemory(
  program: Program,
  loops: readonly Loop[],
  interpreted: boolean,
): { memory: Memory; ofLoops: LoopMemory[] } {
  const { length, inputs, result } = program;
  const memory = { values: new Uint8Array(length), adjoints: new Uint8Array(length) };
  memory.adjoints.fill(1, 0, inputs);
  if (result >= 0) memory.values[result] = memory.adjoints[result] = 1;
  for (const loop of loops) mark(loop, memory);
  for (const { block: { from, turns, lengths } } of loops) {
    if (interpreted && turns === 1) memory.adjoints.fill(1, from, from + lengths[0]);
  }
  return { memory, ofLoops: loops.map((loop) => settle(loop, memory)) };
}

/** Stretches from … end of nodes whose adjoints are in memory; those with few others between are one. */
function stretchesOf(adjoints: Uint8Array): { from: number; end: number }[] {
  const stretches: { from: number; end: number }[] = [];
  for (let i = 0; i < adjoints.length; i++) {
    if (!adjoints[i]) continue;
    const last = stretches[stretches.length - 1];
    if (last && i - last.end < NEAR) last.end = i + 1;
    else stretches.push({ from: i, end: i + 1 });
  }
  return stretches;
}

function compileGroup(program: Program, plans: readonly LoopPlan[]): Compiled {
  const tables: Int32Array[] = [], constants: Float64Array[] = [], functions: FunctionOf4[] = [];
  const captured = { tables, constants, functions };
  const forward = plans.map((plan) => forwardText(plan, captured)).join("\n");
  const reverse = plans.toReversed().map((plan) => reverseText(plan, captured)).join("\n");
  const source = `
    ${tables.map((_, i) => `const T${i} = tables[${i}];`).join("")}
    ${constants.map((_, i) => `const C${i} = constants[${i}];`).join("")}
    ${functions.map((_, i) => `const F${i} = functions[${i}];`).join("")}
    return { forward: () => { ${forward} return true; }, reverse: () => { ${reverse} } };`;
  return compiled<Compiled>(source, {
    v: program.values,
    g: program.adjoints,
    run: (vector: number) => program.runVector(vector),
    undo: (vector: number) => program.undoVector(vector),
    tables,
    constants,
    functions,
  });
}
