/** Results go into docs/benchmarks.md where RECORD is set. */

const page = new URL("../docs/benchmarks.md", import.meta.url);

/**
 * With RECORD=1 the text replaces what stands between `<!-- section -->` and `<!-- /section -->` of the page; or what is made of that, so that a part of
 * a table can be measured anew.
 */
export async function record(section: string, text: string | ((old: string) => string)): Promise<void> {
  if (!Deno.env.get("RECORD")) return;
  const [begin, end] = [`<!-- ${section} -->\n`, `<!-- /${section} -->\n`];
  const old = await Deno.readTextFile(page);
  const from = old.indexOf(begin) + begin.length, to = old.indexOf(end);
  if (from < begin.length || to < from) {
    throw new Error(`docs/benchmarks.md has no section ${section}: expected ${begin} … ${end}`);
  }
  const now = typeof text === "string" ? text : text(old.slice(from, to));
  await Deno.writeTextFile(page, `${old.slice(0, from)}\n${now}\n\n${old.slice(to)}`);
}

/** Measures each task, prints its table when it is there, and records all of them. */
export async function recordTables<Task>(
  section: string,
  tasks: readonly Task[],
  measure: (task: Task) => Promise<string>,
): Promise<void> {
  const tables = [conditions()];
  console.log(`${tables[0]}\n`);
  for (const task of tasks) {
    const table = await measure(task);
    console.log(`${table}\n`);
    tables.push(table);
  }
  await record(section, tables.join("\n\n"));
}

/** What was measured on: processor, cores, Deno, the day. */
export function conditions(): string {
  const processor = /^model name\s*:\s*(.+)$/m.exec(Deno.readTextFileSync("/proc/cpuinfo"))?.[1] ?? Deno.build.arch;
  const day = new Date().toISOString().slice(0, 10);
  return `${processor}, ${navigator.hardwareConcurrency} cores, Deno ${Deno.version.deno}, ${day}; ` +
    `load average at the start ${Deno.loadavg()[0].toFixed(2)}.`;
}
