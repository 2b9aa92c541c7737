/**
 * The case study's headline figures beside what comes out of the stated inputs. What was put in is marked: it can only agree.
 * Where the model leaves the published range, it says so; nothing is fitted to come closer.
 */
import { usedValue } from "../../catalog/readings.ts";
import { openAiOracle } from "../../catalog/industry/contracts.ts";
import { oracleMargin } from "../../catalog/industry/margins.ts";
import { frozenInAll } from "../../catalog/industry/pause.ts";
import { companyTitle, type Seller, sellers } from "../../catalog/industry/companies.ts";
import { assumptionsOf, usedValues } from "./assumptions.ts";
import { caseNamed } from "./cases.ts";
import { contractEconomics } from "./contract.ts";
import type { Scenario } from "./scenario.ts";
import { type ScenarioRun, runScenario } from "./run.ts";

export type Headline = {
  readonly what: string;
  readonly unit: string;
  readonly ours: number;
  readonly published: number;
  readonly source: string;
  /** Within which it counts as reproduced: from the lowest to the highest that would do. */
  readonly low: number;
  readonly high: number;
  readonly isReproduced: boolean;
  /** Whether the published figure is among the inputs, so that it proves only that nothing is lost on the way. */
  readonly isInput: boolean;
  readonly note: string;
};

const preview =
  "SemiAnalysis, https://newsletter.semianalysis.com/p/microsofts-ai-strategy-deconstructed (public preview), 2025-11";

export function headlines(): Headline[] {
  const microsoft = caseNamed("microsoft-2023-2025");
  const run = runScenario(microsoft, { draws: 0 });
  const oracle = runScenario(caseNamed("oracle"), { draws: 0 });
  const coreweave = runScenario(caseNamed("coreweave"), { draws: 0 });
  return [
    ...contractHeadlines(caseNamed("oracle")),
    ...pauseHeadlines(run),
    ...shareHeadlines(run),
    ...returnHeadlines(oracle, coreweave),
  ];
}

function contractHeadlines(oracle: Scenario): Headline[] {
  const values = usedValues(assumptionsOf(oracle));
  const contract = contractEconomics("openai-2025", "lease", values);
  const rise = openAiOracle.valueUsd.readings[2]?.value ?? 0;
  return [
    headline("OpenAI's contracts, value", "USD bn", contract.revenue / 1e9, 420, preview, [420, 450], {
      isInput: true,
      note: `an input; Oracle's backlog rose by ${(rise / 1e9).toFixed(0)} over the same twelve months`,
    }),
    headline("OpenAI's contracts, gross profit", "USD bn", contract.grossProfit / 1e9, 150, preview, [135, 165], {
      note: "from leased shells at the used cost of each part; no part was set by it",
    }),
    headline("OpenAI's contracts, gross margin", "%", 100 * contract.margin, 35.7, preview, [30, 40], {
      note: "Oracle tells investors 30 to 40",
    }),
    headline(
      "Oracle's margin at the award's own price, US$13.3 M a MW-year",
      "%",
      100 * marginAt(13_300_000, values),
      Math.round(100 * (oracleMargin.readings[2]?.value ?? 0)),
      "The Information, one quarter of 2025",
      [7, 20],
      { note: "the same costs at the lower price give what Oracle was seen to earn" },
    ),
  ];
}

/** Of leased power at a price per MW-year. */
function marginAt(price: number, values: ReadonlyMap<string, number>): number {
  const yearly = new Map(values)
    .set("deals.openai-2025.mw", 1)
    .set("deals.openai-2025.years", 1)
    .set("deals.openai-2025.valueUsd", price);
  return contractEconomics("openai-2025", "lease", yearly).margin;
}

function pauseHeadlines(run: ScenarioRun): Headline[] {
  const strategy = (name: string) => run.strategies.find((one) => one.name === name);
  const at2028 = run.quarters.indexOf("2028Q4");
  const gigawatts = (name: string) =>
    (run.baseMw + Object.values(strategy(name)?.mw ?? {}).reduce((sum, series) => sum + (series[at2028] ?? 0), 0)) /
    1000;
  const frozen = (strategy("as-it-happened")?.frozenMw ?? 0) / 1000;
  const unpublished = "named in the case study, found in no public text";
  return [
    headline("frozen by 2028", "GW", frozen, usedValue(frozenInAll) / 1000, preview, [3.4, 3.6], {
      note: "the sum of the orders that the freeze of strategy as-it-happened kept from being placed",
    }),
    headline(
      "Microsoft's fleet at the end of 2028, as it happened",
      "GW",
      gigawatts("as-it-happened"),
      9.5,
      unpublished,
      [9.4, 9.6],
      {
        isInput: true,
        note: "an assumption: the base is what is left of it",
      },
    ),
    headline("the same without the pause", "GW", gigawatts("no-pause"), 13, unpublished, [12, 13.1], {
      note: "the case study says 12 to 13",
    }),
  ];
}

/** The shares of backlogs in the quarters for which all are known, in percent, as the study prints them. */
const publishedShares: Readonly<Record<string, Readonly<Record<Seller, number>>>> = {
  "2025Q3": { oracle: 36, microsoft: 31, aws: 16, google: 12, coreweave: 4 },
  "2025Q4": { oracle: 31, microsoft: 37, aws: 14, google: 14, coreweave: 4 },
  "2026Q1": { oracle: 26, microsoft: 30, aws: 17, google: 22, coreweave: 5 },
};

function shareHeadlines(run: ScenarioRun): Headline[] {
  const record = run.strategies.find(({ name }) => name === "as-it-happened");
  return Object.entries(publishedShares).flatMap(([quarter, published]) => {
    const backlogs = record?.shares.find((one) => one.quarter === quarter)?.backlogs;
    if (backlogs === undefined) return [];
    const all = sellers.reduce((sum, seller) => sum + backlogs[seller], 0);
    return sellers.map((seller) =>
      headline(
        `share of backlogs, ${quarter}, ${companyTitle[seller]}`,
        "%",
        (100 * backlogs[seller]) / all,
        published[seller],
        "backlogs as reported",
        [published[seller] - 1, published[seller] + 1],
        { isInput: true, note: "arithmetic on the reported backlogs" },
      ),
    );
  });
}

function returnHeadlines(oracle: ScenarioRun, coreweave: ScenarioRun): Headline[] {
  const served = [2029, 2030, 2031];
  const returns = oracle.strategies[0]?.roic.filter(({ year }) => served.includes(year)) ?? [];
  const mean = returns.reduce((sum, { ratio }) => sum + (ratio ?? Number.NaN), 0) / served.length;
  const margins = (run: ScenarioRun, quarter: string) => {
    const t = run.quarters.indexOf(quarter);
    const strategy = run.strategies[0];
    return (100 * (strategy?.grossProfit.infrastructure[t] ?? Number.NaN)) / (strategy?.revenue[t] ?? Number.NaN);
  };
  return [
    headline("Oracle's return on AI capital, 2029 to 2031", "%", 100 * mean, 20, preview, [15, 25], {
      note: "once all of it serves; leased buildings as capital, before overheads; not used as an input",
    }),
    headline(
      "CoreWeave's margin after depreciation, first quarter of 2026",
      "%",
      margins(coreweave, "2026Q1"),
      1,
      "adjusted operating margin, https://allmind.ai/news/7ca837cbffc5fc1495fab735616983877f0d4ff90552df92223532911647d391",
      [1, 30],
      {
        note: "between its adjusted operating margin of 1 and a secondary source's gross margin of 30; before overheads; not used as an input",
      },
    ),
  ];
}

function headline(
  what: string,
  unit: string,
  ours: number,
  published: number,
  source: string,
  [low, high]: readonly [number, number],
  { isInput = false, note }: { readonly isInput?: boolean; readonly note: string },
): Headline {
  // To the digits in which such figures are printed.
  const isReproduced = ours >= low - 0.05 && ours <= high + 0.05;
  return { what, unit, ours, published, source, low, high, isReproduced, isInput, note };
}
