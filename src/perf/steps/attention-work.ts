/**
 * How long attention takes on one accelerator, in all layers of a model: its products of matrices, what it reads of the
 * context, and states of linear attention. Kinds of attention other than grouped queries have files of their own: latent.ts,
 * compressed.ts (attention to compressed tokens) and block-sparse.ts (to chosen blocks). All figures are seconds.
 */
import type { Chip } from "../../catalog/chip.ts";
import type { Compressed, Grouped, Latent } from "../../catalog/model-shape.ts";
import { fullHeads, fullLayers, indexedLayers } from "../attention/attention-layers.ts";
import { blockContextSeconds, blockDecodeSeconds, blockPromptSeconds } from "../attention/block-sparse.ts";
import {
  compressedContextSeconds,
  compressedDecodeSeconds,
  compressedProjections,
  compressedPromptSeconds,
} from "../attention/compressed.ts";
import type { Served } from "../deployment.ts";
import { decodeSecondsPerToken, prefillSeconds, type Rates } from "../operations/efficiency.ts";
import { elementwiseShare } from "../operations/elementwise.ts";
import {
  latentContextSeconds,
  latentDecodeSeconds,
  latentKernelSeconds,
  latentPromptSeconds,
  latentSquareSeconds,
  sparseContextSeconds,
  sparseDecodeSeconds,
  sparsePromptSeconds,
} from "../attention/latent.ts";
import type { MeasuredKernels } from "../kernels/measured-kernels.ts";
import type { Products } from "./products.ts";
import { besideLatent, projections } from "../attention/projections.ts";
import { bytesOf, peakOf, ratesOf } from "../operations/rates.ts";
import { isTiled, tiledSecondsPerToken } from "../attention/tiled.ts";

/** The indexer of sparse attention computes in FP8, and in BF16 on chips that have no FP8. */
function indexRates(chip: Chip): Rates {
  return ratesOf(chip, peakOf(chip, "fp8") > 0 ? "fp8" : "bf16");
}

export class AttentionWork {
  readonly #served: Served;
  readonly #kernels: MeasuredKernels;
  readonly #products: Products;
  /** Attention itself is computed in BF16. */
  readonly #rates: Rates;

  constructor(served: Served, kernels: MeasuredKernels, products: Products) {
    this.#served = served;
    this.#kernels = kernels;
    this.#products = products;
    this.#rates = ratesOf(served.chip, "bf16");
  }

  /** A step of so many decodes, without what grows with their contexts. */
  ofDecodes(sequences: number): number {
    const { attention, layers } = this.#served.model;
    if (sequences === 0) return 0;
    if (attention.type !== "mla") {
      return this.#projected(attention, sequences, this.decodeFixed(sequences) + this.#linearStates(sequences));
    }
    const full = fullLayers(attention, layers);
    const decoded =
      latentDecodeSeconds(this.#kernels.latent(), this.#heads, sequences) + this.#chosen(attention, sequences);
    return full * decoded + this.#besideLatent(attention, sequences) + this.#linearStates(sequences);
  }

  /** The products of attention for so many tokens of prompts, and of decodes beside them. */
  ofPrompts(tokens: number): number {
    const { attention, layers } = this.#served.model;
    if (tokens === 0) return 0;
    if (attention.type !== "mla") return this.#projected(attention, tokens, 0);
    const modules = fullLayers(attention, layers) * latentPromptSeconds(this.#kernels.latent(), this.#heads, tokens);
    return modules + this.#besideLatent(attention, tokens);
  }

  /** What a step of decodes takes however long the contexts are, without the projections. */
  decodeFixed(sequences: number): number {
    const { model, kv } = this.#served;
    if (sequences === 0) return 0;
    const { attention, layers } = model;
    if (attention.type === "compressed") {
      this.#kernels.note("analytic");
      const curves = this.#kernels.latent();
      return compressedDecodeSeconds(attention, layers, curves, kv, this.#rates, this.#heads, sequences);
    }
    if (attention.type === "mla") {
      if (attention.linear) this.#kernels.note("analytic");
      return fullLayers(attention, layers) * latentKernelSeconds(this.#kernels.latent(), this.#heads, sequences);
    }
    const whole = layers * this.#kernels.decodes().seconds;
    const { sparse } = attention;
    if (sparse === undefined) return whole;
    this.#kernels.note("analytic");
    return whole + sparse.layers * blockDecodeSeconds(sparse, this.#groupedSeconds(attention, sequences), sequences);
  }

  /** The same beside prompts. Where one kernel computes both, each sequence begins tiles of its own. */
  mixedDecodeFixed(sequences: number): number {
    const fixed = this.decodeFixed(sequences);
    if (sequences === 0 || !isTiled(this.#served)) return fixed;
    const { attention, layers } = this.#served.model;
    const begun = this.#kernels.tiled().startTokens * sequences * this.mixedPerContextToken(sequences);
    return begun + fixed * (1 - fullLayers(attention, layers) / layers);
  }

  /** For each token of context, in a step of so many decodes. */
  perContextToken(sequences: number): number {
    if (sequences === 0) return 0;
    const { model, chip, tensorParallel: tp, kv } = this.#served;
    const { attention, layers } = model;
    if (attention.type === "mla") {
      const { sparse } = attention;
      const full = fullLayers(attention, layers);
      if (sparse) return indexedLayers(sparse, full) * sparseContextSeconds(sparse, indexRates(chip));
      return full * latentContextSeconds(this.#kernels.latent(), kv, this.#rates, this.#heads, sequences);
    }
    if (attention.type === "compressed") {
      const curves = this.#kernels.latent();
      return compressedContextSeconds(attention, curves, kv, this.#rates, indexRates(chip), this.#heads, sequences);
    }
    const full = fullLayers(attention, layers);
    const { sparse } = attention;
    if (sparse === undefined) return full * this.#groupedSeconds(attention, sequences);
    const indexed = blockContextSeconds(sparse, this.#kernels.decodes(), this.#rates, tp, sequences);
    return (full - sparse.layers) * this.#groupedSeconds(attention, sequences) + sparse.layers * indexed;
  }

  /** The same where decodes and prompts share a kernel (tiled.ts). */
  mixedPerContextToken(sequences: number): number {
    const { attention, layers } = this.#served.model;
    if (sequences === 0 || attention.type !== "gqa") return 0;
    const { headDim } = attention;
    const seconds = tiledSecondsPerToken(this.#kernels.tiled(), this.#rates, this.#heads, headDim, sequences);
    return Math.max(this.perContextToken(sequences), fullLayers(attention, layers) * seconds);
  }

  /** Attention of a prompt of so many tokens among themselves, or of a chunk with as many query-key pairs. */
  amongPrompt(tokens: number): number {
    const { model, chip, tensorParallel: tp } = this.#served;
    const { attention, layers } = model;
    if (attention.type === "mla") return this.#amongLatent(attention, tokens);
    if (attention.type === "compressed") {
      return compressedPromptSeconds(attention, layers, this.#rates, indexRates(chip), this.#heads, tokens);
    }
    const efficiency = this.#kernels.prompts();
    // No table has heads as wide as the global ones.
    if (attention.global) this.#kernels.note("transferred");
    const perSquareOf = (headDim: number) => (2 * attention.heads * headDim) / tp;
    const perSquare = perSquareOf(fullHeads(attention).headDim);
    const { window, sparse } = attention;
    const full = fullLayers(attention, layers) - (sparse?.layers ?? 0);
    const near = window === undefined ? 0 : Math.sqrt(Math.min(tokens * tokens, 2 * tokens * window.tokens));
    const windowed =
      window === undefined
        ? 0
        : window.layers * prefillSeconds(efficiency, this.#rates, near, perSquareOf(attention.headDim));
    const some = sparse && sparse.layers * blockPromptSeconds(sparse, efficiency, this.#rates, tp, tokens, perSquare);
    return full * prefillSeconds(efficiency, this.#rates, tokens, perSquare) + windowed + (some ?? 0);
  }

  /** Heads of queries on one accelerator. */
  get #heads(): number {
    return this.#served.model.attention.heads / this.#served.tensorParallel;
  }

  /** The projections of any attention but latent, added to `besides` seconds. */
  #projected(attention: Grouped | Compressed, tokens: number, besides: number): number {
    const { model, tensorParallel: tp } = this.#served;
    const { hidden, layers } = model;
    let all = besides;
    if (attention.type === "compressed") {
      for (const { n, k, layers: many, format } of compressedProjections(attention, hidden, layers, tp)) {
        all += many * this.#products.plain(tokens, n, k, format);
      }
      return all;
    }
    // The norm sums the squares of queries and of keys: two numbers in FP32 for each token.
    if (attention.normAcrossHeads) all += layers * this.#kernels.allReduce(tokens * 8, tp);
    for (const { n, k, layers: many, isSummed } of projections(attention, hidden, layers, tp)) {
      all += many * (isSummed ? this.#products.summed(tokens, n, k) : this.#products.plain(tokens, n, k));
    }
    return all;
  }

  /** The products beside latent attention, whose own are in the curves of its modules. */
  #besideLatent(attention: Latent, tokens: number): number {
    const { model, tensorParallel: tp } = this.#served;
    let all = 0;
    for (const { n, k, layers } of besideLatent(attention, model.hidden, fullLayers(attention, model.layers), tp)) {
      all += layers * this.#products.plain(tokens, n, k);
    }
    return all;
  }

  /** Of a layer of sparse latent attention: its indexer, and the tokens that this chose. */
  #chosen(attention: Latent, sequences: number): number {
    const { sparse } = attention;
    if (sparse === undefined) return 0;
    const full = fullLayers(attention, this.#served.model.layers);
    const indexed = indexedLayers(sparse, full) / full;
    return sparseDecodeSeconds(sparse, this.#kernels.latent(), this.#served.kv, this.#rates, sequences, indexed);
  }

  #amongLatent(attention: Latent, tokens: number): number {
    const { sparse } = attention;
    const curves = this.#kernels.latent();
    const full = fullLayers(attention, this.#served.model.layers);
    if (sparse === undefined) return full * latentSquareSeconds(curves, this.#heads, tokens);
    const fp8 = indexRates(this.#served.chip);
    const indexed = indexedLayers(sparse, full) / full;
    return full * sparsePromptSeconds({ ...attention, sparse }, curves, this.#rates, fp8, this.#heads, tokens, indexed);
  }

  /** Of a layer of whole grouped-query attention, for each token of context. */
  #groupedSeconds(attention: Grouped, sequences: number): number {
    const { tensorParallel: tp, kv } = this.#served;
    const { headDim, kvHeads: all } = fullHeads(attention);
    const kvHeads = Math.max(1, all / tp);
    const flops = (4 * attention.heads * headDim) / tp;
    const bytes = 2 * kvHeads * headDim * bytesOf(kv);
    return decodeSecondsPerToken(this.#kernels.decodes(), this.#rates, sequences * kvHeads, flops, bytes);
  }

  /**
   * Layers of linear attention read and write the states of all sequences. States count as FP32: no table says how fast
   * kernels go through states in BF16.
   */
  #linearStates(sequences: number): number {
    const { model, chip, tensorParallel: tp } = this.#served;
    const linear = model.attention.type === "compressed" ? undefined : model.attention.linear;
    if (linear === undefined) return 0;
    const bytes = (2 * 4 * linear.valueHeads * linear.keyDim * linear.valueDim) / tp;
    return (linear.layers * sequences * bytes) / (chip.memoryGigabytesPerSecond.value * 1e9 * elementwiseShare);
  }
}
