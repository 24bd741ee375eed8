/** The command line: serve | run | check | sample | train | images | export | chain | models. Exit status 0 done, 1 the work failed, 2 the words were wrong. */
import { UsageError } from "./coordinator/commands/usage.ts";
import { later } from "./numerics/later.ts";

const USAGE = `ergodic: Markov chains and normalizing flows as a service

  serve  [--host 127.0.0.1] [--port 8000] [--store ./store] [--workers N] [--token T]
         Serves the HTTP API and the page. ERGODIC_TOKEN may hold the token.
  run    JOB.json|MODEL.ts [--data FILE.json|.csv] [--sampler KIND] [--chains N] [--warmup N] [--draws N] [--seed S]
         [--out draws.npz|.csv|.arrow|.nc|.json] [--images SHEET.png [--image-size 28x28]] [--workers N] [--json]
         Runs one job here, without a server, and prints its summary. Options override the job file's. MODEL.ts is a density of your own:
         docs/modules.md.
  check  MODEL.ts [--data FILE.json|.csv] [--replications 200] [--seed S] [--workers N] [--json]
         Holds a module's gradient and transforms against differences and, where it exports prior and simulate, its density against these.
  sample FLOW.model [--count 1000] [--seed S] [--temperature T] [--class K] [--relaxed] [--out draws.npz|…] [--workers N] [--json]
         Draws from a trained flow, with log densities.
  train  SPEC.json [--data FILE.csv|IDX] [--seed S] [--out MODEL.model|.npz] [--metrics metrics.csv|.npz|…]
         [--plot curves.svg] [--filters filters.png] [--workers N] [--json]
         Trains one model here, without a server. run samples it: "model": { "kind": "trained", "file": "MODEL.model" },
         as it does ONNX graphs: "model": { "kind": "onnx", "file": "DENSITY.onnx" }.
  images data KIND|SPEC.json --out SHEET.png [--count N] [--zoom N] [--image-size 28x28]
  images filters FILE.model --out SHEET.png [--common-scale] …
  images completions FILE.model --data KIND|SPEC.json --out SHEET.png [--known top|bottom|left|right|MASK.png] [--sweeps N]
         [--average N] [--langevin] [--class K] [--seed S] …
         Draws the rows of a data set, what each hidden unit looks at, and what a model makes of half an image.
  images samples FILE.model --out SHEET.png [--count N] [--class K] [--temperature 0.7|0.5,0.7,1] [--seed S] …
  images density|grid FILE.model --out FILE.svg [--beside MODEL.json] [--count N] [--class K] [--temperature T] [--seed S]
  images spectrum FILE.model --out FILE.svg
         Draws what a trained flow makes: images; in the plane its density beside draws, or a grid that it bends; NICE's spectrum.
  export FILE.model --out FOLDER
         Writes a trained flow, RBM or Hopfield network as ONNX, with a manifest.json: docs/onnx.md tells what is in them.
  chain  FILE.json|.csv [--json]
         What theory tells of a finite Markov chain: { "matrix": [[…]] }, { "metropolis": { "target": […], "proposal": [[…]] } } or
         { "model": …, "sampler": … } of few spins or bits. A .csv has a line of probabilities for each state.
  models list
         The models, samplers and trainings that jobs can name.
  models import FLOW.onnx|manifest.json [--name NAME] [--direction forward|inverse] [--base normal|logistic|uniform] [--map TENSOR=ROLE …]
         Checks an ONNX graph, or the pair of a manifest with its vectors, and takes it into the registry. Roles: z, x, context, logDet, logProb, energy, gradient.
  models list|show NAME|remove NAME
         The registry. Of a store's folder (--store ./store) or of a running service (--url http://… [--token T]); --json.

Exit status: 0 done, 1 the work failed, 2 the words were wrong.`;

type Command = (words: readonly string[]) => Promise<number>;

/** What each exports, from the file of its name. */
const COMMANDS: ReadonlyMap<string, string> = new Map([
  ["serve", "serve"],
  ["run", "run"],
  ["check", "check"],
  ["sample", "sample"],
  ["train", "train"],
  ["images", "images"],
  ["chain", "chain"],
  ["export", "exportModel"],
  ["models", "modelsCommand"],
]);

/** The lines of USAGE that are about a command. */
function usageOf(command: string): string {
  let about = false;
  return USAGE.split("\n").filter((line) => {
    if (!line.startsWith("    ")) about = line.trimStart().split(" ")[0] === command;
    return about;
  }).join("\n");
}

async function dispatch([command, ...words]: readonly string[]): Promise<number> {
  switch (command) {
    case "help":
    case "--help":
    case "-h":
      console.log(USAGE);
      return 0;
    case undefined:
      console.error(USAGE);
      return 2;
  }
  const name = COMMANDS.get(command);
  if (name === undefined) {
    const [last, ...others] = [...COMMANDS.keys()].reverse();
    throw new UsageError(
      `expected a command (${others.reverse().join(", ")} or ${last}), found ${JSON.stringify(command)}`,
    );
  }
  if (words.includes("--help") || words.includes("-h")) {
    console.log(usageOf(command));
    return 0;
  }
  const commands: Readonly<Record<string, Command>> = await import(later(`./coordinator/commands/${command}.ts`));
  return await commands[name](words);
}

try {
  Deno.exit(await dispatch(Deno.args));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`${error.message}\n\nWhat each command takes: --help`);
  Deno.exit(2);
}
