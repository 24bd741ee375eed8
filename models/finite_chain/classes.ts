/**
 * Communicating classes: the strongly connected components of the graph whose edges are the transitions of positive
 * probability. A class is closed where no edge leaves it; the states of the others are transient. A chain is irreducible
 * where there is one class.
 *
 * Tarjan (1972), "Depth-first search and linear graph algorithms"; without recursion, so that a path of 2000 states is fine.
 */
import type { FiniteChain } from "./chain.ts";

export interface CommunicatingClass {
  /** Ascending. */
  readonly states: readonly number[];
  readonly closed: boolean;
}

const UNSEEN = -1;

/** In the order of their first states. */
export function communicatingClasses({ size, matrix }: FiniteChain): CommunicatingClass[] {
  const order = new Int32Array(size).fill(UNSEEN); // when a state was first seen
  const lowest = new Int32Array(size); // the earliest one on the stack that it leads to
  const classOf = new Int32Array(size).fill(UNSEEN);
  const nextEdge = new Int32Array(size);
  const open: number[] = []; // states whose class is not known yet
  const path: number[] = []; // from the root of the search to where it is
  const classes: number[][] = [];
  let seen = 0;

  const enter = (state: number) => {
    order[state] = lowest[state] = seen++;
    open.push(state);
    path.push(state);
  };
  /** The class whose earliest state is `state`: all that was opened after it. */
  const close = (state: number) => {
    const states = open.splice(open.lastIndexOf(state));
    for (const member of states) classOf[member] = classes.length;
    classes.push(states.sort((a, b) => a - b));
  };

  for (let root = 0; root < size; root++) {
    if (order[root] !== UNSEEN) continue;
    enter(root);
    while (path.length > 0) {
      const state = path[path.length - 1];
      const next = nextEdge[state]++;
      if (next === size) {
        path.pop();
        if (lowest[state] === order[state]) close(state);
        const parent = path.at(-1);
        if (parent !== undefined) lowest[parent] = Math.min(lowest[parent], lowest[state]);
      } else if (matrix[state * size + next] > 0) {
        if (order[next] === UNSEEN) enter(next);
        else if (classOf[next] === UNSEEN) lowest[state] = Math.min(lowest[state], order[next]);
      }
    }
  }

  const leaves = new Uint8Array(classes.length);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      if (classOf[i] !== classOf[j] && matrix[i * size + j] > 0) leaves[classOf[i]] = 1;
    }
  }
  return classes
    .map((states, index) => ({ states, closed: leaves[index] === 0 }))
    .sort((a, b) => a.states[0] - b.states[0]);
}
