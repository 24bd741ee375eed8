/** Tables in Markdown, for the terminal and for docs/benchmarks.md alike. */
import type { Spread } from "./median.ts";

/** Three significant digits, thousands apart: `288,000`, `2.41`. */
export function digits(value: number): string {
  return value.toLocaleString("en", { maximumSignificantDigits: 3 });
}

/** `2.41 (2.3 … 2.6)`: the median, the least and the most. */
export function spreadCell({ median, least, most }: Spread): string {
  return `${digits(median)} (${digits(least)} … ${digits(most)})`;
}

/** The first row is the head. */
export function markdown(rows: readonly (readonly string[])[]): string {
  const [head, ...body] = rows.map((cells) => `| ${cells.join(" | ")} |`);
  return [head, `| ${rows[0].map(() => "---").join(" | ")} |`, ...body].join("\n");
}
