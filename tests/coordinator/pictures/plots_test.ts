import assert from "node:assert/strict";
import { colourAt, DIVERGING, SEQUENTIAL } from "../../../coordinator/pictures/colour_map.ts";
import { heatMap } from "../../../coordinator/pictures/heat_map.ts";
import { linePlot } from "../../../coordinator/pictures/line_plot.ts";
import { linearTicks, logarithmicTicks, tickLabel } from "../../../coordinator/pictures/ticks.ts";

const X = { label: "x" };
const Y = { label: "y" };

/** The points of each path, a list for each stretch of the line. */
function curves(svg: string): number[][][][] {
  return [...svg.matchAll(/<path class="line[^>]* d="([^"]*)"/g)].map(([, path]) =>
    path.split("M").slice(1).map((stretch) => stretch.split("L").map((point) => point.split(" ").map(Number)))
  );
}

/** Every tag is closed in its order, and no text holds a bare & or <. */
function assertWellFormed(svg: string) {
  const open: string[] = [];
  for (const [, closing, name, , single] of svg.matchAll(/<(\/?)([a-zA-Z]+)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/g)) {
    if (closing) assert.equal(open.pop(), name);
    else if (!single) open.push(name);
  }
  assert.deepEqual(open, []);
  const rest = svg.replace(/<\/?[a-zA-Z]+(?:\s+[\w:-]+="[^"<]*")*\s*\/?>/g, "");
  assert.doesNotMatch(rest, /[<>]|&(?!amp;|lt;|gt;|quot;)/);
}

Deno.test("linear ticks are round numbers inside the range", () => {
  assert.deepEqual(linearTicks(0, 1, 5), [0, 0.2, 0.4, 0.6, 0.8, 1]);
  assert.deepEqual(linearTicks(-130, -80, 5), [-130, -120, -110, -100, -90, -80]);
  assert.deepEqual(linearTicks(0.13, 0.47, 3), [0.2, 0.4]);
  assert.deepEqual(linearTicks(1e-7, 3e-7, 2), [1e-7, 2e-7, 3e-7]);
  assert.deepEqual(linearTicks(0, 60_000, 6), [0, 10_000, 20_000, 30_000, 40_000, 50_000, 60_000]);
});

Deno.test("logarithmic ticks are powers of ten, and more of them where those are few", () => {
  assert.deepEqual(logarithmicTicks(1, 1000, 6), [1, 10, 100, 1000]);
  assert.deepEqual(logarithmicTicks(1, 30, 6), [1, 2, 5, 10, 20]);
  assert.deepEqual(logarithmicTicks(1e-12, 1, 6), [1e-12, 1e-10, 1e-8, 1e-6, 1e-4, 1e-2, 1]);
  assert.deepEqual(logarithmicTicks(3, 4, 3), [3, 3.5, 4]);
});

Deno.test("tick labels say no more digits than the number has", () => {
  const cases: [number, string][] = [
    [0, "0"],
    [-100, "−100"],
    [0.1 + 0.2, "0.3"],
    [50_000, "50000"],
    [1e6, "10⁶"],
    [-2.5e-7, "−2.5·10⁻⁷"],
  ];
  for (const [value, label] of cases) assert.equal(tickLabel(value), label);
});

Deno.test("a line passes through its points, in proportion, upwards", () => {
  const svg = linePlot({ title: "t", x: X, y: Y, series: [{ name: "a", x: [0, 1, 4], y: [10, 20, 10] }] });
  assertWellFormed(svg);
  const [[[a, b, c]]] = curves(svg);
  assert.ok(Math.abs((b[0] - a[0]) / (c[0] - a[0]) - 0.25) < 1e-3);
  assert.ok(a[1] === c[1] && b[1] < a[1]);
});

Deno.test("on logarithmic axes equal factors are equal distances, and what is not positive is a gap", () => {
  const series = [{ name: "a", x: [1, 10, 100, 1000], y: [1, 10, 0, 1000] }];
  const svg = linePlot({
    title: "t",
    x: { label: "x", logarithmic: true },
    y: { label: "y", logarithmic: true },
    series,
  });
  const [[[a, b], [d]]] = curves(svg);
  assert.ok(Math.abs((b[0] - a[0]) * 3 - (d[0] - a[0])) < 0.05);
  assert.ok(Math.abs((b[1] - a[1]) * 3 - (d[1] - a[1])) < 0.05);
  assert.equal([...svg.matchAll(/<circle/g)].length, 1, "the point after the gap is alone: it gets a mark");
});

Deno.test("numbers that are not finite break the line; a band breaks with them", () => {
  const y = [1, 2, NaN, 2, 1];
  const svg = linePlot({ title: "t", x: X, y: Y, series: [{ name: "a", x: [0, 1, 2, 3, 4], y, low: y, high: y }] });
  assert.deepEqual(curves(svg)[0].map((stretch) => stretch.length), [2, 2]);
  assert.doesNotMatch(svg, /NaN/);
  assert.equal(svg.match(/class="fill0"[^>]*d="([^"]*)"/)?.[1].match(/Z/g)?.length, 2);
});

Deno.test("every series has its name in the legend, and colours that repeat are dashed", () => {
  const series = Array.from({ length: 8 }, (_, i) => ({ name: `series <${i}>`, x: [0, 1], y: [i, i + 1] }));
  const svg = linePlot({ title: "a & b", x: X, y: Y, series });
  assertWellFormed(svg);
  assert.ok(svg.includes("a &amp; b"));
  for (let i = 0; i < 8; i++) assert.ok(svg.includes(`series &lt;${i}&gt;`));
  assert.equal(curves(svg).length, 8);
  assert.equal([...svg.matchAll(/class="line0"[^>]*stroke-dasharray/g)].length, 2); // the curve, and its line in the legend
  assert.match(svg, /prefers-color-scheme:dark/);
});

Deno.test("a plot with nothing to show is refused", () => {
  for (const y of [[], [NaN]]) {
    const plot = { title: "t", x: X, y: Y, series: [{ name: "a", x: y.map(() => 1), y }] };
    assert.throws(() => linePlot(plot), /the axis (x|y) has no finite number to show/);
  }
  const flat = linePlot({ title: "t", x: X, y: Y, series: [{ name: "a", x: [0, 1], y: [3, 3] }] });
  assert.doesNotMatch(flat, /NaN/);
});

Deno.test("a heat map has a cell a value, coloured by its place in the range; what is not finite is blank", () => {
  const svg = heatMap({
    title: "t",
    x: { label: "x", names: ["a", "b"] },
    y: { label: "y", names: ["<c>", "d"] },
    values: [0, 1, NaN, 0.5],
    label: "share",
  });
  assertWellFormed(svg);
  const cells = [...svg.matchAll(/fill="(#\w+)">\s*<title>([^<]*)</g)].map(([, colour, title]) => [title, colour]);
  assert.deepEqual(cells, [
    ["&lt;c&gt;, a: 0", "#440154"],
    ["&lt;c&gt;, b: 1", "#fde725"],
    ["d, b: 0.5", colourAt(SEQUENTIAL, 0.5)],
  ]);
});

Deno.test("a diverging heat map has 0 in its middle; one with no or too many cells is refused", () => {
  const names = (count: number) => Array.from({ length: count }, (_, i) => String(i));
  const map = (rows: number, columns: number, values: number[]) =>
    heatMap({
      title: "t",
      x: { label: "x", names: names(columns) },
      y: { label: "y", names: names(rows) },
      values,
      label: "w",
      diverging: true,
    });
  assert.ok(map(1, 2, [0, -4]).includes(`fill="${colourAt(DIVERGING, 0.5)}"><title>0, 0: 0<`));
  assert.throws(() => map(0, 2, []), /1 to 256 rows and columns/);
  assert.throws(() => map(257, 1, names(257).map(Number)), /found 257 × 1/);
  assert.throws(() => map(1, 1, [NaN]), /at least one finite value/);
});
