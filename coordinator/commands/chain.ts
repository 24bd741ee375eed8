/** `chain`: the analysis of a finite chain, from a matrix, a target and a proposal, or a model and its sampler. */
import { parse } from "csv-parse/sync";
import { MOST_STATES } from "../../models/finite_chain/chain.ts";
import { acceptChain } from "../chains/accept.ts";
import { analyse } from "../chains/analyse.ts";
import { chainReport } from "../chains/report.ts";
import { submitted } from "./session.ts";
import { parseJson, readText } from "./text_file.ts";
import { parseWords, UsageError } from "./usage.ts";

export async function chain(words: readonly string[]): Promise<number> {
  const { values, positionals } = parseWords(words, { json: { type: "boolean", default: false } });
  const [path] = positionals;
  if (positionals.length !== 1) {
    throw new UsageError(`chain expects one file, found ${positionals.length === 0 ? "none" : positionals.join(" ")}`);
  }
  const spec = parseChain(path, await readText(path));
  const accepted = await submitted("chain", () => acceptChain(spec, { mostStates: MOST_STATES }));
  const analysis = analyse(accepted);
  console.log(values.json ? JSON.stringify(analysis, null, 2) : chainReport(analysis));
  return 0;
}

/** `.json`: a ChainSpec, or the rows of a matrix alone. `.csv`: the rows of a matrix, after a line of names if there is one. */
function parseChain(path: string, text: string): unknown {
  if (path.endsWith(".csv")) return parseMatrix(path, text);
  if (!path.endsWith(".json")) throw new UsageError(`chain expects a .json or a .csv file, found ${path}`);
  const value = parseJson(path, text);
  return Array.isArray(value) ? { matrix: value } : value;
}

function parseMatrix(path: string, text: string): { names?: string[]; matrix: number[][] } {
  let rows: string[][];
  try {
    rows = parse(text, { bom: true, skip_empty_lines: true, trim: true, relax_column_count: true });
  } catch (error) {
    throw new UsageError(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (rows.length === 0) throw new UsageError(`${path}: expected a line for each state, found none`);
  const hasNames = rows[0].some((cell) => !isNumber(cell));
  const matrix = rows.slice(hasNames ? 1 : 0).map((cells, row) =>
    cells.map((cell, column) => {
      if (isNumber(cell)) return Number(cell);
      throw new UsageError(
        `${path}: line ${row + (hasNames ? 2 : 1)}, column ${column + 1}: expected a probability, found ${
          JSON.stringify(cell)
        }`,
      );
    })
  );
  return hasNames ? { names: rows[0], matrix } : { matrix };
}

function isNumber(cell: string): boolean {
  return cell !== "" && Number.isFinite(Number(cell));
}
