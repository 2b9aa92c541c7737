/** `tokenworks perf estimate`: one deployment under a closed loop. */
import { Command } from "commander";
import { usdPerMillionTokens } from "../perf/cost.ts";
import { acceleratorsOf } from "../perf/deployment.ts";
import { weightBytes } from "../perf/memory.ts";
import { inferenceXLoad } from "../perf/inferencex.ts";
import { predict, type Prediction } from "../perf/predict.ts";
import { printJson, wholeNumber } from "./options.ts";
import {
  calibrationText,
  count,
  type DeploymentOptions,
  deploymentOptions,
  factsOf,
  number,
  servedBy,
  usdPerHourOf,
} from "./perf-deployment.ts";
import { bold, dim, table } from "./terminal.ts";

type Options = DeploymentOptions & {
  readonly isl: number;
  readonly osl: number;
  readonly concurrency: readonly number[];
  readonly seed: number;
};

export const estimateCommand = deploymentOptions(new Command("estimate"))
  .summary("one deployment, at one or more concurrencies")
  .description(
    "Simulates a deployment under a closed loop: so many clients, each of which asks again when it has its answer. " +
      "Prompts and answers are from 80 % of the given lengths to all of it, as InferenceX measures.",
  )
  .option("--isl <tokens>", "tokens of a prompt", count, 1024)
  .option("--osl <tokens>", "tokens of an answer", count, 1024)
  .option("--concurrency <list>", "clients at once; several by commas", concurrencies, [64])
  .option("--seed <number>", "of the lengths that are drawn", wholeNumber(0, 2 ** 31), 1)
  .option("--json", "print JSON, for programs")
  .addHelpText(
    "after",
    `
Examples:
  $ tokenworks perf estimate --model llama-3.1-70b --chip h200 --tp 4 --precision fp8 --isl 1024 --osl 1024 --concurrency 64
  $ tokenworks perf estimate --model llama-3.1-70b --chip h100 --tp 2 --concurrency 1,4,16,64,256
  $ tokenworks perf estimate --config ./config.json --chip b200 --precision fp4 --engine tensorrt-llm --json`,
  )
  .action(estimate);

function estimate(options: Options): void {
  const served = servedBy(options);
  const found = options.concurrency.map((concurrency) => ({
    concurrency,
    ...predict(
      served,
      inferenceXLoad(options.isl, options.osl, concurrency, options.seed),
      options.kvBlocks === undefined ? {} : { kvBlocks: options.kvBlocks },
    ),
  }));
  const usdPerHour = usdPerHourOf(served, options.usdPerHour);
  const costOf = ({ outputTokensPerSecondPerAccelerator: perSecond }: Prediction) =>
    usdPerHour === undefined ? undefined : usdPerMillionTokens(usdPerHour, perSecond);
  if (options.json) {
    const points = found.map(({ result, ...one }) => ({
      ...one,
      steps: result.steps,
      usdPerMillionOutputTokens: costOf({ result, ...one }) ?? null,
    }));
    printJson({ ...factsOf(served), usdPerHour: usdPerHour ?? null, points });
    return;
  }
  const { chip, model, engine, weights, kv } = served;
  const accelerators = acceleratorsOf(served);
  console.log(
    `${bold(`${model.title} on ${accelerators} × ${chip.title}`)}  ${dim(`${engine}, weights ${weights}, KV ${kv}, ${options.isl} in, ${options.osl} out`)}\n`,
  );
  const columns = [
    "clients",
    "TTFT ms",
    "p99",
    "TPOT ms",
    "p99",
    "tok/s/user",
    "tok/s/accelerator",
    "KV in use",
    "$/Mtok out",
  ];
  const rows = found.map((one) => [
    String(one.concurrency),
    number(one.ttftMs.mean),
    number(one.ttftMs.p99),
    number(one.tpotMs.mean),
    number(one.tpotMs.p99),
    number(one.tokensPerSecondPerUser),
    number(one.outputTokensPerSecondPerAccelerator),
    `${Math.round((one.kvTokensMost / one.kvTokens) * 100)} %${one.preemptions > 0 ? ` (${one.preemptions} preempted)` : ""}`,
    costOf(one) === undefined ? "–" : number(costOf(one) ?? 0),
  ]);
  console.log(
    table(
      columns.map((title) => ({ title, align: "right" as const })),
      rows,
    ),
  );
  const { kvTokens = 0, provenance = "analytic" } = found[0] ?? {};
  const full = Math.floor(kvTokens / ((options.isl + options.osl) * 0.9));
  console.log(`
memory    ${number(weightBytes(served) / 1e9)} GB of weights on each accelerator; KV has room for ${kvTokens.toLocaleString("en")} tokens, about ${full} such requests at their end
price     ${usdPerHour === undefined ? "none in the catalog: give --usd-per-hour" : `$${usdPerHour} an accelerator-hour${options.usdPerHour === undefined ? ` (${chip.rentUsdPerHour?.source ?? ""}, ${chip.rentUsdPerHour?.asOf ?? ""})` : ""}`}
known     kernels ${provenance}; engine ${calibrationText(served)}`);
}

function concurrencies(text: string): number[] {
  return text.split(",").map((one) => wholeNumber(1, 4096)(one.trim()));
}
