/** Layers of images that are wrong in the ways that those are: the checks catch each. */
import assert from "node:assert/strict";
import { Purpose, Random } from "../../../numerics/random/random.ts";
import type { BuildConditioner, Conditioner } from "../../../models/flows/conditioners/conditioner.ts";
import { nets } from "../../../models/flows/glow.ts";
import { splitChannels } from "../../../models/flows/image_columns.ts";
import type { Layer, Workplace } from "../../../models/flows/layer.ts";
import { Actnorm } from "../../../models/flows/layers/actnorm.ts";
import { AdditiveCoupling } from "../../../models/flows/layers/additive_coupling.ts";
import { AffineCoupling } from "../../../models/flows/layers/affine_coupling.ts";
import { InvertibleConvolution } from "../../../models/flows/layers/invertible_convolution.ts";
import { Part } from "../../../models/flows/layers/part.ts";
import { Reordering } from "../../../models/flows/layers/reordering.ts";
import { Squeeze, unsqueezing } from "../../../models/flows/layers/squeeze.ts";
import {
  checkFormula,
  checkGradients,
  checkIndependence,
  checkLogDeterminant,
  checkRoundTrip,
  Subject,
} from "./checks.ts";
import { altered, type Twin, withLogDet } from "./twin.ts";

const PIXELS = 4;
const random = () => new Random(7).at(0, 0, Purpose.test);
const convolution = (place: Workplace) => new InvertibleConvolution(PIXELS, 3, place, random());
const net: BuildConditioner = (...widths) =>
  nets([2, 2, 1], 1, 2, { channels: 3, blocks: 1, residual: false }, random())(...widths);

/** A conditioner that changes its output after it ran. */
function after(conditioner: Conditioner, change: (rows: number) => void): Conditioner {
  const run = conditioner.run.bind(conditioner);
  return Object.assign(conditioner, {
    run: (...given: Parameters<Conditioner["run"]>) => {
      run(...given);
      change(given[0]);
    },
  });
}

const twins: readonly Twin[] = [
  {
    name: "an actnorm that sets itself by the rows that come after it was restored",
    check: checkIndependence,
    says: /row 0/,
    build: (place) => {
      const layer = new Actnorm(PIXELS, 3, place);
      let isFresh = false;
      return altered(layer, {
        reload: () => {
          layer.reload();
          isFresh = true;
        },
        inverse: (rows, keep) => {
          if (isFresh) layer.initialize(rows);
          layer.inverse(rows, keep);
        },
      });
    },
  },
  {
    name: "an actnorm whose log-determinant is that of one pixel",
    check: checkLogDeterminant,
    says: /of row/,
    build: (place) => withLogDet(new Actnorm(PIXELS, 3, place), (added) => added / PIXELS),
  },
  {
    name: "an actnorm that scales and then shifts, which is a flow, but another one",
    check: checkFormula,
    says: /number/,
    build: (place) => {
      const layer = new Actnorm(PIXELS, 3, place);
      const shiftThenScale = (sign: number) =>
        layer.shift.values.map((shift, c) => shift * Math.exp(sign * layer.logScale.values[c]));
      const asOther = (walk: () => void) => {
        const kept = layer.shift.values.slice();
        layer.shift.values.set(shiftThenScale(-1));
        layer.reload();
        walk();
        layer.shift.values.set(kept);
        layer.reload();
      };
      return Object.assign(layer, {
        forward: ((pass) => (...given: Parameters<Layer["forward"]>) => asOther(() => pass(...given)))(
          layer.forward.bind(layer),
        ),
        inverse: ((pass) => (...given: Parameters<Layer["inverse"]>) => asOther(() => pass(...given)))(
          layer.inverse.bind(layer),
        ),
      });
    },
  },
  {
    name: "a 1 × 1 convolution whose log-determinant is that of one pixel",
    check: checkLogDeterminant,
    says: /of row/,
    build: (place) => withLogDet(convolution(place), (added) => added / PIXELS),
  },
  {
    name: "a 1 × 1 convolution that keeps the diagonal of U twice",
    check: checkLogDeterminant,
    says: /of row/,
    // U with s on its diagonal, and diag(s) besides: W is P L (U + 2 diag(s)), its log-determinant said to be that of s.
    build: (place) => {
      const layer = convolution(place), { values } = layer.logScale, channels = values.length;
      const doubled = altered(layer, {
        reload: () => {
          values.forEach((s, c) => values[c] = s + Math.LN2);
          layer.reload();
          values.forEach((s, c) => values[c] = s - Math.LN2);
        },
      });
      return withLogDet(doubled, (added, _, sign) => added + sign * PIXELS * channels * Math.LN2);
    },
  },
  {
    name: "a 1 × 1 convolution whose inverse is its transpose, as if it were still a rotation",
    check: checkRoundTrip,
    says: /number/,
    build: (place) => {
      const layer = convolution(place), { channels } = layer, { weights } = layer.matrices;
      return altered(layer, {
        forward: ({ rows, x }) => {
          for (let p = 0; p < rows * PIXELS; p++) {
            const z = x.slice(p * channels, (p + 1) * channels);
            for (let i = 0; i < channels; i++) {
              x[p * channels + i] = 0;
              for (let j = 0; j < channels; j++) x[p * channels + i] += weights[j * channels + i] * z[j];
            }
          }
        },
      });
    },
  },
  {
    name: "a squeeze that squeezes again on its way back",
    check: checkRoundTrip,
    says: /number/,
    build: (place) => {
      const layer = new Squeeze([2, 4, 2], place);
      return altered(layer, { inverse: (rows) => layer.forward(rows) });
    },
  },
  {
    name: "a squeeze whose way back goes as its way there",
    check: checkGradients,
    says: /input/,
    build: (place) => {
      const layer = new Squeeze([2, 4, 2], place);
      return altered(layer, { inverseBack: (cotangents) => layer.forwardBack(cotangents) });
    },
  },
  {
    name: "a squeeze of channels that lie behind one another, as where they come first",
    check: checkFormula,
    says: /number/,
    build: (place) => {
      const layer = new Squeeze([2, 4, 2], place);
      // The order of 2 × 4 images of one channel, twice.
      const plane = unsqueezing([2, 4, 1]);
      const order = new Reordering([...plane, ...plane.map((column) => 8 + column)], place);
      return Object.assign(layer, {
        forward: ({ rows, x }: Parameters<Layer["forward"]>[0]) => order.apply(rows, x),
        inverse: ({ rows, x }: Parameters<Layer["inverse"]>[0]) => order.undo(rows, x),
      });
    },
  },
  {
    name: "a part that forgets the log-determinants of its layers",
    check: checkLogDeterminant,
    says: /of row/,
    build: (place) => withLogDet(new Part(7, Int32Array.of(5, 0, 3), [new Actnorm(1, 3, place)], place), () => 0),
  },
  {
    name: "a part whose layers walk in one order both ways",
    check: checkRoundTrip,
    says: /number/,
    build: (place) => {
      const layers = [new Actnorm(1, 3, place), new InvertibleConvolution(1, 3, place, random())];
      const layer = new Part(7, Int32Array.of(5, 0, 3), layers, place);
      const turned = new Part(7, layer.columns, layers.toReversed(), place);
      return altered(layer, { inverse: (rows) => turned.inverse(rows) });
    },
  },
  {
    name: "a coupling of channels that takes scales and shifts from the halves of the whole output, as of a vector",
    check: checkFormula,
    says: /number/,
    build: (place) => {
      const halves: BuildConditioner = (...widths) => {
        const inner = net(...widths), { outputWidth, output } = inner;
        return after(inner, (rows) => {
          const said = output.slice();
          for (let r = 0; r < rows; r++) {
            for (let k = 0; k < outputWidth; k++) {
              output[r * outputWidth + k] = said[r * outputWidth + (k % 2) * PIXELS + Math.floor(k / 2)];
            }
          }
        });
      };
      return new AffineCoupling(8, splitChannels([2, 2, 2], false), halves, place, PIXELS);
    },
  },
  {
    name: "a conditioner that sees what its coupling moves",
    check: checkRoundTrip,
    says: /number/,
    build: (place) => {
      const split = splitChannels([2, 2, 2], false);
      let moving = 0;
      const seeing: BuildConditioner = (input, output, place) => {
        const inner = nets([2, 2, 1], 1, 1, { channels: 3, blocks: 1, residual: false }, random())(
          input,
          output,
          place,
        );
        return after(inner, () => inner.output.forEach((one, k) => inner.output[k] = one + moving));
      };
      const layer = new AdditiveCoupling(8, split, seeing, place);
      return altered(layer, {
        forward: (rows) => {
          moving = rows.x[split.transformed[0]];
          layer.forward(rows);
        },
        inverse: (rows) => {
          moving = rows.x[split.transformed[0]];
          layer.inverse(rows);
        },
      });
    },
  },
];

for (const twin of twins) {
  Deno.test(`${twin.name} is caught`, () => assert.throws(() => twin.check(new Subject(twin)), twin.says));
}
