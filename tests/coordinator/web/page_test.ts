/** The page in a browser, from the form of a training to the images of what was learned. */
import { withService } from "../with_service.ts"; // first: it readies zod for the routes
import assert from "node:assert/strict";
import { Browser, chromiumPath } from "./browser.ts";

const chromium = chromiumPath();
const isMissing = chromium === null && Deno.env.get("CI") !== "true";
const SMALL = {
  kind: "rbm",
  hidden: 9,
  epochs: 30,
  batchSize: 10,
  recordEvery: 15,
  ais: { temperatures: 5, particles: 2 },
};

const text = (id: string) => `document.getElementById(${JSON.stringify(id)}).textContent`;
const isShown = (id: string) => `!document.getElementById(${JSON.stringify(id)}).hidden`;
const click = (selector: string) => `document.querySelector(${JSON.stringify(selector)}).click()`;
/** Sets a control as a person would. */
const set = (id: string, value: string) =>
  `(() => { const e = document.getElementById(${JSON.stringify(id)}); e.value = ${JSON.stringify(value)};
    e.dispatchEvent(new Event("change")); })()`;
const hasPicture = (id: string) => `${isShown(id)} && document.querySelector("#${id} img").naturalWidth > 20`;

async function inBrowser(use: (browser: Browser) => Promise<void>): Promise<void> {
  if (chromium === null) throw new Error("chromium is not here: apt install chromium");
  const browser = await Browser.open(chromium);
  try {
    await use(browser);
    // A refusal that the page expects (no token yet, no draw yet, a model that is gone) is on the browser's console all the same.
    assert.deepEqual(browser.errors.filter((error) => !/status of 4\d\d|favicon/.test(error)), []);
  } finally {
    await browser.close();
  }
}

Deno.test({
  name: "the page trains a model, draws its curves and filters, samples it into images, and deletes it",
  ignore: isMissing,
  sanitizeOps: false, // the browser's connections end when it is killed
  fn: () =>
    withService(({ url, coordinator }) =>
      inBrowser(async (page) => {
        await page.go(url.replace("://", "://anyone:s3cret@") + "/metrics"); // answers the browser's question for a password
        await page.go(url);
        await page.until("document.querySelectorAll('#data option').length > 10");
        assert.equal(await page.evaluate(isShown("training-form")), false);
        await page.evaluate(click("#new-training"));
        assert.equal(await page.evaluate(isShown("training-form")), true);

        await page.evaluate(set("data", "bars-and-stripes"));
        await page.evaluate(set("train-name", "stripes"));
        await page.evaluate(set("train-seed", "7"));
        const spec = JSON.parse(String(await page.evaluate("document.getElementById('train-spec').value")));
        assert.deepEqual([spec.data, spec.name, spec.seed], [{ kind: "bars-and-stripes", size: 4 }, "stripes", 7]);
        await page.evaluate(click("#training-form .primary"));
        await page.until(isShown("token-form")); // a password is for reading alone
        await page.evaluate(set("token", "s3cret"));
        await page.evaluate(click("#token-form button"));

        await page.evaluate(set("train-spec", JSON.stringify({ ...spec, train: { ...SMALL, hidden: 0 } })));
        await page.evaluate(click("#training-form .primary"));
        await page.until(`${text("training-problem")}.includes("train.hidden")`);
        assert.match(String(await page.evaluate(text("training-problem"))), /train\.hidden.*at least 1/);
        await page.until("!document.querySelector('#training-form .primary').disabled");

        await page.evaluate(set("train-spec", JSON.stringify({ ...spec, train: SMALL })));
        await page.evaluate(click("#training-form .primary"));
        await page.until(`${text("job-status")} === "completed"`);
        await page.until("document.querySelectorAll('.curve path').length >= 3");
        assert.match(String(await page.evaluate(text("summary-about"))), /in the registry as stripes/);

        await page.evaluate(click("#job-model"));
        await page.until(hasPicture("filters"));
        assert.match(String(await page.evaluate(text("arrays"))), /weights16 × 9/);
        await page.until("document.querySelector('#models a[aria-current]')");
        await page.evaluate(click("#sample-model"));
        await page.evaluate(set("chains", "9"));
        await page.evaluate(set("warmup", "20"));
        await page.evaluate(set("draws", "20"));
        await page.evaluate(click("#job-form .primary"));
        await page.until(`${text("job-title")} === "rbm by gibbs" && ${text("job-status")} === "completed"`);
        await page.until(hasPicture("images"));
        assert.equal(await page.evaluate("document.querySelectorAll('#variables tr').length"), 16);

        await page.evaluate("globalThis.confirm = () => true; location.hash = 'model/stripes'");
        await page.until(`${isShown("model-view")} && ${text("model-title")} === "stripes"`);
        await page.evaluate(click("#delete-model"));
        await page.until("document.getElementById('models-section').hidden");
        assert.deepEqual(coordinator.models(), []);
      }), { token: "s3cret" }),
});

Deno.test({
  name: "on a narrow screen nothing of the page is wider than it, and in the dark it is dark",
  ignore: isMissing,
  sanitizeOps: false,
  fn: () =>
    withService(({ url }) =>
      inBrowser(async (page) => {
        await page.picture({ width: 400, dark: true });
        await page.go(url);
        await page.until("document.querySelectorAll('#model option').length > 5");
        await page.evaluate(click("#new-training"));
        assert.ok(Number(await page.evaluate("document.documentElement.scrollWidth")) <= 400);
        const colour = String(await page.evaluate("getComputedStyle(document.body).backgroundColor"));
        const [red] = colour.match(/\d+/g) ?? [];
        assert.ok(Number(red) < 60, colour);
      })
    ),
});

Deno.test({
  name: "the page begins with a model, and samples a module whose source is written in its own field",
  ignore: isMissing,
  sanitizeOps: false,
  fn: () =>
    withService(({ url }) =>
      inBrowser(async (page) => {
        await page.go(url);
        await page.until("document.querySelectorAll('#model option').length > 10");
        assert.equal(await page.evaluate("document.getElementById('model').value"), "eight-schools");
        assert.equal(await page.evaluate(isShown("source-field")), false);
        await page.evaluate(set("model", "module"));
        assert.equal(await page.evaluate(isShown("source-field")), true);
        const spec = JSON.parse(String(await page.evaluate("document.getElementById('spec').value")));
        assert.deepEqual(Object.keys(spec.model), ["kind", "data"]);
        const source = await page.evaluate("document.getElementById('source').value");
        assert.match(String(source), /\nexport function logDensity/);
        await page.evaluate(
          set("source", "export const dim = 1;\nexport function logDensity(x) {\n  return -x[0] | 0;\n}"),
        );
        await page.evaluate(click("#job-form .primary"));
        await page.until(`${isShown("form-problem")} && /line 3, column/.test(${text("form-problem")})`);
      })
    ),
});
