/**
 * The host of one accelerator that prepares a step while the one before runs: it decides who is in it, lays out its inputs and
 * launches its kernels, which then wait in line. So a step follows the one before at once, unless its host has not caught up.
 *
 * TensorRT-LLM's loop (`_executor_loop_overlap`, tensorrt_llm/_torch/pyexecutor/py_executor.py) and vLLM's
 * (`step_with_batch_queue`, vllm/v1/engine/core.py) begin on a step when the results of the step before last are there, which is
 * when the last one starts.
 */
import type { StepTable } from "./step-table.ts";

export class Host {
  private readonly costs: NonNullable<StepTable["ahead"]>;
  private readonly capturedTokens: number;
  /** Until when it has work. */
  private busyUntil = 0;

  constructor(costs: NonNullable<StepTable["ahead"]>, capturedTokens = 0) {
    this.costs = costs;
    this.capturedTokens = capturedTokens;
  }

  /** Seconds that it takes for a step. */
  secondsOf(decodes: number, promptTokens: number): number {
    const { stepSeconds, sequenceSeconds, launchSeconds, replaySeconds } = this.costs;
    const seconds = stepSeconds + sequenceSeconds * decodes;
    if (promptTokens === 0) return seconds;
    return seconds + (decodes + promptTokens <= this.capturedTokens ? replaySeconds : launchSeconds);
  }

  /**
   * Prepares steps that it takes as long for as their accelerator or less, or a single one. Returns when it is done with the last.
   *
   * @param from when it can begin on the last of them
   * @param seconds that it takes for each
   */
  prepare(from: number, seconds: number, steps = 1): number {
    this.busyUntil = Math.max(this.busyUntil + (steps - 1) * seconds, from) + seconds;
    return this.busyUntil;
  }
}
