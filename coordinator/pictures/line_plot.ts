/** Lines over an axis: training curves, energies of recall, decays. */
import { InputError } from "../../numerics/errors.ts";
import { escapeText, line, SERIES_COLOURS, short, svgDocument, text, textWidth } from "./svg.ts";
import { linearTicks, logarithmicTicks, tickLabel } from "./ticks.ts";

export interface Axis {
  readonly label: string;
  readonly logarithmic?: boolean;
  /** [low, high]; by default what the series need. */
  readonly range?: readonly [number, number];
}

export interface Series {
  readonly name: string;
  readonly x: ArrayLike<number>;
  /** Where one is not finite (or not positive, on a logarithmic axis), the line has a gap. */
  readonly y: ArrayLike<number>;
  /** A band behind the line: standard errors, quantiles. */
  readonly low?: ArrayLike<number>;
  readonly high?: ArrayLike<number>;
  /** Whether each point is marked. */
  readonly marked?: boolean;
}

export interface LinePlot {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
  /** Pixels; 720 × 432 by default. */
  readonly width?: number;
  readonly height?: number;
}

interface Scale {
  readonly ticks: readonly number[];
  /** Pixels; NaN for what the axis has no place for. */
  place(value: number): number;
}

const TOP = 48;
const BOTTOM = 52;
const RIGHT = 20;
const LEGEND_LINE = 20;
const MARK = 3; // radius

/** An SVG document. Throws InputError where an axis has no finite number to show. */
export function linePlot(plot: LinePlot): string {
  const { title, series, width = 720, height = 432 } = plot;
  const bottom = height - BOTTOM;
  const yScale = scaleOf(plot.y, series.flatMap(({ y, low, high }) => [y, low ?? [], high ?? []]), bottom, TOP, 6);
  const yLabels = yScale.ticks.map(tickLabel);
  const left = 34 + Math.max(...yLabels.map(textWidth));
  const legend = series.length > 1 ? 34 + Math.max(...series.map(({ name }) => textWidth(name))) : 0;
  const right = width - RIGHT - legend;
  const xScale = scaleOf(plot.x, series.map(({ x }) => x), left, right, Math.max(2, Math.floor((right - left) / 80)));

  return svgDocument(width, height, title, [
    text(left, 26, title, { class: "title ink" }),
    ...yScale.ticks.flatMap((tick, i) => [
      line(left, yScale.place(tick), right, yScale.place(tick), "grid"),
      text(left - 8, yScale.place(tick) + 4, yLabels[i], { class: "quiet", anchor: "end" }),
    ]),
    ...xScale.ticks.flatMap((tick) => [
      line(xScale.place(tick), bottom, xScale.place(tick), bottom + 5, "frame"),
      text(xScale.place(tick), bottom + 19, tickLabel(tick), { class: "quiet", anchor: "middle" }),
    ]),
    line(left, bottom, right, bottom, "frame"),
    text((left + right) / 2, height - 12, plot.x.label, { anchor: "middle" }),
    text(16, (TOP + bottom) / 2, plot.y.label, { anchor: "middle", turned: true }),
    `<clipPath id="area"><rect x="${short(left - MARK)}" y="${TOP - MARK}" width="${short(right - left + 2 * MARK)}" ` +
    `height="${short(bottom - TOP + 2 * MARK)}"/></clipPath>`,
    `<g clip-path="url(#area)">`,
    ...series.map((one, index) => bandOf(one, index, xScale, yScale)),
    ...series.map((one, index) => curveOf(one, index, xScale, yScale)),
    `</g>`,
    ...(legend === 0 ? [] : series.map(({ name }, index) => legendLine(name, index, right + 14))),
  ]);
}

function scaleOf(axis: Axis, data: readonly ArrayLike<number>[], from: number, to: number, count: number): Scale {
  const isLog = axis.logarithmic === true;
  const [low, high] = axis.range ?? rangeOf(axis, data);
  const measure = isLog ? Math.log : (value: number) => value;
  const start = measure(low);
  const length = measure(high) - start;
  return {
    ticks: isLog ? logarithmicTicks(low, high, count) : linearTicks(low, high, count),
    place: (value) => {
      const place = from + (to - from) * (measure(value) - start) / length;
      return Number.isFinite(place) ? place : NaN;
    },
  };
}

function rangeOf({ label, logarithmic }: Axis, data: readonly ArrayLike<number>[]): [number, number] {
  let low = Infinity, high = -Infinity;
  for (const values of data) {
    for (let i = 0; i < values.length; i++) {
      if (!Number.isFinite(values[i]) || (logarithmic && values[i] <= 0)) continue;
      low = Math.min(low, values[i]);
      high = Math.max(high, values[i]);
    }
  }
  if (low > high) {
    throw new InputError("", `the axis ${label} has no ${logarithmic ? "positive" : "finite"} number to show`);
  }
  if (low === high) {
    return logarithmic ? [low / 2, high * 2] : [low - (Math.abs(low) || 1) / 2, high + (Math.abs(high) || 1) / 2];
  }
  return [low, high];
}

function classOf(index: number): string {
  const dashed = Math.floor(index / SERIES_COLOURS) % 2 === 1 ? ` stroke-dasharray="6 4"` : "";
  return `class="line${index % SERIES_COLOURS}" stroke-width="2"${dashed}`;
}

function curveOf({ name, x, y, marked }: Series, index: number, xScale: Scale, yScale: Scale): string {
  let path = "";
  let marks = "";
  let isOpen = false;
  for (let i = 0; i < y.length; i++) {
    const at = xScale.place(x[i]);
    const height = yScale.place(y[i]);
    if (Number.isNaN(at) || Number.isNaN(height)) {
      isOpen = false;
      continue;
    }
    const alone = !isOpen && !(i + 1 < y.length && !Number.isNaN(yScale.place(y[i + 1])));
    path += `${isOpen ? "L" : "M"}${short(at)} ${short(height)}`;
    isOpen = true;
    // A point between two gaps makes no line: without a mark it would not be seen.
    if (marked || alone) {
      marks += `<circle class="fill${index % SERIES_COLOURS}" cx="${short(at)}" cy="${short(height)}" r="${MARK}"/>`;
    }
  }
  const curve = `<path ${classOf(index)} stroke-linejoin="round" d="${path}"/>`;
  return `<g><title>${escapeText(name)}</title>${curve}${marks}</g>`;
}

/** As many pieces as the band has stretches without a gap. */
function bandOf({ x, low, high }: Series, index: number, xScale: Scale, yScale: Scale): string {
  if (!low || !high) return "";
  let path = "";
  let upper: string[] = [];
  let lower: string[] = [];
  const close = () => {
    if (upper.length > 1) path += `M${upper.join("L")}L${lower.reverse().join("L")}Z`;
    upper = [];
    lower = [];
  };
  for (let i = 0; i < x.length; i++) {
    const places = [xScale.place(x[i]), yScale.place(high[i]), yScale.place(low[i])];
    if (places.some(Number.isNaN)) {
      close();
      continue;
    }
    const [at, top, bottom] = places.map(short);
    upper.push(`${at} ${top}`);
    lower.push(`${at} ${bottom}`);
  }
  close();
  return `<path class="fill${index % SERIES_COLOURS}" style="fill-opacity:0.18" d="${path}"/>`;
}

function legendLine(name: string, index: number, left: number): string {
  const y = TOP + 8 + LEGEND_LINE * index;
  return `<line ${classOf(index)} x1="${short(left)}" y1="${y}" x2="${short(left + 16)}" y2="${y}"/>` +
    text(left + 22, y + 4, name);
}
