/**
 * Some of the columns of rows, and back in their places. Columns that are a stretch of a row, or the same stretch of every pixel of an
 * image, are sliced and put side by side; any others are gathered one by one. Columns that came from one of two parts are taken from it: of
 * layers that part columns in the same way, one after the other, none puts them in their places but the last.
 */
import { featuresOf, pick, toRows } from "./features.ts";
import { ROWS, type Value } from "./graph.ts";
import { gather, reshape, slice } from "./operations.ts";

/** Columns first … first + count − 1 of each `stride`. */
interface Stretch {
  readonly stride: number;
  readonly first: number;
  readonly count: number;
}

/** Two parts, and where their columns went. */
interface Origin {
  readonly part: Value;
  readonly places: readonly number[];
}

const origins = new WeakMap<Value, readonly Origin[]>();

/** The chosen columns of rows, in their order. */
export function columns(x: Value, chosen: ArrayLike<number>): Value {
  const width = x.shape[1], list = Array.from(chosen);
  for (const { part, places } of origins.get(x) ?? []) {
    const at = new Map(places.map((place, k) => [place, k]));
    const found = list.flatMap((column) => at.get(column) ?? []);
    if (found.length === list.length) return columns(part, found);
  }
  const features = featuresOf(x);
  if (features && list.length < width) return toRows(pick(features, list));
  const stretch = stretchOf(list, width);
  if (!stretch) return gather(x, list);
  const { stride, first, count } = stretch;
  return count === stride ? x : asRows(slice(asRows(x, stride), first, count), list.length);
}

/** Rows side by side. */
export function beside(parts: readonly Value[]): Value {
  const [{ graph, type, shape }] = parts;
  const width = parts.reduce((sum, part) => sum + part.shape[1], 0);
  return graph.apply("Concat", parts, { type, shape: [shape[0], width] }, { axis: 1 });
}

/** Rows of which `places` says where each column of a and then of b belongs. */
export function inPlaces(a: Value, b: Value, places: readonly [ArrayLike<number>, ArrayLike<number>]): Value {
  const whole = placed(a, b, places);
  origins.set(whole, [a, b].map((part, i) => ({ part, places: Array.from(places[i]) })));
  return whole;
}

function placed(a: Value, b: Value, places: readonly [ArrayLike<number>, ArrayLike<number>]): Value {
  const width = a.shape[1] + b.shape[1];
  const [first, second] = places.map((list) => stretchOf(Array.from(list), width));
  if (first && second && first.stride === second.stride && first.count + second.count === first.stride) {
    const parts = [asRows(a, first.count), asRows(b, second.count)];
    return asRows(beside(first.first === 0 ? parts : parts.reverse()), width);
  }
  const order = new Int32Array(width);
  places.flatMap((list) => Array.from(list)).forEach((place, k) => order[place] = k);
  return columns(beside([a, b]), order);
}

/** The same numbers as rows of another width. */
export function asRows(x: Value, width: number): Value {
  return x.shape.length === 2 && x.shape[1] === width ? x : reshape(x, [ROWS, width]);
}

function stretchOf(list: readonly number[], width: number): Stretch | null {
  const [first] = list, end = list.findIndex((column, k) => column !== first + k);
  const count = end === -1 ? list.length : end;
  const stride = end === -1 ? width : list[count] - first;
  const isWhole = stride > 0 && first + count <= stride && list.length * stride === count * width;
  const isEvery = list.every((column, k) => column === first + Math.floor(k / count) * stride + k % count);
  return isWhole && isEvery ? { stride, first, count } : null;
}
