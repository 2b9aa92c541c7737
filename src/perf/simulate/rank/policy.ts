/** How schedulers differ from each other: all of them are the same moves (rank.ts) under a policy. */
import type { Scheduler } from "../deployment.ts";

export type Policy = {
  readonly maxStepTokens: number;
  readonly maxSequences: number;
  /** Whether prompts share a step with decodes, go before them, or fill a batch once. */
  readonly mixing: "mixed" | "prompts-first" | "batch";
  readonly chunked: boolean;
  /** Blocks taken on admission: for the chunk alone, the whole prompt, or the longest outcome. */
  readonly reserve: "chunk" | "prompt" | "outcome";
  /** Blocks that an admission must leave free. */
  readonly watermarkBlocks: number;
  /** SGLang's estimate of what the running requests will still take. */
  readonly estimates: boolean;
  /** For how many steps prompts wait for others beside decodes, and the tokens in a step at which they no longer do. */
  readonly waitSteps: number;
  readonly waitTokens: number;
  /** Prompts wait only while so many sequences or more are running. */
  readonly waitSequences: number;
  /** Whether all steps since the last one with prompts count, or only those in which a prompt waited. */
  readonly waitsFromPrompts: boolean;
  /** Every how many steps ranks let prompts go, and for how many they wait for more where each rank has one: see balance.ts. */
  readonly balanceSteps: number;
  readonly gatherSteps: number;
  /** Requests are looked for every so many steps of decodes. */
  readonly receiveSteps: number;
  /** Whether so many follow prompts, too, before others are looked for. */
  readonly alternates: boolean;
};

/** @param kvBlocks of a rank, of which some schedulers keep one in a hundred free when they admit */
export function policyOf(scheduler: Scheduler, kvBlocks: number): Policy {
  const { type, maxSequences } = scheduler;
  const maxStepTokens = "maxStepTokens" in scheduler ? scheduler.maxStepTokens : 2 ** 31;
  const plain = {
    maxSequences,
    maxStepTokens,
    chunked: false,
    watermarkBlocks: 0,
    estimates: false,
    waitSteps: 0,
    waitTokens: 0,
    waitSequences: 0,
    waitsFromPrompts: false,
    balanceSteps: 0,
    gatherSteps: 0,
    receiveSteps: 1,
    alternates: false,
  } as const;
  const watermarkBlocks = Math.ceil(kvBlocks / 100);
  switch (type) {
    case "vllm-v1":
      return {
        ...plain,
        mixing: "mixed",
        chunked: true,
        reserve: "chunk",
        ...(scheduler.decodesBetween && {
          waitSteps: scheduler.decodesBetween.steps,
          waitTokens: Infinity,
          waitSequences: scheduler.decodesBetween.sequences,
          waitsFromPrompts: true,
        }),
      };
    case "vllm-v0":
      return {
        ...plain,
        mixing: "prompts-first",
        reserve: "prompt",
        watermarkBlocks,
        receiveSteps: scheduler.decodeSteps ?? 1,
        alternates: (scheduler.decodeSteps ?? 1) > 1,
      };
    case "sglang":
      return {
        ...plain,
        mixing: "prompts-first",
        chunked: true,
        reserve: "chunk",
        estimates: true,
        receiveSteps: scheduler.receiveSteps ?? 1,
      };
    case "tensorrt-llm":
      return {
        ...plain,
        mixing: "mixed",
        chunked: scheduler.chunked,
        reserve: scheduler.policy === "max-utilization" ? "prompt" : "outcome",
        waitSteps: scheduler.balanceSteps ? 0 : (scheduler.batchWait?.steps ?? 0),
        waitTokens: (scheduler.batchWait?.share ?? 0) * maxStepTokens,
        balanceSteps: scheduler.balanceSteps ?? 0,
        gatherSteps: scheduler.gatherSteps ?? 0,
      };
    case "sarathi":
      return { ...plain, mixing: "mixed", chunked: true, reserve: "prompt", watermarkBlocks };
    case "orca":
      return { ...plain, mixing: "mixed", reserve: "outcome" };
    case "static":
      return { ...plain, mixing: "batch", reserve: "outcome" };
  }
}
