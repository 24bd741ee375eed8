/** A process of the crash tests: commits segments to job "j" of the folder given, and prints one line for each ack. */
import { Store } from "../../../coordinator/store/store.ts";
import { job, segment } from "./example.ts";

const store = Store.open(Deno.args[0], { durable: false });
if (!store.jobs.get("j")) store.jobs.insert(job("j"));
const out = new TextEncoder();
let next = store.segments.committed("j", 2)[0].prefix;
Deno.stdout.writeSync(out.encode("open\n"));
while (next < 100_000) {
  store.segments.commit([segment("j", 0, next, { draws: 40 }), segment("j", 1, next, { draws: 40 })]);
  Deno.stdout.writeSync(out.encode(`${next}\n`));
  next++;
}
