import { strict as assert } from "node:assert";
import { Pace } from "../../workers/pace.ts";

Deno.test("a job that would take long as it goes is given a further worker, one that is nearly done is not", () => {
  const pace = new Pace(8000, 750, 1000);
  assert.equal(pace.isTooSlow(8000, 1100), false, "too early to tell");
  assert.equal(pace.isTooSlow(8000, 1250), true, "nothing is done yet");
  assert.equal(pace.isTooSlow(6100, 1250), true, "1900 steps in 250 ms: 803 ms for the rest");
  assert.equal(pace.isTooSlow(5900, 1250), false, "2100 steps in 250 ms: 702 ms for the rest");
  assert.equal(pace.isTooSlow(5900, 1400), true, "it has become slower");
  assert.equal(new Pace(8000, 0, 1000).isTooSlow(7900, 1000), true, "no time alone");
});
