/** The analysis of a chain that was accepted, as it goes to clients. */
import { analyseChain } from "../../models/finite_chain/analysis.ts";
import type { FiniteChain } from "../../models/finite_chain/chain.ts";
import type { ChainAnalysis } from "../schema/chain.ts";
import type { AcceptedChain } from "./accept.ts";

export function analyse(accepted: AcceptedChain): ChainAnalysis {
  const { chain, names, law, coordinates, transitions } = accepted;
  return {
    names: [...names],
    ...analyseChain(chain, accepted),
    target: law && { law: [...law], drift: drift(chain, law) },
    coordinates: coordinates && [...coordinates],
    ...(transitions ? { transitions: rowsOf(chain) } : {}),
  };
}

function drift({ size, matrix }: FiniteChain, law: readonly number[]): number {
  const after = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) after[j] += law[i] * matrix[i * size + j];
  }
  return after.reduce((most, mass, i) => Math.max(most, Math.abs(mass - law[i])), 0);
}

function rowsOf({ size, matrix }: FiniteChain): number[][] {
  return Array.from({ length: size }, (_, i) => [...matrix.subarray(i * size, (i + 1) * size)]);
}
