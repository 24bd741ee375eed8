/** The metrics of a training as small curves, one beside the other. */
import { element, number, svgElement } from "./elements.js";

const WIDTH = 240;
const HEIGHT = 96;
const MARGIN = 4;
const MOST_POINTS = 480; // two a pixel

/** `names` and `rows` of metrics, null where one was not measured; one that was measured once is no curve. */
export function curves(names, rows) {
  const epoch = names.indexOf("epoch");
  const at = rows.map((row, i) => (epoch < 0 ? i + 1 : row[epoch]));
  return names.flatMap((name, k) => {
    if (k === epoch) return [];
    const points = rows.flatMap((row, i) => row[k] === null ? [] : [[at[i], row[k]]]);
    return points.length < 2 ? [] : [curve(name, thinned(points), at[0], at.at(-1), epoch < 0 ? "record" : "epoch")];
  });
}

/** Of each stretch of points the least and the greatest, so that no peak is lost. */
function thinned(points) {
  if (points.length <= MOST_POINTS) return points;
  const length = Math.ceil(2 * points.length / MOST_POINTS);
  const kept = [];
  for (let start = 0; start < points.length; start += length) {
    const stretch = points.slice(start, start + length);
    const least = stretch.reduce((a, b) => (b[1] < a[1] ? b : a));
    const most = stretch.reduce((a, b) => (b[1] > a[1] ? b : a));
    kept.push(...(least[0] < most[0] ? [least, most] : [most, least]));
  }
  const last = points.at(-1);
  if (kept.at(-1) !== last) kept.push(last);
  return kept;
}

function curve(name, points, from, to, unit) {
  const values = points.map(([, value]) => value);
  const low = values.reduce((a, b) => Math.min(a, b)), high = values.reduce((a, b) => Math.max(a, b));
  const x = (value) => MARGIN + (to > from ? (value - from) / (to - from) : 0.5) * (WIDTH - 2 * MARGIN);
  const y = (value) => HEIGHT - MARGIN - (high > low ? (value - low) / (high - low) : 0.5) * (HEIGHT - 2 * MARGIN);
  const path = points.map(([a, b], i) => `${i === 0 ? "M" : "L"}${x(a).toFixed(1)} ${y(b).toFixed(1)}`).join("");
  const [lastX, last] = points.at(-1);
  return element(
    "figure",
    { className: "curve" },
    element("figcaption", {}, name.replaceAll("_", " "), element("span", {}, number(last))),
    svgElement(
      "svg",
      {
        viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
        role: "img",
        "aria-label": `${name}: from ${number(low)} to ${number(high)}`,
      },
      svgElement("path", { d: path }),
      svgElement("circle", { cx: x(lastX).toFixed(1), cy: y(last).toFixed(1), r: 2.5 }),
    ),
    element(
      "p",
      { className: "range" },
      element("span", {}, `${number(low)} … ${number(high)}`),
      element("span", {}, `${unit} ${number(to, Number.isInteger(to) ? 0 : 2)}`),
    ),
  );
}
