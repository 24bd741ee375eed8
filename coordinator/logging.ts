/** Structured logs: one JSON object a line, on standard error, so that standard output stays the user's. */
import { configure, getAnsiColorFormatter, getJsonLinesFormatter, type LogRecord } from "@logtape/logtape";

const encoder = new TextEncoder();

/** `level`: from the least that is written. On a terminal the lines are for a person. */
export async function configureLogging(level: "info" | "warning" | "error"): Promise<void> {
  const format = Deno.stderr.isTerminal() ? getAnsiColorFormatter() : getJsonLinesFormatter();
  const sink = (record: LogRecord) => {
    Deno.stderr.writeSync(encoder.encode(format(record)));
  };
  await configure({
    sinks: { stderr: sink },
    loggers: [
      { category: "ergodic", sinks: ["stderr"], lowestLevel: level },
      { category: ["logtape", "meta"], sinks: ["stderr"], lowestLevel: "warning" },
    ],
  });
}
