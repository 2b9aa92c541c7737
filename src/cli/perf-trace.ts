/** Traces by file or by a well-known name, and what of them is asked for. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Command } from "commander";
import { faster, firstOf } from "../perf/search/load.ts";
import { parseTrace } from "../perf/loads/trace.ts";
import type { Trace, Untold } from "../perf/loads/trace-builder.ts";
import type { Workload } from "../perf/loads/workload.ts";
import { Fault } from "../stack/fault.ts";
import { numberWithin } from "./options.ts";
import { count } from "./perf-deployment.ts";
import { dim } from "./terminal.ts";
import { checkText, decoderOf } from "./text.ts";

export type TraceOptions = {
  readonly data: string;
  readonly requests?: number;
  readonly speed: number;
  readonly rate?: number;
  readonly answerTokens?: number;
};

type Known = { readonly file: string; readonly from: string };

const azure = "https://github.com/Azure/AzurePublicDataset (CC-BY 4.0)";
const mooncake = "https://github.com/kvcache-ai/Mooncake (Apache-2.0)";
const burstGpt = "https://github.com/HPMLL/BurstGPT (CC-BY 4.0)";
const bailian = "https://github.com/alibaba-edu/qwen-bailian-usagetraces-anon (Apache-2.0)";
const known: Readonly<Record<string, Known>> = {
  "azure-2023-conv": { file: "azure-2023/AzureLLMInferenceTrace_conv.csv", from: azure },
  "azure-2023-code": { file: "azure-2023/AzureLLMInferenceTrace_code.csv", from: azure },
  "azure-2024-conv": { file: "azure-2024/AzureLLMInferenceTrace_conv_1week.csv", from: azure },
  "azure-2024-code": { file: "azure-2024/AzureLLMInferenceTrace_code_1week.csv", from: azure },
  burstgpt: { file: "burstgpt/BurstGPT_1.csv", from: burstGpt },
  "bailian-a": { file: "bailian/qwen_traceA_blksz_16.jsonl", from: bailian },
  "bailian-b": { file: "bailian/qwen_traceB_blksz_16.jsonl", from: bailian },
  "mooncake-conversation": { file: "mooncake/conversation_trace.jsonl", from: mooncake },
  "mooncake-toolagent": { file: "mooncake/toolagent_trace.jsonl", from: mooncake },
  "mooncake-synthetic": { file: "mooncake/synthetic_trace.jsonl", from: mooncake },
};

export const usualTraces = "../shared/data/traces";

export const traceHelp = `a file, - for standard input, or ${Object.keys(known).join(", ")}`;

export function traceOptions(command: Command): Command {
  return command
    .option("--data <folder>", "the folder with the well-known traces", usualTraces)
    .option("--requests <count>", "use only the first so many requests", count)
    .option("--speed <factor>", "replay the trace so much faster", numberWithin(0.0001, 10_000), 1)
    .option(
      "--rate <per second>",
      "so many requests a second, at random, for traces without times and instead of those of others",
      numberWithin(0.0001, 1_000_000),
    )
    .option("--answer-tokens <count>", "tokens of an answer, where the trace does not say", count);
}

/** @throws Fault `invalid_value`: the line and the field that is wrong, or where a well-known trace is to be had */
export function readTrace(name: string, { data, requests, speed, rate, answerTokens }: TraceOptions): Workload {
  const path = pathOf(name, data);
  const { notes, ...trace } = parsed(path, {
    ...(rate !== undefined && { requestsPerSecond: rate }),
    ...(answerTokens !== undefined && { outputTokens: answerTokens }),
  });
  for (const note of notes) console.error(dim(`${name}: ${note}.`, process.stderr));
  const most = trace.promptTokens.length;
  return faster(firstOf(trace, Math.min(requests ?? most, most)), speed);
}

function pathOf(name: string, data: string): string {
  if (name === "-" || existsSync(name)) return name;
  const found = known[name];
  if (found === undefined) {
    throw new Fault("invalid_value", {
      message: `${name} cannot be read: there is no such file.`,
      remedy: `Name a trace, or one of ${Object.keys(known).join(", ")}.`,
      param: "trace",
    });
  }
  for (const path of [join(data, found.file), join(data, found.file.split("/").at(-1) ?? "")]) {
    if (existsSync(path)) return path;
  }
  throw new Fault("invalid_value", {
    message: `${join(data, found.file)} is not there.`,
    remedy: `It is in ${found.from}; --data names its folder.`,
    param: "trace",
  });
}

function parsed(path: string, untold: Untold): Trace {
  const called = path === "-" ? "Standard input" : path;
  let text = "";
  try {
    const bytes = readFileSync(path === "-" ? 0 : path);
    const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
    text = decoderOf(plain).decode(plain);
  } catch (error) {
    throw new Fault("invalid_value", {
      message: `${called} cannot be read: ${(error as Error).message}.`,
      remedy: "Name a trace.",
      param: "trace",
    });
  }
  checkText(text, path);
  try {
    return parseTrace(text, untold);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw new Fault(error.code, { message: `${called}: ${error.message}`, ...(error.param && { param: error.param }) });
  }
}
