/**
 * Layers that act on some of the columns and leave the others: the multi-scale split, whose other columns are noise already (Dinh,
 * Sohl-Dickstein & Bengio 2017, section 3.6).
 */
import type { Reals } from "../../../numerics/arithmetic/arithmetic.ts";
import type { Cotangents, Layer, Rows, Workplace } from "../layer.ts";
import { under } from "../parameter.ts";

export class Part implements Layer {
  readonly kind = "part";
  readonly capacity: number;
  readonly #place: Workplace;
  readonly #x: Reals;
  readonly #logDet: Float64Array;

  /** `layers` from noise to data, each as wide as there are `columns`. */
  constructor(
    readonly width: number,
    readonly columns: Int32Array,
    readonly layers: readonly Layer[],
    place: Workplace,
  ) {
    this.capacity = place.capacity;
    this.#place = place;
    this.#x = place.arithmetic.reals(place.capacity * columns.length);
    this.#logDet = place.arithmetic.doubles(place.capacity);
  }

  get parameters() {
    return this.layers.flatMap((layer, i) => under(`layers[${i}]`, layer.parameters));
  }

  /** Numbers that it takes of an arithmetic beside its layers'. */
  static size(columns: number, capacity: number): number {
    return capacity * (columns + 2);
  }

  reload(): void {
    for (const layer of this.layers) layer.reload();
  }

  /** Its layers see what the layers before them, set by then, make of the rows; the rows stay as they are. */
  initialize({ rows, x, context }: Rows): void {
    this.#place.arithmetic.gather(x, rows, this.width, this.columns, this.#x);
    const inner: Rows = { rows, x: this.#x, logDet: this.#logDet.fill(0), context };
    for (let i = this.layers.length - 1; i >= 0; i--) {
      this.layers[i].initialize?.(inner);
      this.layers[i].inverse(inner);
    }
  }

  forward(rows: Rows, keep = false): void {
    this.#within(rows, (inner) => {
      for (const layer of this.layers) layer.forward(inner, keep);
    });
  }

  inverse(rows: Rows, keep = false): void {
    this.#within(rows, (inner) => {
      for (let i = this.layers.length - 1; i >= 0; i--) this.layers[i].inverse(inner, keep);
    });
  }

  forwardBack(cotangents: Cotangents): void {
    this.#withinBack(cotangents, (inner) => {
      for (let i = this.layers.length - 1; i >= 0; i--) this.layers[i].forwardBack(inner);
    });
  }

  inverseBack(cotangents: Cotangents): void {
    this.#withinBack(cotangents, (inner) => {
      for (const layer of this.layers) layer.inverseBack(inner);
    });
  }

  #within({ rows, x, logDet, context }: Rows, work: (inner: Rows) => void): void {
    const { arithmetic } = this.#place;
    arithmetic.gather(x, rows, this.width, this.columns, this.#x);
    work({ rows, x: this.#x, logDet, context });
    arithmetic.scatter(this.#x, rows, this.width, this.columns, x);
  }

  #withinBack({ rows, dx, dLogDet, inputsOnly = false }: Cotangents, work: (inner: Cotangents) => void): void {
    const { arithmetic } = this.#place;
    arithmetic.gather(dx, rows, this.width, this.columns, this.#x);
    work({ rows, dx: this.#x, dLogDet, inputsOnly });
    arithmetic.scatter(this.#x, rows, this.width, this.columns, dx);
  }
}
