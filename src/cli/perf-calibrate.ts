/** `tokenworks perf calibrate`: this computer's engine measured, fitted, and held against a load that was not. */
import { availableParallelism, cpus, totalmem } from "node:os";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Command, Option } from "commander";
import { modelNameOf } from "../catalog/local.ts";
import { type Measurements, measureEngine, type Mixed } from "../engines/llama/measure.ts";
import { type LocalCalibration, simulateLocal } from "../perf/local/local.ts";
import { fitLocal } from "../perf/local/local-fit.ts";
import { summarize } from "../perf/simulate/summary.ts";
import type { Result } from "../perf/simulate/result.ts";
import { dataOption, printJson, wholeNumber } from "./options.ts";
import { checkKeep, keepThisCpu } from "./this-cpu.ts";
import { bar, bold, dim, number, table } from "./terminal.ts";

type Options = {
  readonly gguf?: string;
  readonly parallel: number;
  readonly gpu: "auto" | "off";
  readonly rounds: number;
  readonly requests: number;
  readonly data: string;
  readonly json?: boolean;
};

const builtin = fileURLToPath(new URL("../../models/tokenworks-tiny.gguf", import.meta.url));
/** node-llama-cpp's own. */
const batchTokens = 512;
/** Of a model whose file does not say how wide it is. */
const usualHidden = 4096;

export const calibrateCommand = new Command("calibrate")
  .summary("measure this computer's engine, and hold a prediction against it")
  .description(
    "Starts the llama.cpp engine, measures prompts by length and decodes by batch and length, and fits a curve that " +
      "`perf estimate --chip this-cpu` uses. Then it predicts a mixed load that was not fitted, and reports how far off " +
      "that was. Best while nothing else runs.",
  )
  .option("--gguf <file>", "the model; default: the one that comes with Tokenworks")
  .option("--parallel <count>", "sequences at once", wholeNumber(1, 64), 8)
  .addOption(
    new Option("--gpu <use>", "whether to use a GPU where there is one").choices(["auto", "off"]).default("auto"),
  )
  .option("--rounds <count>", "repetitions of each measurement; the median counts", wholeNumber(1, 50), 5)
  .option("--requests <count>", "requests of the mixed load", wholeNumber(4, 10_000), 60)
  .addOption(dataOption())
  .option("--json", "print JSON, for programs")
  .addHelpText(
    "after",
    `
Examples:
  $ tokenworks perf calibrate
  $ tokenworks perf calibrate --gguf ./qwen3-0.6b-q8_0.gguf --parallel 4
  $ tokenworks perf estimate --chip this-cpu --model tokenworks-tiny --concurrency 1,4,16`,
  )
  .action(calibrate);

async function calibrate(options: Options): Promise<void> {
  const file = options.gguf ?? builtin;
  const dataDir = resolve(options.data);
  checkKeep(dataDir);
  const stopped = new AbortController();
  const stop = () => {
    const reason = new Error("Stopped: nothing was kept.");
    reason.name = "AbortError";
    stopped.abort(reason);
  };
  process.once("SIGINT", stop);
  try {
    const measured = await measureEngine({
      file,
      parallel: options.parallel,
      gpu: options.gpu,
      dataDir,
      rounds: options.rounds,
      mixedRequests: options.requests,
      onProgress: drawProgress,
      signal: stopped.signal,
    });
    const { curve, quality } = fitLocal(measured.decodes, measured.prompts);
    const fitted: LocalCalibration = {
      version: 1,
      chip: "this-cpu",
      processor: cpus()[0]?.model ?? "unknown",
      threads: availableParallelism(),
      memoryGigabytes: totalmem() / 1e9,
      isOnGpu: measured.isOnGpu,
      model: {
        name: modelNameOf(file),
        parameters: measured.parameters,
        weightBytes: measured.weightBytes,
        hidden: measured.hidden ?? usualHidden,
      },
      parallel: options.parallel,
      contextTokens: measured.contextTokens,
      batchTokens,
      curve,
      quality,
      date: new Date().toISOString().slice(0, 10),
    };
    const predicted = simulateLocal(fitted, workloadOf(measured));
    const compared = comparisonOf(measured.mixed.requests, predicted);
    const [ttft, tpot, e2e] = compared.map(({ error }) => error);
    const calibration = { ...fitted, mixed: { ttft: ttft ?? 0, tpot: tpot ?? 0, e2e: e2e ?? 0 } };
    const path = keepThisCpu(dataDir, calibration);
    if (process.stderr.isTTY) process.stderr.write("\r\u001B[2K");
    if (options.json) printJson({ path, calibration, measurements: measured, mixed: compared });
    else show(calibration, measured, compared, path);
  } finally {
    process.removeListener("SIGINT", stop);
  }
}

function workloadOf({ mixed: { clients, requests } }: Measurements) {
  return {
    arrivals: { type: "closed" as const, concurrency: clients },
    promptTokens: Int32Array.from(requests, ({ promptTokens }) => promptTokens),
    outputTokens: Int32Array.from(requests, ({ outputTokens }) => outputTokens),
  };
}

type Compared = {
  readonly name: string;
  readonly measuredMs: { readonly mean: number; readonly p50: number; readonly p90: number };
  readonly predictedMs: { readonly mean: number; readonly p50: number; readonly p90: number };
  /** Of the means: predicted over measured, less 1. */
  readonly error: number;
};

function comparisonOf(requests: readonly Mixed[], predicted: Result): Compared[] {
  const of = (name: string, was: (one: Mixed) => number, by: Float64Array): Compared => {
    const [measuredMs, predictedMs] = [Float64Array.from(requests, was), by].map((seconds) => {
      const { mean, p50, p90 } = summarize(seconds);
      return { mean: mean * 1e3, p50: p50 * 1e3, p90: p90 * 1e3 };
    }) as [Compared["measuredMs"], Compared["predictedMs"]];
    return { name, measuredMs, predictedMs, error: predictedMs.mean / measuredMs.mean - 1 };
  };
  return [
    of("TTFT", ({ ttftSeconds }) => ttftSeconds, predicted.ttftSeconds),
    of("TPOT", ({ tpotSeconds }) => tpotSeconds, predicted.tpotSeconds),
    of("end to end", ({ e2eSeconds }) => e2eSeconds, predicted.e2eSeconds),
  ];
}

function drawProgress(share: number, doing: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001B[2K${bar(share, 30).padEnd(30)}  ${doing}`);
}

function show(
  calibration: LocalCalibration,
  measured: Measurements,
  compared: readonly Compared[],
  path: string,
): void {
  const { curve, quality, model, processor, threads, parallel } = calibration;
  const ms = (seconds: number) => number(seconds * 1e3);
  console.log(
    `${bold(`${model.name} on this computer`)}  ${dim(`${processor}, ${threads} threads${calibration.isOnGpu ? ", GPU" : ""}; ${parallel} sequences at once`)}\n`,
  );
  const right = { align: "right" as const };
  console.log(bold("Prompts"));
  console.log(
    table(
      ["tokens", "TTFT ms", "fitted"].map((title) => ({ title, ...right })),
      measured.prompts.map(({ tokens, firstTokenSeconds }) => [
        String(tokens),
        ms(firstTokenSeconds),
        ms(curve.ingestSeconds + curve.stepSeconds + curve.promptSeconds * tokens + curve.pairSeconds * tokens ** 2),
      ]),
    ),
  );
  console.log(`\n${bold("Decodes")}`);
  console.log(
    table(
      ["at once", "context", "TPOT ms", "fitted"].map((title) => ({ title, ...right })),
      measured.decodes.map(({ sequences, contextTokens, seconds }) => [
        String(sequences),
        String(contextTokens),
        ms(seconds),
        ms(curve.stepSeconds + sequences * (curve.sequenceSeconds + curve.contextSeconds * contextTokens)),
      ]),
    ),
  );
  const { clients, requests } = measured.mixed;
  console.log(
    `\n${bold("A mixed load that was not fitted")}  ${dim(`${requests.length} requests of ${clients} clients`)}`,
  );
  console.log(
    table(
      ["", "measured ms", "p50", "p90", "predicted ms", "p50", "p90", "off"].map((title, at) => ({
        title,
        ...(at > 0 ? right : {}),
      })),
      compared.map(({ name, measuredMs, predictedMs, error }) => [
        name,
        ...[measuredMs, predictedMs].flatMap(({ mean, p50, p90 }) => [mean, p50, p90].map(number)),
        `${error < 0 ? "−" : "+"}${Math.abs(error * 100).toFixed(1)} %`,
      ]),
    ),
  );
  console.log(`
curve     a step ${ms(curve.stepSeconds)} ms, a sequence ${ms(curve.sequenceSeconds)} ms, a prompt's token ${number(curve.promptSeconds * 1e6)} µs, the way to the engine ${ms(curve.ingestSeconds)} ms
fitted    decodes within ${(quality.decode * 100).toFixed(1)} %, prompts within ${(quality.prompt * 100).toFixed(1)} % (medians)
kept      ${path}; perf estimate --chip this-cpu uses it`);
}
