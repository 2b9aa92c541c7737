/**
 * When copies of attention let their prompts go, so that all of them have some in the same step: TensorRT-LLM's
 * `_balance_adp_requests` (tensorrt_llm/_torch/pyexecutor/py_executor.py), with its two counters of steps.
 */

/** What is asked of a rank, and told it: whether its prompts may go. */
export type Balanced = {
  readonly isReady: boolean;
  readonly present: number;
  readonly decodes: { readonly count: number };
  isReleased: boolean;
};

export class Balance {
  private readonly gatherSteps: number;
  private readonly timeoutSteps: number;
  /** Steps in which each rank had a prompt, since prompts last went so. */
  private gathered = 0;
  /** Steps since prompts last went, or each rank last had one. They are counted whether or not any prompt waits. */
  private missed = 0;
  private allHave = false;
  private allDecode = false;
  private isReleased = true;

  constructor(gatherSteps: number, timeoutSteps: number) {
    this.gatherSteps = gatherSteps;
    this.timeoutSteps = timeoutSteps;
  }

  /** Decides for the next step of these ranks, and returns for how many steps that stays so while nothing changes. */
  decide(ranks: readonly Balanced[]): number {
    if (this.timeoutSteps === 0) return Number.POSITIVE_INFINITY;
    this.allHave = true;
    this.allDecode = true;
    let isAny = false;
    for (const rank of ranks) {
      if (rank.isReady) isAny = true;
      else this.allHave = false;
      // A rank without requests is given one that decodes.
      if (rank.present > 0 && rank.decodes.count === 0) this.allDecode = false;
    }
    const left = this.allHave ? this.gatherSteps - this.gathered : this.timeoutSteps - 1 - this.missed;
    this.isReleased = !this.allDecode || left <= 0;
    for (const rank of ranks) rank.isReleased = this.isReleased;
    if (!isAny) return Number.POSITIVE_INFINITY;
    return this.isReleased ? 1 : left;
  }

  /** So many steps were carried out as decided. */
  carryOut(steps: number): void {
    if (this.timeoutSteps === 0) return;
    if (this.allHave) {
      this.missed = 0;
      if (this.allDecode) this.gathered = this.isReleased ? 0 : this.gathered + steps;
    } else if (!this.allDecode) this.missed = 0;
    else this.missed = (this.missed + steps) % this.timeoutSteps;
  }
}
