/**
 * The time of a step, from physics: the work of each operation of a layer by its roofline, over the efficiency that was
 * measured for it, plus what the engine takes besides. Compiled into the tables that the simulator reads.
 *
 * Work of the operations: Pope et al. 2022, "Efficiently Scaling Transformer Inference"; latent attention in its absorbed
 * form: DeepSeek-AI 2024, DeepSeek-V2, §2.1.
 */
import type { Attention } from "../catalog/model-shape.ts";
import { calibrationOf, type EngineCosts } from "./calibration.ts";
import { checkSplit, type Served } from "./deployment.ts";
import { decodeSecondsPerToken, gemmSeconds, prefillSeconds, type Weights } from "./efficiency.ts";
import { fullLayers, isExpertsOnly } from "./memory.ts";
import { bytesOf, ratesOf } from "./rates.ts";
import type { StepTable } from "./step-table.ts";
import { efficiencyOf, type Provenance } from "./transfer.ts";

export type CompiledStep = {
  readonly table: StepTable;
  /** The weakest of those of its operations. */
  readonly provenance: Provenance;
};

const strideTokens = 64;
const elementwiseShare = 0.8;

/** @param costs what the engine takes besides its kernels; its calibrated ones when absent */
export function compileStep(
  served: Served,
  maxSequences: number,
  maxStepTokens: number,
  costs: EngineCosts = calibrationOf(served.engine, served.chip),
): CompiledStep {
  checkSplit(served);
  const layers = new LayerWork(served);
  const { model } = served;
  const count = model.layers;
  const overhead = costs.stepSeconds + count * costs.layerSeconds;
  const decodeSeconds = tabulated(maxSequences, (sequences) => {
    const kernels = layers.tokens(sequences) + layers.head(sequences) + layers.decodeFixed();
    return kernels * costs.decodeScale + overhead + sequences * costs.sequenceSeconds;
  });
  const contextSeconds = tabulated(maxSequences, (sequences) => layers.perContextToken(sequences) * costs.decodeScale);
  const mixedSeconds = tabulated(maxStepTokens, (tokens) => layers.tokens(tokens) * costs.prefillScale + overhead);
  const mixedDecodeSeconds = tabulated(
    maxSequences,
    (sequences) => layers.head(sequences + 1) + layers.decodeFixed() + sequences * costs.sequenceSeconds,
  );
  const strides = Math.ceil(model.contextMax / strideTokens);
  const seconds = Float64Array.from({ length: Math.min(strides, 512) + 1 }, (_, index) =>
    index === 0 ? layers.prefillAttention(1) : layers.prefillAttention(index * strideTokens) * costs.prefillScale,
  );
  return {
    table: {
      decodeSeconds,
      contextSeconds,
      mixedSeconds,
      mixedDecodeSeconds,
      prefillAttention: { strideTokens, seconds },
      ingestSeconds: costs.ingestSeconds,
      ingestSecondsPerToken: 0,
      deliverSeconds: 0,
    },
    provenance: layers.provenance,
  };
}

/** Seconds of the operations of all layers on one accelerator. */
class LayerWork {
  readonly #served: Served;
  readonly #dense: Weights;
  #provenance: Provenance = "interpolated";

  constructor(served: Served) {
    this.#served = served;
    this.#dense = isExpertsOnly(served.model, served.weights) ? "bf16" : served.weights;
  }

  get provenance(): Provenance {
    return this.#provenance;
  }

  /** All that a token passes but attention over the context, for so many tokens at once. */
  tokens(tokens: number): number {
    if (tokens === 0) return 0;
    const { model, tensorParallel: tp, chip } = this.#served;
    const { layers, hidden, feedForward, feedForwardMatrices: matrices } = model;
    let all = 0;
    for (const { n, k, layers: many } of projections(model.attention, hidden, layers, tp)) {
      all += many * this.#gemm(tokens, n, k, this.#dense);
    }
    const dense = feedForward.type === "dense" ? layers : feedForward.denseLayers;
    const ffn = (width: number) =>
      this.#gemm(tokens, ((matrices - 1) * width) / tp, hidden, this.#dense) +
      this.#gemm(tokens, hidden, width / tp, this.#dense);
    if (dense > 0) all += dense * ffn(feedForward.type === "dense" ? feedForward.width : feedForward.denseWidth);
    if (feedForward.type === "moe") {
      const routed = this.#experts(tokens) + this.#gemm(tokens, feedForward.experts, hidden, "bf16");
      const shared = feedForward.sharedWidth > 0 ? ffn(feedForward.sharedWidth) : 0;
      all += (layers - dense) * (routed + shared);
    }
    const moved = (12 * tokens * hidden * 2) / (chip.memoryGigabytesPerSecond.value * 1e9 * elementwiseShare);
    return all + layers * (moved + 2 * this.#allReduce(tokens * hidden * 2));
  }

  /** The LM head, in BF16, for so many sequences. */
  head(sequences: number): number {
    const { model, tensorParallel } = this.#served;
    return sequences === 0 ? 0 : this.#gemm(sequences, model.vocabulary / tensorParallel, model.hidden, "bf16");
  }

  /** What attention of decodes takes however long the contexts are. */
  decodeFixed(): number {
    const { model } = this.#served;
    return model.layers * this.#decodeEfficiency().seconds;
  }

  perContextToken(sequences: number): number {
    if (sequences === 0) return 0;
    const { model, chip, tensorParallel: tp, kv } = this.#served;
    const { attention } = model;
    const rates = ratesOf(chip, "bf16");
    const efficiency = this.#decodeEfficiency();
    if (attention.type === "mla") {
      const { heads, kvRank, ropeDim } = attention;
      const flops = (2 * heads * (2 * kvRank + ropeDim)) / tp;
      const bytes = (kvRank + ropeDim) * bytesOf(kv);
      return model.layers * decodeSecondsPerToken(efficiency, rates, sequences, flops, bytes);
    }
    const kvHeads = Math.max(1, attention.kvHeads / tp);
    const flops = (4 * attention.heads * attention.headDim) / tp;
    const bytes = 2 * kvHeads * attention.headDim * bytesOf(kv);
    return (
      fullLayers(attention, model.layers) * decodeSecondsPerToken(efficiency, rates, sequences * kvHeads, flops, bytes)
    );
  }

  /** A prompt of so many tokens, or a chunk with as many query-key pairs. */
  prefillAttention(tokens: number): number {
    const { model, chip, tensorParallel: tp } = this.#served;
    const { attention } = model;
    const rates = ratesOf(chip, "bf16");
    if (attention.type === "mla") {
      const efficiency = this.#pick((curves) => curves.mlaPrefill);
      const perSquare = (attention.heads * (attention.nopeDim + attention.ropeDim + attention.valueDim)) / tp;
      return model.layers * prefillSeconds(efficiency, rates, tokens, perSquare);
    }
    const efficiency = this.#pick((curves) => curves.prefill);
    const perSquare = (2 * attention.heads * attention.headDim) / tp;
    const full = fullLayers(attention, model.layers);
    const { window } = attention;
    const near = window === undefined ? 0 : Math.sqrt(Math.min(tokens * tokens, 2 * tokens * window.tokens));
    const windowed = window === undefined ? 0 : window.layers * prefillSeconds(efficiency, rates, near, perSquare);
    return full * prefillSeconds(efficiency, rates, tokens, perSquare) + windowed;
  }

  #gemm(m: number, n: number, k: number, weights: Weights): number {
    const efficiency = this.#pick((curves) => curves.gemm[weights]);
    const width = bytesOf(weights);
    const flops = 2 * m * n * k;
    return gemmSeconds(efficiency, ratesOf(this.#served.chip, weights), flops, (n * k + m * k) * width + 2 * m * n);
  }

  /** The routed experts of a layer on one accelerator: tokens reach but some of them, and those are read whole. */
  #experts(tokens: number): number {
    const { model, weights, chip, tensorParallel, attentionParallel, expertParallel } = this.#served;
    const { feedForward, hidden, feedForwardMatrices: matrices } = model;
    if (feedForward.type !== "moe") return 0;
    const { experts, expertsPerToken, expertWidth } = feedForward;
    const efficiency = this.#pick((curves) => curves.moe[weights]);
    const split = Math.max(1, (tensorParallel * attentionParallel) / expertParallel);
    const all = tokens * attentionParallel;
    const active = (experts / expertParallel) * (1 - (1 - expertsPerToken / experts) ** all);
    const flops = (2 * matrices * hidden * expertWidth * expertsPerToken * all) / split / expertParallel;
    const bytes =
      (active * matrices * hidden * expertWidth * bytesOf(weights)) / split +
      (all * expertsPerToken * hidden * 4) / expertParallel;
    return gemmSeconds(efficiency, ratesOf(chip, weights), flops, bytes);
  }

  #allReduce(bytes: number): number {
    const { tensorParallel: tp, attentionParallel } = this.#served;
    const count = Math.max(tp, Math.min(8, tp * attentionParallel));
    if (count === 1) return 0;
    const { seconds, bytesPerSecond } = this.#pick((curves) => curves.allReduce[count] ?? curves.allReduce[8]);
    return seconds + bytes / bytesPerSecond;
  }

  #decodeEfficiency() {
    const { model, kv } = this.#served;
    if (model.attention.type === "mla") return this.#pick((curves) => curves.mlaDecode);
    return this.#pick((curves) => curves.decode[kv]);
  }

  #pick<Efficiency>(choose: Parameters<typeof efficiencyOf<Efficiency>>[2]): Efficiency {
    const { efficiency, provenance } = efficiencyOf(this.#served.chip, this.#served.engine, choose);
    if (provenance === "analytic" || this.#provenance === "interpolated") this.#provenance = provenance;
    return efficiency;
  }
}

type Projection = { readonly n: number; readonly k: number; readonly layers: number };

/** Attention's products of matrices on one accelerator. */
function projections(attention: Attention, hidden: number, layers: number, tp: number): Projection[] {
  if (attention.type === "mla") {
    const { heads, queryRank, kvRank, ropeDim, nopeDim, valueDim } = attention;
    const share = heads / tp;
    const query =
      queryRank === undefined
        ? [{ n: share * (nopeDim + ropeDim) + kvRank + ropeDim, k: hidden, layers }]
        : [
            { n: queryRank + kvRank + ropeDim, k: hidden, layers },
            { n: share * (nopeDim + ropeDim), k: queryRank, layers },
          ];
    return [
      ...query,
      { n: share * (nopeDim + valueDim), k: kvRank, layers },
      { n: hidden, k: share * valueDim, layers },
    ];
  }
  const { heads, kvHeads, headDim, outputGate, linear } = attention;
  const full = layers - (linear?.layers ?? 0);
  const queries = (heads * (outputGate ? 2 : 1)) / tp;
  const all: Projection[] = [
    { n: (queries + 2 * Math.max(1, kvHeads / tp)) * headDim, k: hidden, layers: full },
    { n: hidden, k: (heads * headDim) / tp, layers: full },
  ];
  if (linear === undefined) return all;
  const [keys, values] = [linear.keyHeads * linear.keyDim, linear.valueHeads * linear.valueDim];
  return [
    ...all,
    { n: (2 * keys + 2 * values) / tp, k: hidden, layers: linear.layers },
    { n: hidden, k: values / tp, layers: linear.layers },
  ];
}

/** Values at 0 … most, computed at steps that grow with the number and linear between. */
function tabulated(most: number, value: (index: number) => number): Float64Array {
  const table = new Float64Array(most + 1);
  table[0] = value(0);
  for (let from = 0; from < most;) {
    const to = Math.min(most, from + Math.max(1, Math.floor(from / 16)));
    const [before, after] = [table[from]!, value(to)];
    for (let index = from + 1; index <= to; index += 1) {
      table[index] = before + ((after - before) * (index - from)) / (to - from);
    }
    from = to;
  }
  return table;
}
