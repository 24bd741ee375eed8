/** Results go into docs/benchmarks.md where RECORD is set. */

const page = new URL("../docs/benchmarks.md", import.meta.url);

function placeOf(section: string, page: string): [number, number] {
  const [begin, end] = [`<!-- ${section} -->\n`, `<!-- /${section} -->\n`];
  const from = page.indexOf(begin), to = page.indexOf(end);
  if (from < 0 || to < from) {
    throw new Error(`docs/benchmarks.md has no section ${section}: expected ${begin} … ${end}`);
  }
  return [from + begin.length, to];
}

/** What stands in a section of the page. */
export async function recorded(section: string): Promise<string> {
  const text = await Deno.readTextFile(page);
  return text.slice(...placeOf(section, text));
}

/** With RECORD=1 the text replaces what stands between `<!-- section -->` and `<!-- /section -->` of the page. */
export async function record(section: string, text: string): Promise<void> {
  if (!Deno.env.get("RECORD")) return;
  const old = await Deno.readTextFile(page);
  const [from, to] = placeOf(section, old);
  await Deno.writeTextFile(page, `${old.slice(0, from)}\n${text}\n\n${old.slice(to)}`);
}

/** What was measured on: processor, cores, Deno, the day. */
export function conditions(): string {
  const processor = /^model name\s*:\s*(.+)$/m.exec(Deno.readTextFileSync("/proc/cpuinfo"))?.[1] ?? Deno.build.arch;
  const day = new Date().toISOString().slice(0, 10);
  return `${processor}, ${navigator.hardwareConcurrency} cores, Deno ${Deno.version.deno}, ${day}; ` +
    `load average at the start ${Deno.loadavg()[0].toFixed(2)}.`;
}
