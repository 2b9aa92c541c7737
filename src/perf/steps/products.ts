/**
 * The products of matrices of a layer whose formats are all alike, and the sums over accelerators that follow some of them.
 * Where an engine computes both in one kernel, the shorter of the two is hidden (fused-sums.ts).
 */
import type { Served } from "../deployment.ts";
import type { GemmFormat } from "../operations/efficiency.ts";
import { fusedLatency, fusedRows, hiddenShare } from "./fused-sums.ts";
import type { MeasuredKernels } from "../kernels/measured-kernels.ts";
import { denseFormat } from "../operations/weight-formats.ts";

export class Products {
  readonly #served: Served;
  readonly #kernels: MeasuredKernels;
  readonly #format: GemmFormat;

  constructor(served: Served, kernels: MeasuredKernels) {
    this.#served = served;
    this.#kernels = kernels;
    this.#format = denseFormat(served);
  }

  /** Seconds of a product of `tokens` × `k` with weights of `k` × `n`. */
  plain(tokens: number, n: number, k: number, format = this.#format): number {
    return this.#kernels.gemm(tokens, n, k, format);
  }

  /** Seconds of such a product whose result is then summed over accelerators; the sum is not in it. */
  summed(tokens: number, n: number, k: number): number {
    const rows = this.#fusedWidths.length > 0 ? fusedRows(this.#served.chip, tokens) : tokens;
    return this.plain(rows, n, k);
  }

  /** Seconds that a layer's sums over accelerators take less than in kernels of their own. */
  savedByFusing(tokens: number): number {
    const { model, chip, tensorParallel: tp } = this.#served;
    const apart = this.#kernels.allReduce(tokens * model.hidden * 2, tp);
    const sum = apart - this.#kernels.allReduce(0, tp) + fusedLatency(chip, tp);
    const hideable = sum * hiddenShare(chip, tokens);
    return this.#fusedWidths.reduce(
      (saved, width) => saved + apart - sum + Math.min(hideable, this.summed(tokens, model.hidden, width / tp)),
      0,
    );
  }

  /** Widths of a layer's two products whose kernels sum their results over accelerators themselves; empty without any. */
  get #fusedWidths(): readonly number[] {
    const { model, tensorParallel, fusesSums } = this.#served;
    const { attention, feedForward } = model;
    if (!fusesSums || tensorParallel === 1 || attention.type !== "gqa" || feedForward.type !== "dense") return [];
    return [attention.heads * attention.headDim, feedForward.width];
  }
}
