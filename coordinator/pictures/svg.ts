/** What the vector pictures have in common: their frame, their colours in light and in dark, their text. */

/** As many colours as there are series told apart at a glance; a further one takes the first again, dashed. */
export const SERIES_COLOURS = 7;

/** Of a character in 12 pixels of a sans-serif face, on average. Only for how much room text needs. */
const CHARACTER = 6.6;

// Okabe and Ito's colours, told apart by those who see no red or no green, a little darker on white and lighter on black.
const LIGHT = ["#0072b2", "#d55e00", "#009e73", "#b8528f", "#8a6d00", "#3a9bd6", "#555555"];
const DARK = ["#4ea9e6", "#ff8c42", "#2fcf9f", "#e39ac4", "#e6c84a", "#8fd0ff", "#bbbbbb"];

const scheme = (paper: string, ink: string, quiet: string, grid: string, colours: readonly string[]) =>
  `.paper{fill:${paper}}.ink{fill:${ink}}.quiet{fill:${quiet}}.grid{stroke:${grid}}.frame{stroke:${quiet}}` +
  colours.map((colour, i) => `.line${i}{stroke:${colour}}.fill${i}{fill:${colour}}`).join("");

const STYLE = `text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}` +
  `.title{font-size:15px;font-weight:600}path,line{fill:none}` +
  scheme("#ffffff", "#1f2328", "#59636e", "#e4e7eb", LIGHT) +
  `@media(prefers-color-scheme:dark){${scheme("#0d1117", "#e6edf3", "#9198a1", "#262c36", DARK)}}`;

/** A whole SVG document on its own paper. `title` is also what is read aloud. */
export function svgDocument(width: number, height: number, title: string, parts: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ` +
    `role="img" aria-label="${escapeText(title)}">`,
    `<title>${escapeText(title)}</title>`,
    `<style>${STYLE}</style>`,
    `<rect class="paper" width="${width}" height="${height}"/>`,
    ...parts,
    `</svg>\n`,
  ].join("\n");
}

export function text(
  x: number,
  y: number,
  content: string,
  options: { class?: string; anchor?: "start" | "middle" | "end"; turned?: boolean } = {},
): string {
  const { class: name = "ink", anchor = "start", turned = false } = options;
  const turn = turned ? ` transform="rotate(-90 ${short(x)} ${short(y)})"` : "";
  return `<text class="${name}" x="${short(x)}" y="${short(y)}" text-anchor="${anchor}"${turn}>` +
    `${escapeText(content)}</text>`;
}

export function line(x1: number, y1: number, x2: number, y2: number, name: string): string {
  return `<line class="${name}" x1="${short(x1)}" y1="${short(y1)}" x2="${short(x2)}" y2="${short(y2)}"/>`;
}

/** About the pixels that a text is wide. */
export function textWidth(content: string): number {
  return CHARACTER * [...content].length;
}

/** A coordinate to a hundredth of a pixel. */
export function short(value: number): string {
  return String(Math.round(value * 100) / 100);
}

// Characters that XML has no place for are dropped.
export function escapeText(content: string): string {
  // deno-lint-ignore no-control-regex -- these are what XML 1.0 refuses
  return content.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "")
    .replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
