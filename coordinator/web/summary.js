/** The table of what a job has come to: of its variables, or of a training's metrics. */
import { $, element, number, whole } from "./elements.js";

const MOST_RHAT = 1.01; // Vehtari et al. (2021)
const LEAST_ESS = 400;
const MOST_ROWS = 200;

/** The columns after the quantiles: title, explanation, text, whether it is poor. Of chains, and of weighted draws. */
const isFew = (ess) => ess !== null && ess < LEAST_ESS;
const DRAWS_COLUMNS = ["Variable", "Mean", "MCSE", "SD", "5 %", "50 %", "95 %"];
const MIXING = [
  [
    "R̂",
    "Rank-normalised split R-hat; at most 1.01 where the chains have mixed",
    ({ rhat }) => number(rhat),
    ({ rhat }) => rhat > MOST_RHAT,
  ],
  ["ESS bulk", "Effective sample size of the bulk", ({ essBulk }) => whole(essBulk), ({ essBulk }) => isFew(essBulk)],
  ["ESS tail", "Effective sample size of the tails", ({ essTail }) => whole(essTail), ({ essTail }) => isFew(essTail)],
];
const WEIGHING = [
  ["ESS", "Effective sample size of the weighted draws", ({ ess }) => whole(ess), ({ ess }) => isFew(ess)],
  [
    "k̂",
    "Shape of the tail of the weights; above 0.7, or less for few draws, the means can't be trusted",
    ({ khat }) => number(khat, 2),
    ({ khat }, draws) => khat > Math.min(1 - 1 / Math.log10(draws), 0.7),
  ],
];

const RANKING = [
  [
    "Ranks",
    "How the truth is ranked among the draws of each replication, low ranks on the left",
    ({ histogram }) => bars(histogram),
  ],
  ["p", "How likely uniform ranks are to stray as far", ({ pValue }) => number(pValue), ({ uniform }) => !uniform],
];

/** A bar of the average count is half as high as the line. */
function bars(histogram) {
  const average = histogram.reduce((a, b) => a + b) / histogram.length;
  return histogram.map((count) => " ▁▂▃▄▅▆▇█"[Math.min(8, Math.round(4 * count / average))]).join("");
}

const heading = ([text, title = ""]) => element("th", { scope: "col", title }, text);
const row = (name, cells) => element("tr", {}, element("th", { scope: "row" }, name), ...cells);
const cell = (text, isPoor = false) => element("td", { className: isPoor ? "poor" : "" }, text);

export function showSummary(summary) {
  if (summary.metrics) showTraining(summary);
  else showDraws(summary);
  $("results").hidden = false;
}

function showTraining({ metrics, records, updates, model }) {
  $("columns").replaceChildren(...["Metric", "First", "Last", "Least", "Most"].map((name) => heading([name])));
  $("variables").replaceChildren(
    ...metrics.map(({ name, first, last, least, most }) =>
      row(name, [first, last, least, most].map((value) => cell(number(value))))
    ),
  );
  const learned = model ? ` · in the registry as ${model}` : "";
  $("summary-about").textContent = `${whole(records)} records, ${whole(updates)} updates${learned}`;
}

function showDraws(
  { complete, chains, draws, variables: reported, divergences, acceptRate, logEvidence, calibration },
) {
  // Of a calibration the variables are ranks, and one quantity more is ranked than is reported.
  const variables = calibration ? calibration.quantities.map((one, i) => ({ ...reported[i], ...one })) : reported;
  const diagnostics = calibration ? RANKING : variables.some(({ khat }) => khat !== undefined) ? WEIGHING : MIXING;
  $("columns").replaceChildren(...DRAWS_COLUMNS.map((name) => heading([name])), ...diagnostics.map(heading));
  $("variables").replaceChildren(
    ...variables.slice(0, MOST_ROWS).map((variable) =>
      row(variable.name, [
        cell(number(variable.mean)),
        cell(number(variable.mcseMean)),
        cell(number(variable.sd)),
        cell(number(variable.q5)),
        cell(number(variable.q50)),
        cell(number(variable.q95)),
        ...diagnostics.map(([, , text, isPoor]) => cell(text(variable), isPoor(variable, chains * draws))),
      ])
    ),
  );
  const facts = [
    `${chains} × ${draws.toLocaleString("en")} draws${complete ? "" : " so far"}`,
    calibration?.verdict ?? "",
    acceptRate === null ? "" : `acceptance ${number(acceptRate, 2)}`,
    divergences > 0 ? `${whole(divergences)} divergences` : "",
    logEvidence ? `log evidence ${number(logEvidence.value)} ± ${number(logEvidence.standardError, 2)}` : "",
    variables.length > MOST_ROWS ? `the first ${MOST_ROWS} of ${variables.length} variables` : "",
  ];
  $("summary-about").textContent = facts.filter((fact) => fact !== "").join(" · ");
}
