/** Options that name a deployment, shared by the commands of `perf`. */
import { type Command, InvalidArgumentError, Option } from "commander";
import { chipNamed } from "../catalog/chips.ts";
import { familyName, leftOutOf, shapeOfConfig } from "../catalog/hugging-face.ts";
import type { ModelShape } from "../catalog/model-shape.ts";
import { modelNamed } from "../catalog/models.ts";
import { releasedWeights, storedWeights, storesNarrowKv } from "../catalog/quantization.ts";
import { calibrationOf } from "../perf/kernels/calibration.ts";
import { acceleratorsOf, type EngineName, engineNames, engineTitles, type Served } from "../perf/deployment.ts";
import { checkSplit } from "../perf/check-split.ts";
import type { KvPrecision, Weights } from "../perf/operations/efficiency.ts";
import { sequenceBytes } from "../perf/memory/kv-room.ts";
import { kvBytesPerToken, weightBytes } from "../perf/memory/memory.ts";
import { kvFor } from "../perf/inferencex/inferencex.ts";
import { weightsNamed } from "../perf/points/point-cells.ts";
import type { RecipeName } from "../perf/estimate.ts";
import type { Settings } from "../perf/settings.ts";
import type { Machines } from "../perf/under-load.ts";
import { usualLimits } from "../perf/memory/usual-limits.ts";
import { Fault } from "../stack/fault.ts";
import { readConfig } from "./model-config.ts";
import { numberWithin, wholeNumber } from "./options.ts";

export const count = wholeNumber(1, 10_000_000);
/** Workers and their accelerators: more than the largest systems have, and few enough to be simulated one by one. */
export const workers = wholeNumber(1, 1024);
export const formats = ["bf16", "fp8", "int8", "fp4", "int4"] as const;

export type ModelOptions = { readonly model?: string; readonly config?: string };

export type DeploymentOptions = ModelOptions & {
  readonly chip?: string;
  readonly tp: number;
  readonly ep: number;
  readonly dp: number;
  readonly pp: number;
  readonly precision?: Weights;
  readonly kv?: KvPrecision;
  readonly engine: EngineName;
  readonly engineVersion?: string;
  readonly memoryShare?: number;
  readonly kvBlocks?: number;
  readonly blockTokens: number;
  readonly maxBatchedTokens?: number;
  readonly maxSequences?: number;
  readonly pue: number;
  readonly usdPerHour?: number;
  readonly json?: boolean;
};

/** Of workers that compute prompts alone. */
export type PrefillOptions = {
  readonly replicas: number;
  readonly prefillReplicas?: number;
  readonly prefillTp?: number;
  readonly prefillDp?: number;
  readonly prefillEp?: number;
};

export function prefillOptions(command: Command): Command {
  const besides = "default: as many as for answers";
  return command
    .option("--prefill-replicas <count>", "workers that compute prompts alone: the others then decode alone", workers)
    .option("--prefill-tp <count>", `accelerators that share each layer there; ${besides}`, workers)
    .option("--prefill-dp <count>", `copies of attention there; ${besides}`, workers)
    .option("--prefill-ep <count>", `accelerators that the experts are dealt out to there; ${besides}`, workers);
}

export function modelOptions(command: Command): Command {
  return command
    .option("--model <name>", "a model of the catalog: llama-3.1-70b, deepseek-r1, a Hugging Face id")
    .option("--config <file>", "a Hugging Face config.json instead; - is standard input")
    .addOption(
      new Option(
        "--kv <format>",
        "format of keys and values; default: fp8 beside fp8 and fp4 weights, else bf16",
      ).choices(["bf16", "fp8"]),
    );
}

export function deploymentOptions(command: Command): Command {
  return modelOptions(command)
    .option("--chip <name>", "an accelerator of the catalog: h200, gb300, mi355x; this-cpu once it is calibrated")
    .option("--tp <count>", "accelerators that share each layer (tensor parallelism)", workers, 1)
    .option("--ep <count>", "accelerators that the experts are dealt out to (expert parallelism)", workers, 1)
    .option("--dp <count>", "copies of attention over one set of experts (data parallelism)", workers, 1)
    .option(
      "--pp <count>",
      "stages of a pipeline, each with a share of the layers on accelerators of its own",
      workers,
      1,
    )
    .addOption(
      new Option(
        "--precision <format>",
        "format of the weights; default: as the model's name or the quantization_config of --config says, else as released, else fp8",
      ).choices(formats),
    )
    .addOption(new Option("--engine <name>", "the engine").choices(engineNames).default("vllm"))
    .option(
      "--engine-version <version>",
      "the engine's version, which kernels and memory depend on; default: the newest",
      version,
    )
    .option(
      "--memory-share <share>",
      "share of the memory that the engine may use (gpu_memory_utilization, mem_fraction_static); default: the engine's",
      memoryShare,
    )
    .option(
      "--kv-blocks <count>",
      "KV cache blocks that the engine's log reports, instead of the computed number",
      count,
    )
    .option("--block-tokens <count>", "tokens of a block", count, 16)
    .option("--max-batched-tokens <count>", "the most tokens in a step; default: the engine's", count)
    .option("--max-sequences <count>", "the most sequences at once; default: the engine's", count)
    .option("--pue <ratio>", "the site's PUE; energy is then that of the site's meter", numberWithin(1, 5), 1)
    .option("--usd-per-hour <price>", "price of an accelerator-hour; default: the catalog's rent", price);
}

function version(text: string): string {
  if (/^v?\d+\.\d+/.test(text)) return text;
  throw new InvalidArgumentError("A version is like 0.19 or 1.2.0.");
}

export function modelOf(options: ModelOptions): ModelShape {
  if ((options.model === undefined) === (options.config === undefined)) {
    throw new Fault("invalid_value", {
      message: "It takes one model, by --model or --config.",
      remedy: "For example --model llama-3.1-70b.",
      param: "model",
    });
  }
  if (options.model !== undefined) return modelNamed(options.model);
  const { config = "" } = options;
  const json = readConfig(config);
  return { ...shapeOfConfig(json, config, config), name: familyName(json) };
}

/** As it is said, else as the configuration or the model's name tells, else as its makers release it, else FP8. */
export function precisionOf(options: DeploymentOptions): Weights {
  const { precision, config, model = "" } = options;
  if (precision !== undefined) return precision;
  if (config !== undefined) return storedWeights(readConfig(config)) ?? "fp8";
  const shape = modelOf(options);
  return weightsNamed(model) ?? releasedWeights(shape) ?? "fp8";
}

function hasNarrowKv({ config }: ModelOptions): boolean {
  return config !== undefined && storesNarrowKv(readConfig(config));
}

/** What of a --config is not predicted. */
export function leftOut({ config }: ModelOptions): string[] {
  return config === undefined ? [] : leftOutOf(readConfig(config));
}

export function servedBy(options: DeploymentOptions): Served {
  if (options.chip === undefined) {
    throw new Fault("invalid_value", {
      message: "It takes an accelerator, by --chip.",
      remedy: "For example --chip h200; `tokenworks chips` lists them.",
      param: "chip",
    });
  }
  const [weights, chip] = [precisionOf(options), chipNamed(options.chip)];
  return {
    chip,
    model: modelOf(options),
    engine: options.engine,
    tensorParallel: options.tp,
    expertParallel: options.ep,
    attentionParallel: options.dp,
    pipelineParallel: options.pp,
    weights,
    kv: options.kv ?? (hasNarrowKv(options) && chip.peakTeraflops.fp8 !== undefined ? "fp8" : kvFor(weights, chip)),
    ...(options.engineVersion !== undefined && { version: options.engineVersion }),
  };
}

/** In one piece or, with workers for prompts, as two pools. */
export function machinesBy(options: DeploymentOptions & PrefillOptions): Machines {
  const served = servedBy(options);
  const { replicas, prefillReplicas, prefillTp, prefillDp, prefillEp } = options;
  if (prefillReplicas === undefined) return { served };
  const prefill: Served = {
    ...served,
    tensorParallel: prefillTp ?? served.tensorParallel,
    attentionParallel: prefillDp ?? served.attentionParallel,
    expertParallel: prefillEp ?? served.expertParallel,
  };
  checkSplit(prefill);
  return { served, apart: { prefill: { served: prefill, replicas: prefillReplicas }, decodes: replicas } };
}

/** What the engine is told. */
export function settingsOf(options: DeploymentOptions): Settings {
  const { kvBlocks, blockTokens, maxBatchedTokens, maxSequences, memoryShare, pue } = options;
  if (maxBatchedTokens !== undefined && maxSequences !== undefined && maxBatchedTokens < maxSequences) {
    throw new Fault("invalid_value", {
      message: `A step of ${maxBatchedTokens} tokens cannot hold a token of each of ${maxSequences} sequences.`,
      remedy: `Give --max-sequences ${maxBatchedTokens} at the most, or --max-batched-tokens ${maxSequences} at the least.`,
      param: "max-batched-tokens",
    });
  }
  return {
    blockTokens,
    pue,
    ...(maxSequences !== undefined && { maxSequences }),
    ...(memoryShare !== undefined && { memoryShare }),
    ...(kvBlocks !== undefined && { kvBlocks }),
    ...(maxBatchedTokens !== undefined && { maxStepTokens: maxBatchedTokens }),
  };
}

/** What an hour of the accelerator is taken to cost; undefined where nobody says. */
export function usdPerHourOf(served: Served, given: number | undefined): number | undefined {
  const rent = served.chip.rentUsdPerHour;
  return given ?? (rent === undefined ? undefined : Number(rent.value));
}

export function factsOf(served: Served) {
  const { chip, model, kv, tensorParallel, ...rest } = served;
  return {
    chip: chip.name,
    model: model.name,
    ...rest,
    kv,
    tensorParallel,
    accelerators: acceleratorsOf(served),
    weightBytesPerAccelerator: weightBytes(served),
    kvBytesPerTokenPerAccelerator: kvBytesPerToken(model, kv, tensorParallel),
    kvBytesPerSequencePerAccelerator: sequenceBytes(served, model.contextMax),
    calibration: calibrationOf(served.engine, chip),
  };
}

export function calibrationText({ engine, chip }: Served): string {
  const {
    fittedOn,
    fit: { tpotError, ttftError },
    date,
  } = calibrationOf(engine, chip);
  return `calibrated on ${fittedOn} (TPOT ±${(tpotError * 100).toFixed(0)} %, TTFT ±${(ttftError * 100).toFixed(0)} % there, ${date})`;
}

function memoryShare(text: string): number {
  const [, percent] = /^(\d+(?:\.\d+)?)\s*%$/.exec(text.trim()) ?? [];
  return percent === undefined ? numberWithin(0.1, 1)(text) : numberWithin(0.1, 1)(String(Number(percent) / 100));
}

/** Whose settings the engine has and, of those, how much goes into a step: of prompts' workers, where there are two pools. */
export function settingsFacts({ served, apart }: Machines, settings: Settings, recipe: RecipeName = "none") {
  const { engine, chip } = apart?.prefill.served ?? served;
  const usual = usualLimits(engine, chip);
  const { maxStepTokens = usual.maxStepTokens, maxSequences = Math.min(usual.maxSequences, maxStepTokens) } = settings;
  const { memoryShare } = settings;
  return { recipe, maxStepTokens, maxSequences, ...(memoryShare !== undefined && { memoryShare }) };
}

export function settingsText(machines: Machines, settings: Settings, recipe: RecipeName = "none"): string {
  const { maxStepTokens, maxSequences, memoryShare } = settingsFacts(machines, settings, recipe);
  const whose = recipe === "none" ? `${engineTitles[machines.served.engine]}'s defaults` : "InferenceX's recipe";
  const given = (["maxStepTokens", "maxSequences", "memoryShare"] as const).some(
    (name) => settings[name] !== undefined,
  );
  const but = recipe === "none" && given ? " but for what is given" : "";
  const share = memoryShare === undefined ? "" : `, ${Math.round(memoryShare * 100)} % of the memory`;
  return `${whose}${but}: at most ${maxStepTokens.toLocaleString("en")} tokens and ${maxSequences.toLocaleString("en")} sequences in a step${share}`;
}

export function price(text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError("It must be a price above 0, such as 2.50.");
}
