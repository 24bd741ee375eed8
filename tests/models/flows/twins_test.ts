/** Layers that are wrong in the ways that layers are: the checks that every layer runs through catch each. */
import assert from "node:assert/strict";
import type { AffineStep, Arithmetic, Reals } from "../../../numerics/arithmetic/arithmetic.ts";
import { Purpose, Random } from "../../../numerics/random/random.ts";
import type { BuildConditioner } from "../../../models/flows/conditioners/conditioner.ts";
import { mlps } from "../../../models/flows/conditioners/mlp.ts";
import type { Layer, Rows, Workplace } from "../../../models/flows/layer.ts";
import { AdditiveCoupling } from "../../../models/flows/layers/additive_coupling.ts";
import { AffineCoupling } from "../../../models/flows/layers/affine_coupling.ts";
import { splitColumns } from "../../../models/flows/layers/columns.ts";
import { Logit } from "../../../models/flows/layers/logit.ts";
import { Permutation } from "../../../models/flows/layers/permutation.ts";
import { Planar, slope, solvePlanar, value } from "../../../models/flows/layers/planar.ts";
import { Rescaling } from "../../../models/flows/layers/rescaling.ts";
import { Standardization } from "../../../models/flows/layers/standardization.ts";
import { altered, type Twin, withLogDet } from "./twin.ts";
import {
  checkFormula,
  checkGradients,
  checkIndependence,
  checkLogDeterminant,
  checkRoundTrip,
  Subject,
} from "./checks.ts";

const random = () => new Random(7).at(0, 0, Purpose.test);
const mlp: BuildConditioner = (...widths) => mlps({ hidden: [6, 6], activation: "tanh" }, random())(...widths);
const split = splitColumns(3, "half", false);
const affine = (place: Workplace) => new AffineCoupling(3, split, mlp, place);

/** An affine coupling over an arithmetic whose `affine` is another. */
const affineBy = (change: (step: AffineStep, arithmetic: Arithmetic) => void) => (place: Workplace) => {
  const { arithmetic } = place;
  return affine({ ...place, arithmetic: { ...arithmetic, affine: (step) => change(step, arithmetic) } });
};

/** x ± u h(wᵀx + b), with u as it is. */
function unconstrained(place: Workplace): Layer {
  const layer = new Planar(3, "tanh", place, random());
  const { w, u, b } = layer;
  w.values.set([1, 0, 0]);
  u.values.set([-2, 0, 0]);
  const dot = (y: Reals, at: number) => [0, 1, 2].reduce((sum, j) => sum + w.values[j] * y[at + j], 0);
  const move = ({ rows, x, logDet }: Rows, sign: 1 | -1, solve: (target: number) => number) => {
    for (let r = 0; r < rows; r++) {
      const a = solve(dot(x, 3 * r) + b.values[0]), k = dot(u.values, 0);
      u.values.forEach((one, j) => x[3 * r + j] += sign * one * value("tanh", a));
      logDet[r] += sign * Math.log(Math.abs(1 + k * slope("tanh", a)));
    }
  };
  return altered(layer, {
    forward: (rows) => move(rows, 1, (target) => target),
    inverse: (rows) => move(rows, -1, (target) => solvePlanar("tanh", 1 + dot(u.values, 0), target)),
  });
}

const twins: readonly Twin[] = [
  {
    name: "an inverse whose log-determinant has the sign of forward's",
    check: checkRoundTrip,
    says: /log-determinants/,
    build: (place) => withLogDet(affine(place), (added, _, sign) => sign * added),
  },
  {
    name: "a coupling that is (h + t) exp(s) for h exp(s) + t, which is a flow, but another one",
    check: checkFormula,
    says: /number/,
    build: affineBy(({ rows, m, inverse, x, raw, bound, logDet, squashed, moved }) => {
      for (let r = 0, k = 0; r < rows; r++) {
        for (let j = 0; j < m; j++, k++) {
          const s = bound[j] * Math.tanh(raw[2 * r * m + j]), t = raw[2 * r * m + m + j];
          squashed[k] = Math.tanh(raw[2 * r * m + j]);
          x[k] = moved[k] = inverse ? x[k] * Math.exp(-s) - t : (x[k] + t) * Math.exp(s);
          logDet[r] += inverse ? -s : s;
        }
      }
    }),
  },
  {
    name: "a log-determinant without the bound of the scales",
    check: checkLogDeterminant,
    says: /of row/,
    build: affineBy((step, arithmetic) => {
      arithmetic.affine({ ...step, logDet: new Float64Array(step.rows) });
      const { rows, m, squashed, logDet, inverse } = step;
      arithmetic.rowSums(squashed, rows, m, logDet, { alpha: inverse ? -1 : 1, beta: 1 });
    }),
  },
  {
    name: "a planar layer whose u is not constrained",
    check: checkRoundTrip,
    says: /number/,
    build: unconstrained,
  },
  {
    name: "a planar layer whose inverse goes back as forward does",
    check: checkGradients,
    says: /inverse: input/,
    build: (place) => {
      const layer = new Planar(3, "tanh", place, random());
      return altered(layer, { inverseBack: (cotangents) => layer.forwardBack(cotangents) });
    },
  },
  {
    name: "a permutation whose inverse is itself",
    check: checkRoundTrip,
    says: /number/,
    build: (place) => {
      const layer = new Permutation([1, 2, 0], place);
      return altered(layer, { inverse: (rows) => layer.forward(rows) });
    },
  },
  {
    name: "a coupling that forgets what its conditioner says of the columns that pass",
    check: checkGradients,
    says: /input/,
    build: (place) => {
      const forgetful: BuildConditioner = (...widths) => {
        const conditioner = mlp(...widths);
        const back = conditioner.back.bind(conditioner);
        return Object.assign(conditioner, {
          back: (rows: number, context: Reals | null) => {
            back(rows, context);
            conditioner.dInput.fill(0);
          },
        });
      };
      return new AdditiveCoupling(3, split, forgetful, place);
    },
  },
  {
    name: "a way back that sets a parameter's gradient and does not add to it",
    check: checkGradients,
    says: /bound/,
    build: (place) => {
      const layer = affine(place);
      return altered(layer, {
        forwardBack: (cotangents) => {
          layer.bound.gradient.fill(0);
          layer.forwardBack(cotangents);
        },
      });
    },
  },
  {
    name: "a rescaling that adds its log-determinant to the first row alone",
    check: checkLogDeterminant,
    says: /row 1/,
    build: (place) => withLogDet(new Rescaling(3, place), (added, row) => row === 0 ? added : 0),
  },
  {
    name: "a layer that sets the log-determinant and does not add to it",
    check: checkLogDeterminant,
    says: /what is added/,
    build: (place) => {
      const layer = new Rescaling(3, place);
      return altered(layer, {
        forward: (rows) => {
          rows.logDet.fill(0);
          layer.forward(rows);
        },
      });
    },
  },
  {
    name: "a standardization whose scales are left out of the log-determinant, both ways",
    check: checkLogDeterminant,
    says: /row 0/,
    build: (place) => withLogDet(new Standardization(3, place), () => 0),
  },
  {
    name: "a logit without log(1 − 2a), both ways",
    check: checkLogDeterminant,
    says: /row 0/,
    data: "unit",
    build: (place) => withLogDet(new Logit(3, place), (added, _, sign) => added + sign * 3 * Math.log(0.9)),
  },
  {
    name: "a layer that centres rows by the mean of those that go with it",
    check: checkIndependence,
    says: /row 0/,
    build: (place) => {
      const layer = new Rescaling(2, place);
      return altered(layer, {
        forward: (rows) => {
          layer.forward(rows);
          let sum = 0;
          for (let k = 0; k < 2 * rows.rows; k++) sum += rows.x[k];
          for (let k = 0; k < 2 * rows.rows; k++) rows.x[k] -= sum / (2 * rows.rows);
        },
      });
    },
  },
  {
    name: "a layer that allocates in its passes",
    check: checkRoundTrip,
    says: /allocates/,
    build: (place) => {
      const layer = affine(place);
      return altered(layer, {
        forward: (rows) => {
          place.arithmetic.reals(1);
          layer.forward(rows);
        },
      });
    },
  },
];

for (const twin of twins) {
  Deno.test(`${twin.name} is caught`, () => assert.throws(() => twin.check(new Subject(twin)), twin.says));
}
