/** `tokenworks perf estimate --chip this-cpu`: the engine of this computer, by what was measured of it; replays take it from here. */
import { inferenceXLoad } from "../perf/inferencex/inferencex.ts";
import {
  asMeasured,
  type LocalCalibration,
  type LocalModel,
  type LocalScale,
  scaleTo,
  simulateLocal,
} from "../perf/local/local.ts";
import { parameterCount } from "../perf/memory/parameters.ts";
import { bytesOf } from "../perf/operations/rates.ts";
import type { Result } from "../perf/simulate/result.ts";
import { Fault } from "../stack/fault.ts";
import { printJson } from "./options.ts";
import { type DeploymentOptions, modelOf, precisionOf } from "./perf-deployment.ts";
import { bold, dim, number, table, yellow } from "./terminal.ts";
import { readThisCpu } from "./this-cpu.ts";

type Options = DeploymentOptions & {
  readonly isl: number;
  readonly osl: number;
  readonly concurrency: readonly number[];
  readonly seed: number;
  readonly data: string;
};

/** Of a model that was not measured: beyond this many times the weights of the one that was, it is a guess. */
const farTimes = 10;

/** A model on this computer's engine: by its own measurement, or scaled from that of another. */
export type OnThisCpu = {
  readonly calibration: LocalCalibration;
  readonly model: LocalModel;
  readonly scale: LocalScale;
  readonly provenance: "silicon" | "transferred";
  readonly notes: readonly string[];
};

/** @throws Fault `invalid_value` where nothing was measured yet, or the model does not fit the computer's memory */
export function onThisCpu(options: DeploymentOptions, dataDir: string): OnThisCpu {
  const calibration = readThisCpu(dataDir);
  const measured = calibration.model.name === options.model;
  const model = measured ? calibration.model : otherModel(options);
  if (model.weightBytes > calibration.memoryGigabytes * 1e9) {
    throw new Fault("invalid_value", {
      message: `${model.name} takes ${(model.weightBytes / 1e9).toFixed(0)} GB, and this computer has ${calibration.memoryGigabytes.toFixed(0)}.`,
      remedy: "Choose a smaller model, or smaller weights.",
      param: "model",
    });
  }
  const scale = measured ? asMeasured : scaleTo(calibration.model, model);
  const notes = measured || scale.weights < farTimes ? [] : [farNote(calibration, scale)];
  return { calibration, model, scale, provenance: measured ? "silicon" : "transferred", notes };
}

export function estimateThisCpu(options: Options): void {
  const { calibration, model, scale, provenance, notes } = onThisCpu(options, options.data);
  const room = calibration.contextTokens;
  if (options.isl + options.osl > room) {
    throw new Fault("invalid_value", {
      message: `${options.isl} tokens in and ${options.osl} out do not fit the engine's context of ${room}.`,
      remedy: `For example --isl ${Math.floor(room / 4)} --osl ${Math.floor(room / 4)}.`,
      param: "isl",
    });
  }
  const points = options.concurrency.map((concurrency) => ({
    concurrency,
    result: simulateLocal(calibration, inferenceXLoad(options.isl, options.osl, concurrency, options.seed), scale),
  }));
  if (options.json) {
    printJson({
      chip: calibration.chip,
      processor: calibration.processor,
      model: model.name,
      provenance,
      beyond: notes,
      calibration,
      points: points.map(({ concurrency, result }) => ({ concurrency, ...plainOf(calibration, result) })),
    });
    return;
  }
  console.log(
    `${bold(`${model.name} on this computer`)}  ${dim(`${calibration.processor}, llama.cpp, ${calibration.parallel} sequences; ${options.isl} in, ${options.osl} out`)}\n`,
  );
  const titles = ["clients", "TTFT ms", "p99", "TPOT ms", "8 of 10 within", "p99", "tok/s/user", "tok/s"];
  console.log(
    table(
      titles.map((title) => ({ title, align: "right" as const })),
      points.map(({ concurrency, result }) => {
        const { ttftMs, tpotMs, outputTokensPerSecond } = plainOf(calibration, result);
        return [
          String(concurrency),
          number(ttftMs.mean),
          number(ttftMs.p99),
          number(tpotMs.mean),
          `${number(tpotMs.band.low)} … ${number(tpotMs.band.high)}`,
          number(tpotMs.p99),
          number(1e3 / tpotMs.mean),
          number(outputTokensPerSecond),
        ];
      }),
    ),
  );
  console.log(`
room      ${calibration.parallel} sequences of ${room.toLocaleString("en")} tokens: more clients than that wait
${knownOf({ calibration, provenance, notes })}`);
}

/** How all of it is known, and what is beyond. */
export function knownOf({
  calibration,
  provenance,
  notes,
}: Pick<OnThisCpu, "calibration" | "provenance" | "notes">): string {
  const { mixed, date, quality, model } = calibration;
  const off = mixed === undefined ? "" : `, a mixed load TPOT ${signed(mixed.tpot)}, end to end ${signed(mixed.e2e)}`;
  return [
    `known     ${provenance}: ${model.name} was measured here on ${date} (decodes within ${(quality.decode * 100).toFixed(1)} %${off})`,
    "price     none: this computer's energy and capital are in the factory's own books (tokenworks stack)",
    ...notes.map((note) => yellow(`beyond    ${note}`)),
  ].join("\n");
}

function otherModel(options: DeploymentOptions): LocalModel {
  const shape = modelOf(options);
  const { total, activePerToken } = parameterCount(shape);
  return {
    name: shape.name,
    parameters: activePerToken,
    weightBytes: total * bytesOf(precisionOf(options)),
    hidden: shape.hidden,
  };
}

function farNote({ model }: LocalCalibration, scale: LocalScale): string {
  return `its weights are ${Math.round(scale.weights).toLocaleString("en")} times those of ${model.name}, which was measured; calibrate with a GGUF nearer to it`;
}

/** The band is what a mixed load was off by, and no less than the fit's own. */
export function plainOf({ quality, mixed }: LocalCalibration, result: Result) {
  const { ttft, tpot, itl, e2e, outputTokensPerSecond } = result;
  const within = (of: { mean: number; p50: number; p90: number; p99: number }, off: number) => {
    const factor = 1 + Math.max(0.05, Math.abs(off), quality.decode, quality.prompt);
    const [mean, p50, p90, p99] = [of.mean, of.p50, of.p90, of.p99].map((seconds) => seconds * 1e3) as [
      number,
      number,
      number,
      number,
    ];
    return { mean, p50, p90, p99, band: { low: mean / factor, high: mean * factor } };
  };
  return {
    ttftMs: within(ttft, mixed?.ttft ?? 0),
    tpotMs: within(tpot, mixed?.tpot ?? 0),
    itlMs: within(itl, mixed?.tpot ?? 0),
    e2eMs: within(e2e, mixed?.e2e ?? 0),
    outputTokensPerSecond,
  };
}

function signed(ratio: number): string {
  return `${ratio < 0 ? "−" : "+"}${Math.abs(ratio * 100).toFixed(0)} %`;
}
