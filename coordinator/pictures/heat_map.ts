/** A matrix as coloured cells: transition probabilities, recall over load and corruption, weights. */
import { InputError } from "../../numerics/errors.ts";
import { colourAt, DIVERGING, SEQUENTIAL } from "./colour_map.ts";
import { escapeText, line, short, svgDocument, text, textWidth } from "./svg.ts";
import { linearTicks, tickLabel } from "./ticks.ts";

/** Each way: above it the cells are smaller than pixels. */
export const MOST_CELLS = 256;

export interface HeatMap {
  readonly title: string;
  /** Labels of the columns and rows, one for each; as many are written as there is room for. */
  readonly x: { readonly label: string; readonly names: readonly string[] };
  readonly y: { readonly label: string; readonly names: readonly string[] };
  /** [rows × columns], row-major, the first row above. What is not finite is left blank. */
  readonly values: ArrayLike<number>;
  /** What the values are. */
  readonly label: string;
  /** [low, high]; by default from the least to the greatest. */
  readonly range?: readonly [number, number];
  /** Colours with a middle, for a range around 0. */
  readonly diverging?: boolean;
  /** Pixels of the cells' side; by default as many as make a handy picture. */
  readonly cell?: number;
}

const TOP = 48;
const BAR = 14; // width of the colour bar
const BAR_STEPS = 48;
const SIDE = 384; // of the cells together, where `cell` is not given

/** An SVG document. Throws InputError where there are no cells, or too many. */
export function heatMap(map: HeatMap): string {
  const { title, values, diverging = false } = map;
  const rows = map.y.names.length;
  const columns = map.x.names.length;
  if (rows === 0 || columns === 0 || Math.max(rows, columns) > MOST_CELLS) {
    throw new InputError("", `a heat map has 1 to ${MOST_CELLS} rows and columns, found ${rows} × ${columns}`);
  }
  const cell = map.cell ?? Math.max(3, Math.min(40, SIDE / Math.max(rows, columns)));
  const [low, high] = map.range ?? rangeOf(values, diverging);
  const colours = diverging ? DIVERGING : SEQUENTIAL;
  const left = 34 + Math.max(...map.y.names.map(textWidth));
  const right = left + columns * cell;
  const bottom = TOP + rows * cell;
  const barLeft = right + 24;
  const barTicks = linearTicks(low, high, 5);
  const width = barLeft + BAR + 16 + Math.max(...barTicks.map((tick) => textWidth(tickLabel(tick)))) + 24;
  const height = Math.max(bottom, TOP + 120) + 54;
  const barHeight = Math.max(bottom - TOP, 120);

  const cells: string[] = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const value = values[row * columns + column];
      if (!Number.isFinite(value)) continue;
      cells.push(
        `<rect x="${short(left + column * cell)}" y="${short(TOP + row * cell)}" width="${short(cell)}" ` +
          `height="${short(cell)}" fill="${colourAt(colours, (value - low) / (high - low))}">` +
          `<title>${escapeText(`${map.y.names[row]}, ${map.x.names[column]}: ${value}`)}</title></rect>`,
      );
    }
  }
  const bar = Array.from(
    { length: BAR_STEPS },
    (_, step) =>
      `<rect x="${short(barLeft)}" y="${short(TOP + barHeight * (1 - (step + 1) / BAR_STEPS))}" width="${BAR}" ` +
      `height="${short(barHeight / BAR_STEPS + 0.5)}" fill="${colourAt(colours, (step + 0.5) / BAR_STEPS)}"/>`,
  );
  const everyRow = Math.ceil(16 / cell);
  const everyColumn = Math.ceil((Math.max(...map.x.names.map(textWidth)) + 6) / cell);

  return svgDocument(Math.max(width, left + textWidth(title) * 1.3), height, title, [
    text(left, 26, title, { class: "title ink" }),
    `<g shape-rendering="crispEdges">`,
    ...cells,
    ...bar,
    `</g>`,
    ...map.y.names.flatMap((name, row) =>
      row % everyRow === 0
        ? [text(left - 8, TOP + (row + 0.5) * cell + 4, name, { class: "quiet", anchor: "end" })]
        : []
    ),
    ...map.x.names.flatMap((name, column) =>
      column % everyColumn === 0
        ? [text(left + (column + 0.5) * cell, bottom + 17, name, { class: "quiet", anchor: "middle" })]
        : []
    ),
    text((left + right) / 2, bottom + 38, map.x.label, { anchor: "middle" }),
    text(16, (TOP + bottom) / 2, map.y.label, { anchor: "middle", turned: true }),
    ...barTicks.flatMap((tick) => {
      const y = TOP + barHeight * (1 - (tick - low) / (high - low));
      return [
        line(barLeft + BAR, y, barLeft + BAR + 4, y, "frame"),
        text(barLeft + BAR + 8, y + 4, tickLabel(tick), { class: "quiet" }),
      ];
    }),
    text(width - 10, TOP + barHeight / 2, map.label, { anchor: "middle", turned: true }),
  ]);
}

function rangeOf(values: ArrayLike<number>, diverging: boolean): [number, number] {
  let low = Infinity, high = -Infinity;
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) continue;
    low = Math.min(low, values[i]);
    high = Math.max(high, values[i]);
  }
  if (low > high) throw new InputError("", "a heat map needs at least one finite value, found none");
  if (!diverging) return low < high ? [low, high] : [low - 0.5, high + 0.5];
  const most = Math.max(Math.abs(low), Math.abs(high)) || 1;
  return [-most, most];
}
