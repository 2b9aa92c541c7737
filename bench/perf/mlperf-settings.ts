/**
 * How each submission ran its engine, by the configurations that the submitters publish (mlcommons/inference_results_v5.1,
 * `closed/<submitter>/configs/<system>/<scenario>/<benchmark>.py`; AMD's and its partners'
 * `closed/AMD/code/<benchmark>/harness_llm/models/<benchmark>/<scenario>_mi300x.yaml`; Red Hat's
 * `closed/RedHat/code/llama3.1-8b/README.md`, "optimized configuration used during final submission"). What a submission does not publish is what others with the chip do.
 */
import type { Served } from "../../src/perf/deployment.ts";
import type { Settings } from "../../src/perf/settings.ts";
import type { Scheduler } from "../../src/perf/simulate/deployment.ts";

export type Submission = {
  readonly submitter: string;
  readonly system: string;
  readonly benchmark: string;
  readonly scenario: "Offline" | "Server" | "Interactive";
  readonly chip: string;
  readonly engine: "tensorrt-llm" | "vllm";
};

export type Setup = Pick<
  Served,
  "tensorParallel" | "expertParallel" | "attentionParallel" | "pipelineParallel" | "fusesSums" | "kv"
> &
  Pick<Settings, "memoryShare" | "blockTokens" | "capturedBatches" | "capturedTokens"> & {
    readonly scheduler: Scheduler & { readonly maxStepTokens: number };
  };

export function setupOf(submission: Submission): Setup {
  if (submission.engine === "vllm") return submission.chip === "mi300x" ? amd(submission) : redHat(submission);
  const { benchmark, chip, scenario, submitter } = submission;
  if (scenario === "Interactive") return interactive(submission);
  const isServer = scenario === "Server";
  switch (benchmark) {
    case "llama2-70b":
      // A pipeline of two: of the configurations of v5.0, for Cisco publishes none of its H100.
      if (chip === "h100") return trt({ pipelineParallel: 2 }, 1024, 1024, 0.95);
      if (chip === "rtx-pro-6000") return trt({}, 2048, 2048, 0.9);
      if (/^g?b200/.test(chip)) return trt({}, 2048, submitter === "Azure" && isServer ? 4096 : 3584, 0.95);
      return trt({}, 2048, 1536, 0.9);
    case "llama3.1-405b":
      // `gemm_allreduce_plugin`, but in the Offline run of GB300.
      if (chip === "gb300") return trt({ tensorParallel: 2, fusesSums: isServer }, 2048, 1536, 0.95);
      if (/^g?b200/.test(chip)) {
        return isServer
          ? trt({ tensorParallel: 4, fusesSums: true }, 256, 2048, 0.95)
          : trt({ tensorParallel: 2, pipelineParallel: 2, fusesSums: true }, chip === "b200" ? 128 : 2048, 1536, 0.95);
      }
      return isServer
        ? trt({ tensorParallel: 8, fusesSums: true }, 64, 2560, 0.9)
        : trt({ tensorParallel: 4, pipelineParallel: 2, fusesSums: true }, 512, 1536, 0.95);
    case "llama3.1-8b":
      if (chip === "b200") return trt({}, 6000, 12_000, 0.9);
      if (chip === "rtx-pro-6000") return trt({}, 2048, 8192, 0.95);
      return submitter === "HPE" ? trt({}, 2048, 12_000, 0.99) : trt({}, 2048, 1536, 0.9);
    case "mixtral-8x7b":
      if (chip === "rtx-pro-6000") return trt({}, 2048, isServer ? 8192 : 9216, 0.98);
      return trt({}, 3072, isServer ? 8192 : 9216, submitter === "HPE" ? 0.97 : 0.9);
    default:
      return deepseek(submission);
  }
}

/** Smaller steps for shorter limits; the logs of NVIDIA's four GB200 have no published configuration and stand as its B200. */
function interactive({ benchmark, chip, submitter }: Submission): Setup {
  switch (benchmark) {
    case "llama2-70b":
      if (/^g?b200/.test(chip)) return trt({}, 768, submitter === "GigaComputing" ? 512 : 768, 0.95);
      return trt({}, 512, 256, 0.9);
    case "llama3.1-405b":
      if (chip === "h200") return trt({ tensorParallel: 8, fusesSums: true }, 64, 2560, 0.9);
      if (chip === "gb200") return trt({ tensorParallel: 4 }, 2048, 1024, 0.95);
      return trt({ tensorParallel: 4, fusesSums: true }, 256, 1536, 0.95);
    default:
      if (chip === "b200") return trt({}, 6000, 12_000, 0.9);
      if (chip === "rtx-pro-6000") return trt({}, 2048, 1536, 0.98);
      return submitter === "HPE" ? trt({}, 2048, 12_000, 0.99) : trt({}, 2048, 1536, 0.9);
  }
}

/**
 * Whether a harness asks `trtllm-serve`, an engine in Python behind HTTP, instead of running a compiled engine within itself:
 * DeepSeek R1 by its code (`DEFAULT_CORE_TYPE` of `closed/NVIDIA/code/<benchmark>`). Llama 3.1 8B where the logs count
 * 128.98 tokens an answer, as `llmlib/cores/http_async_client.py` does that encodes the text anew with a token before it; within the
 * harness it is the 128 that are asked for, and one more where they are streamed.
 */
export function asksOverHttp({ benchmark, engine, submitter }: Submission): boolean {
  if (engine !== "tensorrt-llm") return false;
  const isLlama = benchmark === "llama3.1-8b" && /^(Dell|Google|NVIDIA|Supermicro)$/.test(submitter);
  return benchmark === "deepseek-r1" || isLlama;
}

/**
 * Whether a log counts a token of each answer that no engine made. Llama 3.1 8B is asked for 128 tokens. Logs count 129.00 where
 * NVIDIA's harness or Red Hat's streams them, and 128.98 behind HTTP: the token that begins a text, of which answers are
 * encoded anew. Other models end their answers themselves, and one more than Offline may be that end.
 */
export function countsOneMore(submission: Submission): boolean {
  return submission.benchmark === "llama3.1-8b" && (submission.scenario !== "Offline" || asksOverHttp(submission));
}

type Split = Partial<Pick<Served, "tensorParallel" | "pipelineParallel" | "fusesSums">>;

function trt(split: Split, maxSequences: number, maxStepTokens: number, memoryShare: number): Setup {
  return {
    tensorParallel: 1,
    expertParallel: 1,
    attentionParallel: 1,
    kv: "fp8",
    ...split,
    memoryShare,
    blockTokens: 32,
    scheduler: {
      type: "tensorrt-llm",
      maxSequences: Math.min(maxSequences, maxStepTokens),
      maxStepTokens,
      policy: "max-utilization",
      chunked: true,
    },
  };
}

/** Eight copies of attention, which hold prompts for each other (`adp_balancing_timeout_iters`, `adp_balancing_batching_wait_iters`). */
function deepseek({ submitter, system, chip, scenario }: Submission): Setup {
  const large = chip === "gb300" && (scenario === "Offline" || submitter === "CoreWeave");
  const [wait, timeout] =
    scenario === "Server"
      ? chip === "gb300" || system.startsWith("XE9680L")
        ? [2, 6]
        : [3, 9]
      : chip === "gb200"
        ? [10, 50]
        : chip === "gb300" && submitter === "NVIDIA"
          ? [2, 6]
          : [10, 500];
  const maxStepTokens = large ? 6656 : scenario === "Server" ? 3456 : 4608;
  return {
    tensorParallel: 1,
    expertParallel: 8,
    attentionParallel: 8,
    kv: "fp8",
    memoryShare: chip === "gb300" && large ? 0.95 : 0.9,
    blockTokens: 32,
    capturedBatches: [
      ...(chip === "gb200" ? [1, 2, 4, 8, 16] : []),
      ...(chip === "gb200" || submitter === "CoreWeave" ? [32, 64] : []),
      ...(chip === "gb300" && scenario === "Offline" ? [128, 256, 512, 896, 1024, 1280] : [128, 256, 384, 512]),
    ],
    scheduler: {
      type: "tensorrt-llm",
      maxSequences: large ? 1536 : submitter === "GigaComputing" && scenario === "Server" ? 768 : 512,
      maxStepTokens,
      policy: "max-utilization",
      // Off, but a paused request of 20,000 tokens would else not be computed anew.
      chunked: true,
      gatherSteps: wait,
      balanceSteps: timeout,
    },
  };
}

/** vLLM's first engine with several decode steps at a time (`num_scheduler_steps`), whole prompts between. */
function amd({ benchmark, scenario }: Submission): Setup {
  const isServer = scenario === "Server";
  const [maxSequences, maxStepTokens, decodeSteps, memoryShare] =
    benchmark === "llama2-70b"
      ? scenario === "Interactive"
        ? [600, 40_960, 8, 1]
        : isServer
          ? [608, 40_960, 9, 1]
          : [1536, 40_960, 11, 0.98]
      : isServer
        ? [4096, 32_000, 8, 0.99]
        : [5000, 51_200, 9, 0.97];
  return {
    tensorParallel: 1,
    expertParallel: 1,
    attentionParallel: 1,
    kv: "fp8",
    memoryShare,
    blockTokens: benchmark === "llama2-70b" || !isServer ? 32 : 16,
    scheduler: { type: "vllm-v0", maxSequences, maxStepTokens, decodeSteps },
  };
}

/** On one L40S the Server run has vLLM's defaults for the chip. Its prompts come in chunks of 256 tokens, here of what a step has room for. */
function redHat({ chip, scenario }: Submission): Setup {
  const isServer = scenario !== "Offline";
  const [maxSequences, maxStepTokens, memoryShare, capturedTokens] =
    chip === "h100"
      ? isServer
        ? [512, 1024, 0.91, 4232]
        : [1024, 4096, 0.9, 512]
      : isServer
        ? [256, 2048, 0.96, 512]
        : [512, 16_384, 0.95, 3000];
  return {
    tensorParallel: 1,
    expertParallel: 1,
    attentionParallel: 1,
    kv: isServer && chip === "h100" ? "bf16" : "fp8",
    memoryShare,
    blockTokens: 16,
    capturedTokens,
    scheduler: { type: "vllm-v1", maxSequences, maxStepTokens },
  };
}
