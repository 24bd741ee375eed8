/** The plane in square panels, side by side: densities as colours, points, curves. */
import { colourAt, SEQUENTIAL } from "./colour_map.ts";
import { encodeColourPng } from "./picture.ts";
import { escapeText, line, short, svgDocument, text, textWidth } from "./svg.ts";
import { linearTicks, tickLabel } from "./ticks.ts";

/** What of the plane is shown. */
export interface Window {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

/** Where a point of the plane is on the paper. */
export type Place = (x: number, y: number) => readonly [number, number];

export interface Panel {
  readonly title: string;
  readonly window: Window;
  draw(place: Place): readonly string[];
}

const SIDE = 320;
const LEFT = 60;
const TOP = 76;
const GAP = 64;
const BOTTOM = 40;
const CELLS = 160; // of a density, each way
const TAIL = 0.002; // of the points, on each side, may lie outside
const MARGIN = 0.12; // of the window, on each side

/** An SVG document. */
export function planePanels(title: string, panels: readonly Panel[]): string {
  const width = Math.max(LEFT + panels.length * (SIDE + GAP), LEFT + 1.3 * textWidth(title));
  return svgDocument(width, TOP + SIDE + BOTTOM, title, [
    text(LEFT, 26, title, { class: "title ink" }),
    ...panels.flatMap((panel, index) => drawn(panel, LEFT + index * (SIDE + GAP), index)),
  ]);
}

function drawn({ title, window, draw }: Panel, left: number, index: number): string[] {
  const right = left + SIDE, bottom = TOP + SIDE;
  const across = (x: number) => left + SIDE * (x - window.x[0]) / (window.x[1] - window.x[0]);
  const up = (y: number) => bottom - SIDE * (y - window.y[0]) / (window.y[1] - window.y[0]);
  return [
    text(left, TOP - 12, title),
    `<clipPath id="panel${index}"><rect x="${left}" y="${TOP}" width="${SIDE}" height="${SIDE}"/></clipPath>`,
    `<g clip-path="url(#panel${index})">`,
    ...draw((x, y) => [across(x), up(y)]),
    `</g>`,
    line(left, bottom, right, bottom, "frame"),
    line(left, TOP, left, bottom, "frame"),
    ...linearTicks(...window.x, 5).flatMap((tick) => [
      line(across(tick), bottom, across(tick), bottom + 5, "frame"),
      text(across(tick), bottom + 19, tickLabel(tick), { class: "quiet", anchor: "middle" }),
    ]),
    ...linearTicks(...window.y, 5).flatMap((tick) => [
      line(left - 5, up(tick), left, up(tick), "frame"),
      text(left - 8, up(tick) + 4, tickLabel(tick), { class: "quiet", anchor: "end" }),
    ]),
  ];
}

/** Holds nearly all of the points [rows × 2], with some room around them; those that are far out do not make it large. */
export function windowOf(points: ArrayLike<number>): Window {
  const range = (axis: 0 | 1): [number, number] => {
    const sorted = Float64Array.from({ length: points.length / 2 }, (_, r) => points[2 * r + axis])
      .filter(Number.isFinite).sort();
    if (sorted.length === 0) return [-1, 1];
    const tail = Math.floor(TAIL * sorted.length);
    const low = sorted[tail], high = sorted[sorted.length - 1 - tail];
    const margin = MARGIN * (high - low) || 0.5;
    return [low - margin, high + margin];
  };
  return { x: range(0), y: range(1) };
}

/** From nothing (dark) to the density's greatest value in the window. `logDensity`: of rows [rows × 2], up to a constant. */
export function densityPanel(
  title: string,
  window: Window,
  logDensity: (points: Float64Array) => ArrayLike<number>,
): Panel {
  const image = encodeColourPng(CELLS, CELLS, densityPixels(window, CELLS, logDensity)).toBase64();
  return {
    title,
    window,
    draw(place) {
      const [left, top] = place(window.x[0], window.y[1]);
      return [
        `<image x="${short(left)}" y="${short(top)}" width="${SIDE}" height="${SIDE}" preserveAspectRatio="none" ` +
        `href="data:image/png;base64,${image}"/>`,
      ];
    },
  };
}

/** Colours [cells × cells × 3], the window's upper left first: each that of the density in the middle of its cell. */
export function densityPixels(
  { x, y }: Window,
  cells: number,
  logDensity: (points: Float64Array) => ArrayLike<number>,
): Uint8Array {
  const points = new Float64Array(2 * cells ** 2);
  for (let k = 0; k < cells ** 2; k++) {
    points[2 * k] = x[0] + (x[1] - x[0]) * (k % cells + 0.5) / cells;
    points[2 * k + 1] = y[1] - (y[1] - y[0]) * (Math.floor(k / cells) + 0.5) / cells;
  }
  const logs = Float64Array.from(logDensity(points));
  const most = logs.reduce((most, log) => log < Infinity ? Math.max(most, log) : most, -Infinity);
  const pixels = new Uint8Array(3 * cells ** 2);
  logs.forEach((log, k) => {
    const share = Math.exp(log - most);
    const colour = parseInt(colourAt(SEQUENTIAL, Number.isNaN(share) ? 0 : share).slice(1), 16);
    pixels.set([colour >> 16, colour >> 8 & 255, colour & 255], 3 * k);
  });
  return pixels;
}

/** Points [rows × 2]. */
export function pointsPanel(title: string, window: Window, points: ArrayLike<number>): Panel {
  return {
    title,
    window,
    draw(place) {
      let path = "";
      for (let r = 0; 2 * r < points.length; r++) {
        const [x, y] = place(points[2 * r], points[2 * r + 1]);
        if (Number.isFinite(x + y)) path += `M${short(x)} ${short(y)}h0`;
      }
      return [`<path class="line0" stroke-width="2.4" stroke-linecap="round" stroke-opacity="0.45" d="${path}"/>`];
    },
  };
}

/** Curves, each [points × 2]; `colour`: of each curve, by its index among the colours of series. */
export function curvesPanel(
  title: string,
  window: Window,
  curves: readonly { readonly points: ArrayLike<number>; readonly colour: number; readonly name: string }[],
): Panel {
  return {
    title,
    window,
    draw: (place) =>
      curves.map(({ points, colour, name }) => {
        let path = "", isOpen = false;
        for (let r = 0; 2 * r < points.length; r++) {
          const [x, y] = place(points[2 * r], points[2 * r + 1]);
          const isThere = Number.isFinite(x + y);
          if (isThere) path += `${isOpen ? "L" : "M"}${short(x)} ${short(y)}`;
          isOpen = isThere;
        }
        return `<path class="line${colour}" d="${path}"><title>${escapeText(name)}</title></path>`;
      }),
  };
}
