/** The command line as a person meets it: what it prints, and its exit status. */
import assert from "node:assert/strict";
import { ergodic, withFiles } from "./command_line.ts";
import { Service } from "./conformance/service.ts";

const JOB = {
  model: { kind: "banana" },
  sampler: { kind: "random-walk" },
  chains: 2,
  warmup: 100,
  draws: 200,
  seed: 3,
};

const REGRESSION = JSON.stringify({ model: { kind: "linear-regression", y: "y" }, warmup: 200, draws: 100, seed: 1 });
const FILES = {
  "job.json": JSON.stringify(JOB),
  "regression.json": REGRESSION,
  "wrong.json": JSON.stringify({ ...JOB, model: { kind: "gaussian", mean: [0], covariance: [[-1]] } }),
  "torn.json": '{ "model": ',
  "data.csv": "x,y\n1,2\n2,3.5\n3,6\n",
  "words.csv": "x,y\n1,2\n2,many\n",
};

/** Words that are wrong, and what the message must say of them. */
const WRONG: readonly (readonly [readonly string[], RegExp])[] = [
  [[], /serve .*run /s],
  [["frob"], /expected a command .* found "frob"/],
  [["run"], /expects one job or module, found none/],
  [["run", "@missing.json"], /there is no file .*missing\.json/],
  [["run", "@torn.json"], /torn\.json is not JSON/],
  [["run", "@wrong.json"], /model\.covariance.*positive definite/],
  [["run", "@job.json", "--chains", "0"], /--chains expects an integer from 1 .* found "0"/],
  [["run", "@job.json", "--draws", "1e3"], /--draws expects an integer .* found "1e3"/],
  [["run", "@job.json", "--sampler", "gibbs"], /sampler\.kind.*conditionals.*random-walk/],
  [["run", "@job.json", "--out", "draws.xls"], /ends in .*\.npz/],
  [["run", "@job.json", "--loud"], /Unknown option '--loud'/],
  [
    ["run", "@regression.json", "--data", "@words.csv"],
    /words\.csv: line 3, column y: expected a number, found "many"/,
  ],
  [["run", "@regression.json"], /model\.y/],
  [["serve", "--host", "0.0.0.0"], /--token/],
  [["serve", "--port", "70000"], /--port expects an integer from 0 to 65535/],
  [["models"], /models expects list, import, show or remove/],
];

Deno.test("wrong words get a message that says what is wrong, and exit status 2", () =>
  withFiles(FILES, async (path) => {
    const named = (word: string) => word.startsWith("@") ? path(word.slice(1)) : word;
    for (const [words, message] of WRONG) {
      const { code, stdout, stderr } = await ergodic(...words.map(named));
      assert.equal(code, 2, `${words.join(" ")}: ${stderr}`);
      assert.match(stderr, message);
      assert.equal(stdout, "");
      assert.doesNotMatch(stderr, /\bat .*\.ts:\d+/, "no stack");
    }
  }));

Deno.test("--help says what each command takes, behind a command what that takes", async () => {
  const whole = await ergodic("--help");
  assert.equal(whole.code, 0);
  for (const command of ["serve", "images", "models"]) {
    const { code, stdout } = await ergodic(command, "--help");
    assert.equal(code, 0);
    assert.ok(whole.stdout.includes(stdout) && stdout.split("\n").length > 2, stdout);
    const about = stdout.match(/^ {2}\w+/gm) ?? [];
    assert.deepEqual([...new Set(about)], [`  ${command}`]);
  }
});

Deno.test("--json prints the summary alone, and options override the job file", () =>
  withFiles(FILES, async (path) => {
    const { code, stdout } = await ergodic("run", path("job.json"), "--json", "--draws", "150", "--chains", "3");
    assert.equal(code, 0);
    const summary = JSON.parse(stdout);
    assert.equal(summary.draws, 150);
    assert.equal(summary.chains, 3);
    assert.deepEqual(summary.variables.map(({ name }: { name: string }) => name), ["x[1]", "x[2]"]);
  }));

Deno.test("the same seed prints the same table, another seed another one", () =>
  withFiles(FILES, async (path) => {
    const table = async (...words: string[]) => (await ergodic("run", path("job.json"), ...words)).stdout;
    assert.equal(await table("--workers", "1"), await table("--workers", "3"));
    assert.notEqual(await table(), await table("--seed", "4"));
  }));

Deno.test("a regression takes its columns from a CSV file", () =>
  withFiles(FILES, async (path) => {
    const { code, stdout, stderr } = await ergodic("run", path("regression.json"), "--data", path("data.csv"));
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^intercept .*\nx .*\nsigma /m);
  }));

Deno.test("a second service on the same store exits 1 and names the folder", async () => {
  const folder = await Deno.makeTempDir();
  const service = await Service.start(folder);
  try {
    const { code, stderr } = await ergodic("serve", "--store", folder, "--port", "0");
    assert.equal(code, 1);
    assert.ok(stderr.includes(folder));
  } finally {
    await service.end("SIGTERM");
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("told to stop, the service ends its streams and is gone within ten seconds; its job goes on at the next start", async () => {
  const folder = await Deno.makeTempDir();
  let service = await Service.start(folder);
  const id = await service.post({ model: { kind: "funnel" }, draws: 1_000_000, seed: 2 });
  const stream = await fetch(`${service.url}/v1/jobs/${id}/events`);
  const reading = stream.text();
  const begin = performance.now();
  assert.equal((await service.end("SIGTERM")).code, 0);
  assert.ok(performance.now() - begin < 10_000);
  assert.match(await reading, /event: status/);
  service = await Service.start(folder);
  assert.match(String((await service.json(`/v1/jobs/${id}`)).status), /queued|running/);
  assert.equal((await service.json(`/v1/jobs/${id}/cancel`, { method: "POST" })).status, "cancelled");
  await service.end("SIGTERM");
  await Deno.remove(folder, { recursive: true });
});
