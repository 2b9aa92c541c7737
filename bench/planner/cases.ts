/**
 * The case study: how long all of it takes, and its published figures beside what comes out of the stated inputs.
 *
 *   node bench/planner/cases.ts [--draws 2000] [--json]
 *
 * Limit: all six cases with their draws within 5 s, in a process that has just started. A figure that is among the inputs is
 * marked, for it can only agree. A CSV and a picture go to bench/planner/out/.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { svgOf } from "../../src/api/report/picture.ts";
import { assumptionsOf, usedValues } from "../../src/planner/scenario/assumptions.ts";
import { caseNamed, cases } from "../../src/planner/scenario/cases.ts";
import { contractEconomics } from "../../src/planner/scenario/contract.ts";
import { headlines } from "../../src/planner/scenario/headlines.ts";
import { runScenario } from "../../src/planner/scenario/run.ts";
import { chainValues, linesOf, runChain } from "../../src/planner/stack-chain/chain.ts";
import { chains } from "../../src/planner/stack-chain/chains.ts";

const { values } = parseArgs({
  options: { draws: { type: "string", default: "2000" }, json: { type: "boolean", default: false } },
});
const draws = Number(values.draws);
const secondsMost = 5;

const started = performance.now();
const timed = cases.map(({ name }) => {
  const begun = performance.now();
  const { pause } = runScenario(caseNamed(name), { draws });
  return { name, seconds: (performance.now() - begun) / 1000, pause };
});
const figures = headlines();
/** Printed inputs, and what the life and the power that nobody printed were reconciled to. */
const chainInputs = [
  "Total cost of ownership",
  "Rental price",
  "Effective use",
  "Throughput in use",
  "Selling price",
  "Revenue per seat",
];
const chainLines = chains.flatMap((chain) => {
  const lines = linesOf(chain, runChain(chainValues(chain)).lines);
  return lines.flatMap(({ label, layer, value, unit, published }) =>
    published === null
      ? []
      : [
          {
            what: `${chain.name}, ${layer}: ${label.toLowerCase()}`,
            unit,
            ours: value,
            published,
            isInput: chainInputs.includes(label) || layer === "infrastructure",
          },
        ],
  );
});
const seconds = (performance.now() - started) / 1000;
/** Of the processor, its compiling and loading with it: what a busy machine does not lengthen. */
const busySeconds = process.cpuUsage().user / 1e6;

const rows = [
  ...figures.map((one) => ({ ...one, verdict: one.isReproduced ? "PASS" : "MISS" })),
  // As printed: to the digits of the published figure.
  ...chainLines.map((one) => ({
    ...one,
    verdict:
      one.ours.toFixed(decimalsOf(one.published)) === one.published.toFixed(decimalsOf(one.published))
        ? "PASS"
        : "MISS",
  })),
];
/** What the choice of one reading among those that disagree does to the contract: nothing of it is hidden in one figure. */
const oracle = assumptionsOf(caseNamed("oracle"));
const byReading = [
  "inputs.itCapital",
  "inputs.itLife",
  "inputs.leasePrice",
  "inputs.electricity",
  "deals.openai-2025.mw",
].flatMap((path) => {
  const readings = oracle.find((one) => one.path === path)?.readings;
  return (readings?.readings ?? []).map(({ value, unit, source }, index) => {
    const economics = contractEconomics("openai-2025", "lease", usedValues(oracle).set(path, value));
    return {
      input: path,
      reading: `${value.toLocaleString("en")} ${unit}`,
      used: index + 1 === (readings?.use ?? 1) ? "used" : "",
      "gross profit, $ bn": billions(economics.grossProfit),
      "margin, %": Number((100 * economics.margin).toFixed(1)),
      source: source.slice(0, 60),
    };
  });
});
const isInTime = seconds <= secondsMost;

if (values.json)
  console.log(JSON.stringify({ seconds, busySeconds, draws, cases: timed, figures: rows, byReading }, null, 2));
else {
  console.table(
    timed.map(({ name, seconds: taken, pause }) => ({
      case: name,
      seconds: Number(taken.toFixed(2)),
      "pause, $ bn": billions(pause.used.grossProfit),
      p10: billions(pause.grossProfit.p10),
      p50: billions(pause.grossProfit.p50),
      p90: billions(pause.grossProfit.p90),
      decides: pause.swings[0]?.what ?? "",
    })),
  );
  console.table(
    rows.map(({ what, unit, ours, published, isInput, verdict, ...band }) => ({
      figure: what,
      ours: Number(ours.toFixed(3)),
      published,
      unit,
      ratio: Number((ours / published).toFixed(3)),
      within: within(band),
      "": isInput ? `${verdict} (input)` : verdict,
    })),
  );
  console.log("OpenAI's contracts with one other reading at a time:");
  console.table(byReading);
  const reproduced = rows.filter(({ verdict }) => verdict === "PASS").length;
  const independent = rows.filter(({ isInput }) => !isInput);
  const held = independent.filter(({ verdict }) => verdict === "PASS").length;
  console.log(
    `${reproduced} of ${rows.length} figures reproduced; ${held} of the ${independent.length} that are no inputs.`,
  );
  console.log(
    `${isInTime ? "PASS" : "MISS"}: the whole case study, ${draws.toLocaleString("en")} draws of each case, in ${seconds.toFixed(2)} s (limit ${secondsMost} s; ${busySeconds.toFixed(2)} s of the processor).`,
  );
}

const out = fileURLToPath(new URL("out/", import.meta.url));
mkdirSync(out, { recursive: true });
const cell = (value: string | number | boolean) => `"${String(value).replaceAll('"', '""')}"`;
writeFileSync(
  join(out, "cases.csv"),
  [
    "figure,unit,ours,published,ratio,input,verdict",
    ...rows.map(({ what, unit, ours, published, isInput, verdict }) =>
      [what, unit, ours, published, ours / published, isInput, verdict].map(cell).join(","),
    ),
  ].join("\n"),
);
writeFileSync(join(out, "cases.svg"), picture());
if (!values.json) console.log(`Also in ${out}: cases.csv, cases.svg`);
process.exitCode = isInTime && rows.every(({ verdict }) => verdict === "PASS") ? 0 : 1;

/** What is ours over what is published: on the line is right. */
function picture(): string {
  const shown = rows.toReversed();
  const option = {
    backgroundColor: "#ffffff",
    grid: { left: 330, right: 60, top: 20, bottom: 40 },
    xAxis: { type: "value", name: "ours ÷ published", nameLocation: "middle", nameGap: 26, min: 0 },
    yAxis: { type: "category", data: shown.map(({ what }) => what), axisLabel: { fontSize: 10 } },
    series: [
      {
        type: "scatter",
        symbolSize: 9,
        data: shown.map(({ ours, published, isInput }) => ({
          value: ours / published,
          itemStyle: { color: isInput ? "#8d96a5" : "#0072b2" },
        })),
        markLine: { data: [{ xAxis: 1 }] },
      },
    ],
  };
  return svgOf(option, 900, 40 + 20 * shown.length);
}

function within(band: { readonly low?: number; readonly high?: number }): string {
  return band.low === undefined ? "as printed" : `${band.low} to ${band.high}`;
}

function billions(amount: number): number {
  return Number((amount / 1e9).toFixed(1));
}

function decimalsOf(value: number): number {
  return String(value).split(".")[1]?.length ?? 0;
}
