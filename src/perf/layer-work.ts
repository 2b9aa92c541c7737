/**
 * How long the operations of a model's layers take on one accelerator. Each operation's work follows from the model's
 * architecture (Pope et al. 2022, "Efficiently Scaling Transformer Inference"); what kernels take for such work was measured
 * (measured-kernels.ts). Routed experts, latent attention, attention to compressed tokens and to chosen blocks have files of
 * their own: experts.ts, latent.ts, compressed.ts, block-sparse.ts.
 */
import type { Chip } from "../catalog/chip.ts";
import type { Figure } from "../catalog/figure.ts";
import type { Grouped, ModelShape } from "../catalog/model-shape.ts";
import { blockContextSeconds, blockDecodeSeconds, blockPromptSeconds } from "./block-sparse.ts";
import {
  compressedContextSeconds,
  compressedDecodeSeconds,
  compressedProjections,
  compressedPromptSeconds,
} from "./compressed.ts";
import { acceleratorsOf, atItsClock, domainsOf, isWidened, type Served, stagesOf } from "./deployment.ts";
import { decodeSecondsPerToken, type GemmFormat, prefillSeconds, type Rates } from "./efficiency.ts";
import { fusedLatency, fusedRows, hiddenShare } from "./fused-sums.ts";
import {
  latentContextSeconds,
  latentDecodeSeconds,
  latentKernelSeconds,
  latentPromptSeconds,
  latentSquareSeconds,
  sparseContextSeconds,
  sparseDecodeSeconds,
  sparsePromptSeconds,
} from "./latent.ts";
import { indexedLayers } from "./attention-layers.ts";
import { MeasuredKernels } from "./measured-kernels.ts";
import { fullHeads, fullLayers } from "./attention-layers.ts";
import { denseFormat } from "./weight-formats.ts";
import { besideLatent, projections } from "./projections.ts";
import { bytesOf, peakOf, ratesOf } from "./rates.ts";
import { isTiled, tiledSecondsPerToken } from "./tiled.ts";
import type { Provenance } from "./transfer.ts";

/**
 * Tokens in a step up to which all three engines compute shared experts beside the routed ones, in a stream of their own or
 * as one expert more (vLLM's `VLLM_SHARED_EXPERTS_STREAM_TOKEN_THRESHOLD`): they take no time of their own.
 */
const besideMost = 256;
const elementwiseShare = 0.8;
/** Reading and writing the hidden state in a layer; each stream of it more is read twice and written once by both halves. */
export function elementwisePasses({ residualStreams = 1 }: ModelShape): number {
  return 12 + 6 * (residualStreams - 1);
}

/** Of each layer, where streams are mixed: four small kernels, before and after both halves. */
function mixingSeconds({ residualStreams = 1 }: ModelShape): number {
  return residualStreams > 1 ? 10e-6 : 0;
}

/** From a stage of a pipeline to the next: a send's latency, and the share of the link's bandwidth that one reaches. */
const sendSeconds = 10e-6;
const sendShare = 0.7;
/** The indexer of sparse attention computes in FP8, and in BF16 on chips that have no FP8. */
function indexRates(chip: Chip): Rates {
  return ratesOf(chip, peakOf(chip, "fp8") > 0 ? "fp8" : "bf16");
}

/** Seconds of the operations of all layers on one accelerator. */
export class LayerWork {
  readonly #served: Served;
  readonly #dense: GemmFormat;
  readonly #kernels: MeasuredKernels;

  constructor(served: Served) {
    this.#served = atItsClock(served);
    this.#dense = denseFormat(served);
    this.#kernels = new MeasuredKernels(this.#served);
  }

  get provenance(): Provenance {
    return this.#kernels.provenance;
  }

  /** Attention's products of matrices; of latent attention all but what grows with the context. */
  attention(tokens: number, phase: "decode" | "prompt"): number {
    if (tokens === 0) return 0;
    const { model, tensorParallel: tp, chip, kv } = this.#served;
    const { layers, hidden, attention } = model;
    if (attention.type === "mla") {
      const curves = this.#kernels.latent();
      const heads = attention.heads / tp;
      const full = fullLayers(attention, layers);
      let besides = 0;
      for (const { n, k, layers: many } of besideLatent(attention, hidden, full, tp)) {
        besides += many * this.#kernels.gemm(tokens, n, k, this.#dense);
      }
      if (phase === "decode") {
        const sparse = attention.sparse;
        const chosen =
          sparse === undefined
            ? 0
            : sparseDecodeSeconds(
                sparse,
                curves,
                kv,
                ratesOf(chip, "bf16"),
                tokens,
                indexedLayers(sparse, full) / full,
              );
        return full * (latentDecodeSeconds(curves, heads, tokens) + chosen) + besides + this.#linearStates(tokens);
      }
      return full * latentPromptSeconds(curves, heads, tokens) + besides;
    }
    let all = phase === "decode" ? this.decodeFixed(tokens) + this.#linearStates(tokens) : 0;
    if (attention.type === "compressed") {
      for (const { n, k, layers: many, format } of compressedProjections(attention, hidden, layers, tp)) {
        all += many * this.#kernels.gemm(tokens, n, k, format ?? this.#dense);
      }
      return all;
    }
    // Two sums of squares for each token.
    if (attention.normAcrossHeads) all += layers * this.#kernels.allReduce(tokens * 8, tp);
    for (const { n, k, layers: many, isSummed } of projections(attention, hidden, layers, tp)) {
      all += many * (isSummed ? this.#summed(tokens, n, k) : this.#kernels.gemm(tokens, n, k, this.#dense));
    }
    return all;
  }

  /** All that a token passes by itself on this accelerator but attention, for so many tokens at once. */
  tokens(tokens: number): number {
    if (tokens === 0) return 0;
    const { model, tensorParallel: tp, chip } = this.#served;
    const { layers, hidden, feedForward, feedForwardMatrices: matrices } = model;
    let all = 0;
    const dense = feedForward.type === "dense" ? (feedForward.layers ?? layers) : feedForward.denseLayers;
    const ffn = (width: number) =>
      this.#kernels.gemm(tokens, ((matrices - 1) * width) / tp, hidden, this.#dense) +
      this.#summed(tokens, hidden, width / tp);
    const denseWidth = feedForward.type === "dense" ? feedForward.width : feedForward.denseWidth;
    if (dense > 0 && denseWidth > 0) all += dense * ffn(denseWidth);
    if (feedForward.type === "moe") {
      const router = this.#kernels.gemm(tokens, feedForward.experts, hidden, "bf16");
      const isBeside = tokens <= besideMost;
      const shared = feedForward.sharedWidth > 0 && !isBeside ? ffn(feedForward.sharedWidth) : 0;
      const { latentWidth } = feedForward;
      const projected =
        latentWidth === undefined
          ? 0
          : this.#kernels.gemm(tokens, latentWidth, hidden, this.#dense) +
            this.#kernels.gemm(tokens, hidden, latentWidth, this.#dense);
      all += (layers - dense) * (router + shared + projected);
    }
    const bytes = elementwisePasses(model) * tokens * hidden * 2;
    const moved = bytes / (chip.memoryGigabytesPerSecond.value * 1e9 * elementwiseShare);
    return (
      all +
      layers *
        (moved + mixingSeconds(model) + this.#kernels.allReduce(tokens * hidden * 2, tp) - this.#savedByFusing(tokens))
    );
  }

  /** Widths of a layer's two products whose kernels sum their results over accelerators themselves. */
  get #fusedWidths(): readonly number[] {
    const { model, tensorParallel, fusesSums } = this.#served;
    const { attention, feedForward } = model;
    if (!fusesSums || tensorParallel === 1 || attention.type !== "gqa" || feedForward.type !== "dense") return [];
    return [attention.heads * attention.headDim, feedForward.width];
  }

  /** What a layer's two sums take less than in kernels of their own. */
  #savedByFusing(tokens: number): number {
    const { model, chip, tensorParallel: tp } = this.#served;
    const apart = this.#kernels.allReduce(tokens * model.hidden * 2, tp);
    const sum = apart - this.#kernels.allReduce(0, tp) + fusedLatency(chip, tp);
    const hideable = sum * hiddenShare(chip, tokens);
    return this.#fusedWidths.reduce(
      (saved, width) => saved + apart - sum + Math.min(hideable, this.#summed(tokens, model.hidden, width / tp)),
      0,
    );
  }

  /** A product whose results are summed over accelerators. */
  #summed(tokens: number, n: number, k: number): number {
    const rows = this.#fusedWidths.length > 0 ? fusedRows(this.#served.chip, tokens) : tokens;
    return this.#kernels.gemm(rows, n, k, this.#dense);
  }

  /** What is done with the tokens of all copies of attention at once: routed experts, and bringing tokens to them. */
  together(tokens: number): number {
    if (tokens === 0) return 0;
    const { model, tensorParallel: tp, attentionParallel } = this.#served;
    const { layers, hidden, feedForward } = model;
    // Dealt out, tokens go to their experts as narrow as those work on them.
    const narrow = feedForward.type === "moe" && attentionParallel > 1 ? feedForward.latentWidth : undefined;
    const bytes = tokens * (narrow ?? hidden) * 2 * this.#exchangedShare();
    const exchange = this.#kernels.allReduce(bytes, tp * attentionParallel);
    if (feedForward.type === "dense") return layers * exchange;
    return (layers - feedForward.denseLayers) * this.#kernels.experts(tokens) + layers * exchange;
  }

  /**
   * Of what an all-reduce of all copies' tokens moves: all of it where tokens are gathered and results scattered, two bytes a
   * number either way; where experts are dealt out to more accelerators than a token has experts, tokens go to theirs alone, in one byte
   * there and in two back (DeepEP). For experts in FP4 all three engines quantise tokens before they gather or send them
   * (TensorRT-LLM's fused_moe.py, whose `disable_fp4_allgather` is off; vLLM's and SGLang's for FlashInfer's kernels).
   */
  #exchangedShare(): number {
    const { chip, model, weights, attentionParallel, expertParallel } = this.#served;
    const { feedForward } = model;
    if (feedForward.type === "dense" || expertParallel === 1 || attentionParallel === 1) return 1;
    const isNarrow = weights === "fp4" && model.besideFp4 === undefined && !isWidened(chip, weights);
    const there = isNarrow ? bytesOf("fp4") : undefined;
    const [gathered, sent] = [((there ?? 2) + 2) / 4, ((there ?? 1) + 2) / 4];
    return Math.min(gathered, (sent * feedForward.expertsPerToken) / attentionParallel);
  }

  /** Sending the activations of so many tokens from stage to stage, each accelerator its share; over the network where it must be. */
  handOver(tokens: number): number {
    const { chip, model, tensorParallel } = this.#served;
    const { scaleUp = chip.scaleOut, scaleOut = scaleUp } = chip;
    const sends = stagesOf(this.#served) - 1;
    if (tokens === 0 || sends === 0 || scaleUp === undefined || scaleOut === undefined) return 0;
    const across = domainsOf(chip, acceleratorsOf(this.#served)) - 1;
    const bytes = (tokens * model.hidden * 2) / tensorParallel;
    const over = (link: { readonly gigabytesPerSecond: Figure }) =>
      sendSeconds + bytes / (link.gigabytesPerSecond.value * 1e9 * sendShare);
    return (sends - across) * over(scaleUp) + across * over(scaleOut);
  }

  /** The LM head, in BF16, for so many sequences. */
  head(sequences: number): number {
    const { model, tensorParallel } = this.#served;
    return sequences === 0 ? 0 : this.#kernels.gemm(sequences, model.vocabulary / tensorParallel, model.hidden, "bf16");
  }

  /** What attention of decodes takes however long the contexts are, its projections left out. */
  decodeFixed(sequences: number): number {
    const { model, tensorParallel: tp, chip, kv } = this.#served;
    if (sequences === 0) return 0;
    const { attention, layers } = model;
    if (attention.type === "compressed") {
      this.#kernels.note("analytic");
      const [curves, heads] = [this.#kernels.latent(), attention.heads / tp];
      return compressedDecodeSeconds(attention, layers, curves, kv, ratesOf(chip, "bf16"), heads, sequences);
    }
    if (attention.type === "mla") {
      if (attention.linear) this.#kernels.note("analytic");
      return (
        fullLayers(attention, layers) * latentKernelSeconds(this.#kernels.latent(), attention.heads / tp, sequences)
      );
    }
    const whole = layers * this.#kernels.decodes().seconds;
    const { sparse } = attention;
    if (sparse === undefined) return whole;
    this.#kernels.note("analytic");
    return whole + sparse.layers * blockDecodeSeconds(sparse, this.#groupedSeconds(attention, sequences), sequences);
  }

  /** The same beside prompts: where one kernel computes both, what is begun for each sequence. */
  mixedDecodeFixed(sequences: number): number {
    const fixed = this.decodeFixed(sequences);
    if (sequences === 0 || !isTiled(this.#served)) return fixed;
    const { attention, layers } = this.#served.model;
    const begun = this.#kernels.tiled().startTokens * sequences * this.tiledPerContextToken(sequences);
    return begun + fixed * (1 - fullLayers(attention, layers) / layers);
  }

  /** What attention of decodes takes for each token of their contexts in one kernel with prompts. */
  tiledPerContextToken(sequences: number): number {
    const { model, chip, tensorParallel: tp } = this.#served;
    const { attention, layers } = model;
    if (sequences === 0 || attention.type !== "gqa") return 0;
    const seconds = tiledSecondsPerToken(
      this.#kernels.tiled(),
      ratesOf(chip, "bf16"),
      attention.heads / tp,
      attention.headDim,
      sequences,
    );
    return Math.max(this.perContextToken(sequences), fullLayers(attention, layers) * seconds);
  }

  perContextToken(sequences: number): number {
    if (sequences === 0) return 0;
    const { model, chip, tensorParallel: tp, kv } = this.#served;
    const { attention } = model;
    const rates = ratesOf(chip, "bf16");
    if (attention.type === "mla") {
      const { sparse } = attention;
      const full = fullLayers(attention, model.layers);
      if (sparse) return indexedLayers(sparse, full) * sparseContextSeconds(sparse, indexRates(chip));
      return full * latentContextSeconds(this.#kernels.latent(), kv, rates, attention.heads / tp, sequences);
    }
    if (attention.type === "compressed") {
      const [fp8, heads] = [indexRates(chip), attention.heads / tp];
      return compressedContextSeconds(attention, this.#kernels.latent(), kv, rates, fp8, heads, sequences);
    }
    const full = fullLayers(attention, model.layers);
    const { sparse } = attention;
    if (sparse === undefined) return full * this.#groupedSeconds(attention, sequences);
    const indexed = blockContextSeconds(sparse, this.#kernels.decodes(), rates, tp, sequences);
    return (full - sparse.layers) * this.#groupedSeconds(attention, sequences) + sparse.layers * indexed;
  }

  /** Of a layer of whole grouped-query attention, for each token of context of one sequence. */
  #groupedSeconds(attention: Grouped, sequences: number): number {
    const { chip, tensorParallel: tp, kv } = this.#served;
    const { headDim, kvHeads: all } = fullHeads(attention);
    const kvHeads = Math.max(1, all / tp);
    const flops = (4 * attention.heads * headDim) / tp;
    const bytes = 2 * kvHeads * headDim * bytesOf(kv);
    return decodeSecondsPerToken(this.#kernels.decodes(), ratesOf(chip, "bf16"), sequences * kvHeads, flops, bytes);
  }

  /** A prompt of so many tokens, or a chunk with as many query-key pairs. */
  prefillAttention(tokens: number): number {
    const { model, chip, tensorParallel: tp } = this.#served;
    const { attention } = model;
    const rates = ratesOf(chip, "bf16");
    if (attention.type === "mla") {
      const { sparse } = attention;
      const [curves, heads] = [this.#kernels.latent(), attention.heads / tp];
      const full = fullLayers(attention, model.layers);
      if (sparse === undefined) return full * latentSquareSeconds(curves, heads, tokens);
      const fp8 = indexRates(chip);
      const indexed = indexedLayers(sparse, full) / full;
      return full * sparsePromptSeconds({ ...attention, sparse }, curves, rates, fp8, heads, tokens, indexed);
    }
    if (attention.type === "compressed") {
      return compressedPromptSeconds(attention, model.layers, rates, indexRates(chip), attention.heads / tp, tokens);
    }
    const efficiency = this.#kernels.prompts();
    // Of heads as wide as the global ones nothing is measured.
    if (attention.global) this.#kernels.note("transferred");
    const perSquareOf = (headDim: number) => (2 * attention.heads * headDim) / tp;
    const perSquare = perSquareOf(fullHeads(attention).headDim);
    const { window, sparse } = attention;
    const full = fullLayers(attention, model.layers) - (sparse?.layers ?? 0);
    const near = window === undefined ? 0 : Math.sqrt(Math.min(tokens * tokens, 2 * tokens * window.tokens));
    const windowed =
      window === undefined
        ? 0
        : window.layers * prefillSeconds(efficiency, rates, near, perSquareOf(attention.headDim));
    const some = sparse && sparse.layers * blockPromptSeconds(sparse, efficiency, rates, tp, tokens, perSquare);
    return full * prefillSeconds(efficiency, rates, tokens, perSquare) + windowed + (some ?? 0);
  }

  /**
   * Reading and writing the states of so many sequences in layers of linear attention, at what FP32 takes: how fast kernels
   * go through states in BF16, no table says.
   */
  #linearStates(sequences: number): number {
    const { model, chip, tensorParallel: tp } = this.#served;
    const linear = model.attention.type === "compressed" ? undefined : model.attention.linear;
    if (linear === undefined) return 0;
    const bytes = (2 * 4 * linear.valueHeads * linear.keyDim * linear.valueDim) / tp;
    return (linear.layers * sequences * bytes) / (chip.memoryGigabytesPerSecond.value * 1e9 * elementwiseShare);
  }
}
