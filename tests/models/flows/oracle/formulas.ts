/**
 * The laws of layers and bases as MODELS writes them, one row at a time in dual numbers: an oracle that shares with models/flows neither
 * arithmetic nor derivatives. A new kind is a function of this table.
 */
import { LEAK } from "../../../../numerics/arithmetic/arithmetic.ts";
import type { Base } from "../../../../models/flows/base.ts";
import { MixtureBase } from "../../../../models/flows/bases/mixture.ts";
import { ConvNet } from "../../../../models/flows/conditioners/conv_net.ts";
import type { Conditioner } from "../../../../models/flows/conditioners/conditioner.ts";
import { Mlp } from "../../../../models/flows/conditioners/mlp.ts";
import type { Layer } from "../../../../models/flows/layer.ts";
import { AdditiveCoupling } from "../../../../models/flows/layers/additive_coupling.ts";
import { AffineCoupling } from "../../../../models/flows/layers/affine_coupling.ts";
import { MaskedConditioner } from "../../../../models/flows/layers/checkerboard_coupling.ts";
import { Logit } from "../../../../models/flows/layers/logit.ts";
import { Planar } from "../../../../models/flows/layers/planar.ts";
import { dot, Dual, dual, sum } from "./dual.ts";
import { convolved, imageFormulas } from "./image_formulas.ts";

export type Direction = "forward" | "inverse";

/** A row on its way, and the parameters of what it goes through by their names. */
export interface Walk {
  readonly direction: Direction;
  readonly row: readonly Dual[];
  readonly context: readonly number[];
  parameter(name: string): readonly Dual[];
}
export interface Walked {
  readonly row: readonly Dual[];
  readonly logDet: Dual;
}

const vectorFormulas: Readonly<Record<string, (layer: Layer, walk: Walk) => Walked>> = {
  "affine-coupling": (layer, { direction, row, context, parameter }) => {
    const { split: { passing, transformed }, conditioner, channels } = as(layer, AffineCoupling);
    const said = conditioned(conditioner, pick(row, passing), context, parameter), bound = parameter("bound");
    // The scales of a pixel's channels, then their shifts; a vector is one pixel.
    const at = (j: number) => 2 * j - j % channels;
    const out = [...row];
    const scales = Array.from(transformed, (_, j) => bound[j % channels].times(said[at(j)].tanh()));
    transformed.forEach((column, j) => {
      const t = said[at(j) + channels];
      out[column] = direction === "forward"
        ? row[column].times(scales[j].exp()).plus(t)
        : row[column].minus(t).over(scales[j].exp());
    });
    return { row: out, logDet: signed(direction, sum(scales)) };
  },

  "additive-coupling": (layer, { direction, row, context, parameter }) => {
    const { split: { passing, transformed }, conditioner } = as(layer, AdditiveCoupling);
    const said = conditioned(conditioner, pick(row, passing), context, parameter), out = [...row];
    transformed.forEach((column, j) => out[column] = row[column].plus(signed(direction, said[j])));
    return { row: out, logDet: dual(0) };
  },

  "permutation": (_, { direction, row, parameter }) => {
    const out = [...row];
    parameter("order").forEach(({ value: from }, to) => {
      if (direction === "forward") out[to] = row[from];
      else out[from] = row[to];
    });
    return { row: out, logDet: dual(0) };
  },

  "rescaling": (_, { direction, row, parameter }) => {
    const s = parameter("logScale").map((one) => signed(direction, one).times(-1)); // to noise, exp(s)
    return { row: row.map((one, j) => one.times(s[j].exp())), logDet: sum(s) };
  },

  "standardization": (_, { direction, row, parameter }) => {
    const mean = parameter("mean"), scale = parameter("scale");
    const out = row.map((one, j) =>
      direction === "forward" ? mean[j].plus(scale[j].times(one)) : one.minus(mean[j]).over(scale[j])
    );
    return { row: out, logDet: signed(direction, sum(scale.map((one) => one.log()))) };
  },

  "logit": (layer, { direction, row }) => {
    const { margin: a } = as(layer, Logit), inner = 1 - 2 * a;
    if (direction === "forward") {
      const p = row.map((z) => dual(1).over(z.times(-1).exp().plus(1)));
      const logDet = sum(p.map((one) => one.times(dual(1).minus(one)).over(inner).log()));
      return { row: p.map((one) => one.minus(a).over(inner)), logDet };
    }
    const p = row.map((x) => x.times(inner).plus(a));
    const odds = p.map((one) => one.over(dual(1).minus(one)));
    const logDet = sum(p.map((one) => dual(inner).over(one.times(dual(1).minus(one))).log()));
    return { row: odds.map((one) => one.log()), logDet };
  },

  "planar": (layer, { direction, row, parameter }) => {
    const { activation } = as(layer, Planar);
    const h = (a: Dual) => activation === "tanh" ? a.tanh() : a.value < 0 ? a.times(LEAK) : a;
    const slope = (a: Dual) =>
      activation === "tanh" ? dual(1).minus(a.tanh().times(a.tanh())) : dual(a.value < 0 ? LEAK : 1);
    const w = parameter("w"), u = parameter("u"), [b] = parameter("b"), t = dot(w, u), ww = dot(w, w);
    const along = t.exp().plus(1).log().minus(1).minus(t).over(ww);
    const uHat = u.map((one, j) => one.plus(along.times(w[j]))), k = dot(w, uHat);
    const a = direction === "forward" ? dot(w, row).plus(b) : solved(h, slope, k, b, dot(w, row));
    const move = signed(direction, h(a));
    return {
      row: row.map((one, j) => one.plus(uHat[j].times(move))),
      logDet: signed(direction, k.times(slope(a)).plus(1).log()),
    };
  },
};

export function layerFormula(kind: string): ((layer: Layer, walk: Walk) => Walked) | undefined {
  return vectorFormulas[kind] ?? imageFormulas[kind];
}

/** a = α + b of α + k h(α + b) = target, by bisection; a step of Newton's in dual numbers gives its derivative. */
function solved(h: (a: Dual) => Dual, slope: (a: Dual) => Dual, k: Dual, b: Dual, target: Dual): Dual {
  const excess = (a: Dual) => a.minus(b).plus(k.times(h(a))).minus(target);
  let low = -100, high = 100;
  for (let step = 0; step < 80; step++) {
    const middle = 0.5 * (low + high);
    if (excess(dual(middle)).value > 0) high = middle;
    else low = middle;
  }
  const a = dual(low);
  return a.minus(excess(a).over(k.times(slope(a)).plus(1)));
}

type BaseWalk = Omit<Walk, "direction">;

/** log p(z). */
export const baseFormulas: Readonly<Record<string, (base: Base, walk: BaseWalk) => Dual>> = {
  "normal": (_, { row }) => sum(row.map((z) => logNormal(z, dual(0), dual(0)))),
  "logistic": (_, { row }) => sum(row.map((z) => z.times(-1).minus(z.times(-1).exp().plus(1).log().times(2)))),
  "uniform": (_, { row }) => dual(row.every(({ value }) => value > 0 && value < 1) ? 0 : -Infinity),
  "mixture": (base, { row, parameter }) => {
    const { components } = as(base, MixtureBase), logits = parameter("logits");
    const means = parameter("means"), logScales = parameter("logScales");
    const terms = Array.from({ length: components }, (_, k) => {
      const at = k * row.length;
      return logits[k].plus(sum(row.map((z, j) => logNormal(z, means[at + j], logScales[at + j])))).exp();
    });
    return sum(terms).log().minus(sum(logits.map((one) => one.exp())).log());
  },
  "conditional-normal": (_, { row, context, parameter }) => {
    const shifted = (own: string, slopes: string, j: number) =>
      context.reduce((total, c, i) => total.plus(parameter(slopes)[i * row.length + j].times(c)), parameter(own)[j]);
    return sum(
      row.map((z, j) => logNormal(z, shifted("mean", "contextMeans", j), shifted("logScale", "contextLogScales", j))),
    );
  },
};

function logNormal(z: Dual, mean: Dual, logScale: Dual): Dual {
  const standard = z.minus(mean).over(logScale.exp());
  return standard.times(standard).times(-0.5).minus(logScale).minus(0.5 * Math.log(2 * Math.PI));
}

/** What a conditioner says; its parameters' names begin with `conditioner`. */
function conditioned(
  conditioner: Conditioner,
  input: readonly Dual[],
  context: readonly number[],
  parameter: Walk["parameter"],
): readonly Dual[] {
  if (conditioner instanceof ConvNet) return convolved(conditioner, input, context, parameter);
  if (conditioner instanceof MaskedConditioner) {
    const { inner, split: { passing }, wanted } = conditioner;
    const whole = Array.from({ length: inner.inputWidth }, () => dual(0));
    passing.forEach((column, j) => whole[column] = input[j]);
    return pick(conditioned(inner, whole, context, parameter), wanted);
  }
  const { widths, activation, residual } = as(conditioner, Mlp);
  const activate = (a: Dual) => {
    if (activation === "tanh") return a.tanh();
    return a.value >= 0 ? a : a.times(activation === "relu" ? 0 : LEAK);
  };
  return widths.slice(1).reduce((from, width, i) => {
    const weights = parameter(`conditioner.weights[${i}]`), bias = parameter(`conditioner.bias[${i}]`);
    const isLast = i === widths.length - 2;
    return Array.from({ length: width }, (_, j) => {
      let a = from.reduce((total, one, l) => total.plus(one.times(weights[l * width + j])), bias[j]);
      if (i === 0) {
        context.forEach((c, l) => a = a.plus(parameter("conditioner.contextWeights")[l * width + j].times(c)));
      }
      if (isLast) return a;
      return residual && i > 0 && widths[i] === width ? activate(a).plus(from[j]) : activate(a);
    });
  }, input);
}

function pick(row: readonly Dual[], columns: Int32Array): readonly Dual[] {
  return Array.from(columns, (column) => row[column]);
}

export function signed(direction: Direction, of: Dual): Dual {
  return direction === "forward" ? of : of.times(-1);
}

export function as<Kind>(what: unknown, kind: abstract new (...args: never[]) => Kind): Kind {
  if (what instanceof kind) return what;
  throw new Error(`expected a ${kind.name}`);
}
