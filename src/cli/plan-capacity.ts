/** `tokenworks plan capacity`: the capacity plan of a scenario. */
import { Command, InvalidArgumentError, Option } from "commander";
import { capacityReport } from "../api/report/capacity.ts";
import type { Progress } from "../planner/optimise/search.ts";
import { gapOf } from "../planner/optimise/search.ts";
import { defaultGap, defaultTimeLimitSeconds } from "../planner/optimise/solve.ts";
import { capacityCsv } from "../planner/capacity/csv.ts";
import { atLearnedPrices } from "../planner/capacity/learning.ts";
import { planCapacity } from "../planner/capacity/plan-capacity.ts";
import type { CapacityScenario, Objective } from "../planner/capacity/scenario.ts";
import { type WhatIf, whatIf } from "../planner/capacity/what-if.ts";
import { Fault } from "../stack/fault.ts";
import { keep } from "./keep.ts";
import { readCapacityScenario } from "./capacity-file.ts";
import { exitCodes } from "./exit.ts";
import { printJson, wholeNumber } from "./options.ts";
import { capacityPicture } from "./plan-capacity-picture.ts";
import { forecastPicture, type FromLedgerOptions, fromLedgerOptions, scenarioFromLedger } from "./plan-from-ledger.ts";

type Options = FromLedgerOptions & {
  readonly objective?: Objective;
  readonly gap: number;
  readonly timeLimit: number;
  readonly integerQuarters?: number;
  readonly whatIf?: boolean;
  readonly csv?: string;
  readonly report?: string;
};

export const capacityCommand = fromLedgerOptions(new Command("capacity"))
  .summary("what to build, lease, rent or buy in each quarter, to serve demand at the best value")
  .description(
    "Decides what to self-build, lease, rent as bare metal or buy as tokens, where, when and with which accelerator, under " +
      "lead times, power, capital, contracts and several futures. Shows how far the plan is from the best at most, what " +
      "one more token costs, what binds, and what one more MW would be worth. Ctrl-C shows the best plan so far.",
  )
  .argument("[scenario]", "a scenario.yaml; - reads standard input; none with --from-ledger")
  .addOption(new Option("--objective <which>", "instead of the scenario's").choices(["profit", "cost", "roic"]))
  .option("--gap <share>", "the gap to the best at which the search stops", shareOf, defaultGap)
  .option(
    "--time-limit <seconds>",
    "after that, show the best plan so far, marked",
    wholeNumber(1, 86_400),
    defaultTimeLimitSeconds,
  )
  .option(
    "--integer-quarters <count>",
    "whole blocks only for the first so many quarters, as for a rolling plan",
    wholeNumber(1, 60),
  )
  .option("--what-if", "also what shorter lead times and knowing the future would be worth: solves again for each")
  .option("--csv <file>", "write the accounts of every future and quarter to a file")
  .option("--report <file>", "write a report as PDF to a file")
  .option("--json", "print JSON, for programs")
  .addHelpText(
    "after",
    `
docs/plan.md explains a scenario's fields; docs/examples/plan-capacity.yaml is one to begin with.

Examples:
  $ tokenworks plan capacity docs/examples/plan-capacity.yaml
  $ tokenworks plan capacity scenario.yaml --objective roic --time-limit 300
  $ tokenworks plan capacity scenario.yaml --what-if --csv plan.csv --report plan.pdf
  $ tokenworks plan capacity --from-ledger --base scenario.yaml --save next.yaml
  $ tokenworks plan capacity scenario.yaml --json | jq '.prices[] | {quarter, model, marginalUsd}'`,
  )
  .action(run);

async function run(file: string | undefined, options: Options): Promise<void> {
  const data = await scenarioOf(file, options);
  const scenario = options.objective === undefined ? data : { ...data, objective: options.objective };
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  process.once("SIGINT", stop);
  const progress = progressOn(process.stderr);
  try {
    const plan = await planCapacity(scenario, {
      gap: options.gap,
      timeLimitSeconds: options.timeLimit,
      ...(options.integerQuarters === undefined ? {} : { integerQuarters: options.integerQuarters }),
      onProgress: progress.show,
      signal: stopping.signal,
    });
    let changed: WhatIf | undefined;
    if (options.whatIf === true && !stopping.signal.aborted && scenario.objective !== "roic") {
      const onStep = (step: string) => progress.say(`what if: ${step}`);
      changed = await whatIf(atLearnedPrices(scenario, plan.learned), { signal: stopping.signal, onStep });
    }
    progress.end();
    if (options.json) printJson(changed === undefined ? plan : { ...plan, whatIf: changed });
    else console.log(capacityPicture(scenario, plan, changed));
    if (options.csv !== undefined) keep(options.csv, "csv", capacityCsv(plan));
    if (options.report !== undefined) {
      const { pdfOf } = await import("../api/report/pdf.ts");
      const today = new Date().toISOString().slice(0, 10);
      keep(options.report, "report", await pdfOf(capacityReport(scenario, plan, today)));
    }
    if (stopping.signal.aborted) process.exitCode = exitCodes.interrupted;
  } finally {
    progress.end();
    process.removeListener("SIGINT", stop);
  }
}

/** From its file, or from the ledger: then what was forecast is told first. */
async function scenarioOf(file: string | undefined, options: Options): Promise<CapacityScenario> {
  if (options.fromLedger !== true) {
    if (file !== undefined) return readCapacityScenario(file);
    throw new Fault("invalid_value", {
      message: "There is no scenario to plan for.",
      remedy: "Name a scenario.yaml, or plan from what was served with --from-ledger.",
    });
  }
  if (file !== undefined) {
    throw new Fault("invalid_value", { message: `With --from-ledger a scenario is named by --base ${file}.` });
  }
  const made = await scenarioFromLedger(options, Date.now());
  const told = `${forecastPicture(made)}\n`;
  if (options.json) process.stderr.write(told);
  else console.log(told);
  return made.scenario;
}

function shareOf(text: string): number {
  const value = Number(text);
  if (!(value >= 0 && value < 1)) throw new InvalidArgumentError("A share from 0 to below 1 is wanted, such as 0.01.");
  return value;
}

const phases = {
  relaxation: "linear relaxation",
  strategic: "deals and chip programmes",
  dive: "whole blocks",
  improve: "branch and bound",
  prices: "prices",
};

/** A line that is drawn over on a terminal, and one for each phase elsewhere. */
function progressOn(stream: NodeJS.WriteStream) {
  let drawn = "";
  const say = (text: string) => {
    if (!stream.isTTY) stream.write(`${text}\n`);
    else stream.write(`\r\u001B[2K${text.slice(0, Math.max(20, (stream.columns ?? 80) - 1))}`);
    drawn = text;
  };
  let phase = "";
  return {
    say,
    show(progress: Progress): void {
      if (!stream.isTTY && progress.phase === phase) return;
      ({ phase } = progress);
      const { seconds, settled, value, bound } = progress;
      const share = settled > 0 ? `  ${Math.floor(settled * 100)} % settled` : "";
      const gap = value !== null && bound !== null ? `  gap ${(gapOf(value, bound) * 100).toFixed(2)} %` : "";
      say(`${phases[progress.phase]}  ${seconds.toFixed(1)} s${share}${gap}`);
    },
    end(): void {
      if (stream.isTTY && drawn !== "") stream.write("\r\u001B[2K");
      drawn = "";
    },
  };
}
