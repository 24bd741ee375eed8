/** The gradient of an update in parts: consecutive rows, so many a part, each part a function of the parameters and its place alone. */
import type { Network } from "../../flows/definition.ts";
import type { Parameter } from "../../flows/layer.ts";
import { parametersOf, reload } from "../../flows/network.ts";
import type { Objective } from "./objective.ts";

const MOST_HELPFUL = 8; // parts for the sake of those who may compute them
const LEAST_PRODUCTS = 2e7; // of a part: two milliseconds, beside which telling another worker of it is little
const LEAST_REUSE = 64; // products of a part for each parameter: with fewer, adding up gradients costs as much as they do
const MOST_ROOM = 256 * 2 ** 20; // bytes that rows may take on their way through the network

export interface Burden {
  /** Rows of an update. */
  readonly batch: number;
  /** Numbers that are learned. */
  readonly parameters: number;
  /** Products of a row on its way through the network. */
  readonly products: number;
  /** Bytes that so many rows take on their way. */
  readonly room: (rows: number) => number;
}

/** How many rows a part has: a function of the job alone, as bits depend on it. */
export function rowsOfPart({ batch, parameters, products, room }: Burden): number {
  const work = batch * products;
  const parts = Math.max(
    1,
    Math.floor(Math.min(MOST_HELPFUL, work / LEAST_PRODUCTS, work / (LEAST_REUSE * parameters))),
  );
  let rows = Math.ceil(batch / parts);
  while (rows > 1 && room(rows) > MOST_ROOM) rows = Math.ceil(rows / 2);
  return rows;
}

export class Parts {
  readonly parameters: readonly Parameter[];
  readonly #network: Network;
  readonly #objective: Objective;
  readonly #rows: number;

  /** rows: of a part. */
  constructor(network: Network, objective: Objective, rows: number) {
    this.parameters = parametersOf(network);
    this.#network = network;
    this.#objective = objective;
    this.#rows = rows;
  }

  rowsIn(update: number): number {
    return this.#objective.rowsIn(update);
  }

  count(update: number): number {
    return Math.ceil(this.rowsIn(update) / this.#rows);
  }

  /** After parameters have changed. */
  reload(): void {
    reload(this.#network);
  }

  initialize(update: number): void {
    this.#objective.initialize(update, this.#rows);
    this.reload();
  }

  measure(update: number, mean: number, alive?: () => void) {
    return this.#objective.measure(update, mean, alive);
  }

  /** The gradient of a part into the parameters' own arrays; returns the sum of its rows' values. */
  gradient(update: number, part: number): number {
    for (const { gradient } of this.parameters) gradient?.fill(0);
    const from = part * this.#rows;
    return this.#objective.gradient(update, from, Math.min(from + this.#rows, this.rowsIn(update)));
  }
}
