/**
 * What the operations of a model's layers take on one accelerator, from physics: the work of each by its roofline, over the
 * efficiency that was measured for it.
 *
 * Work of the operations: Pope et al. 2022, "Efficiently Scaling Transformer Inference". Routed experts, latent
 * attention and attention to compressed tokens have files of their own: experts.ts, latent.ts, compressed.ts.
 */
import type { Chip } from "../catalog/chip.ts";
import type { Figure } from "../catalog/figure.ts";
import type { Grouped, Latent, LinearAttention, ModelShape } from "../catalog/model-shape.ts";
import { familyOf } from "./calibration.ts";
import { acceleratorsOf, atItsClock, domainsOf, expertSplit, type Served, stagesOf } from "./deployment.ts";
import {
  type DecodeEfficiency,
  decodeSecondsPerToken,
  type GemmFormat,
  type PrefillEfficiency,
  prefillSeconds,
  type Rates,
} from "./efficiency.ts";
import { type ExpertShape, expertSeconds, expertWork } from "./experts.ts";
import { fusedLatency, fusedRows, hiddenShare } from "./fused-sums.ts";
import {
  indexedLayers,
  latentContextSeconds,
  latentDecodeSeconds,
  latentKernelSeconds,
  latentPromptSeconds,
  latentSquareSeconds,
  sparseContextSeconds,
  sparseDecodeSeconds,
  sparsePromptSeconds,
} from "./latent.ts";
import { blockContextSeconds, blockDecodeSeconds, blockPromptSeconds } from "./block-sparse.ts";
import {
  compressedContextSeconds,
  compressedDecodeSeconds,
  compressedProjections,
  compressedPromptSeconds,
  type Projection,
} from "./compressed.ts";
import { denseFormat, fullHeads, fullLayers } from "./memory.ts";
import { bytesOf, peakOf, ratesOf } from "./rates.ts";
import { isTiled, tiledLike, tiledSecondsPerToken } from "./tiled.ts";
import { allReducesOf, efficiencyOf, expertsOf, gemmOf, latentOf, type Provenance } from "./transfer.ts";

/** Tokens of an expert from which on arithmetic bounds it on Blackwell, rather than reading weights. */
const manyTokens = 32;
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
  readonly #gemms: Partial<Record<GemmFormat, ReturnType<typeof gemmOf>>> = {};
  readonly #allReduces: Record<number, ReturnType<typeof allReducesOf>> = {};
  #expertCurve: ReturnType<typeof expertCurve> | undefined;
  /** Looked up once for thousands of steps. */
  #prefill: PrefillEfficiency | undefined;
  #decode: DecodeEfficiency | undefined;
  #provenance: Provenance = "interpolated";

  constructor(served: Served) {
    this.#served = atItsClock(served);
    this.#dense = denseFormat(served);
  }

  get provenance(): Provenance {
    return this.#provenance;
  }

  /** Attention's products of matrices; of latent attention all but what grows with the context. */
  attention(tokens: number, phase: "decode" | "prompt"): number {
    if (tokens === 0) return 0;
    const { model, tensorParallel: tp, chip, kv } = this.#served;
    const { layers, hidden, attention } = model;
    if (attention.type === "mla") {
      const curves = this.#latent();
      const heads = attention.heads / tp;
      const full = fullLayers(attention, layers);
      let besides = 0;
      for (const { n, k, layers: many } of besideLatent(attention, hidden, full, tp)) {
        besides += many * this.#gemm(tokens, n, k, this.#dense);
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
        all += many * this.#gemm(tokens, n, k, format ?? this.#dense);
      }
      return all;
    }
    // Two sums of squares for each token.
    if (attention.normAcrossHeads) all += layers * this.#allReduce(tokens * 8, tp);
    for (const { n, k, layers: many, isSummed } of projections(attention, hidden, layers, tp)) {
      all += many * (isSummed ? this.#summed(tokens, n, k) : this.#gemm(tokens, n, k, this.#dense));
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
      this.#gemm(tokens, ((matrices - 1) * width) / tp, hidden, this.#dense) + this.#summed(tokens, hidden, width / tp);
    const denseWidth = feedForward.type === "dense" ? feedForward.width : feedForward.denseWidth;
    if (dense > 0 && denseWidth > 0) all += dense * ffn(denseWidth);
    if (feedForward.type === "moe") {
      const router = this.#gemm(tokens, feedForward.experts, hidden, "bf16");
      const isBeside = tokens <= besideMost;
      const shared = feedForward.sharedWidth > 0 && !isBeside ? ffn(feedForward.sharedWidth) : 0;
      const { latentWidth } = feedForward;
      const projected =
        latentWidth === undefined
          ? 0
          : this.#gemm(tokens, latentWidth, hidden, this.#dense) + this.#gemm(tokens, hidden, latentWidth, this.#dense);
      all += (layers - dense) * (router + shared + projected);
    }
    const bytes = elementwisePasses(model) * tokens * hidden * 2;
    const moved = bytes / (chip.memoryGigabytesPerSecond.value * 1e9 * elementwiseShare);
    return (
      all +
      layers * (moved + mixingSeconds(model) + this.#allReduce(tokens * hidden * 2, tp) - this.#savedByFusing(tokens))
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
    const apart = this.#allReduce(tokens * model.hidden * 2, tp);
    const sum = apart - this.#allReduce(0, tp) + fusedLatency(chip, tp);
    const hideable = sum * hiddenShare(chip, tokens);
    return this.#fusedWidths.reduce(
      (saved, width) => saved + apart - sum + Math.min(hideable, this.#summed(tokens, model.hidden, width / tp)),
      0,
    );
  }

  /** A product whose results are summed over accelerators. */
  #summed(tokens: number, n: number, k: number): number {
    const rows = this.#fusedWidths.length > 0 ? fusedRows(this.#served.chip, tokens) : tokens;
    return this.#gemm(rows, n, k, this.#dense);
  }

  /** What is done with the tokens of all copies of attention at once: routed experts, and bringing tokens to them. */
  together(tokens: number): number {
    if (tokens === 0) return 0;
    const { model, tensorParallel: tp, attentionParallel } = this.#served;
    const { layers, hidden, feedForward } = model;
    // Dealt out, tokens go to their experts as narrow as those work on them.
    const narrow = feedForward.type === "moe" && attentionParallel > 1 ? feedForward.latentWidth : undefined;
    const bytes = tokens * (narrow ?? hidden) * 2 * this.#exchangedShare();
    const exchange = this.#allReduce(bytes, tp * attentionParallel);
    if (feedForward.type === "dense") return layers * exchange;
    return (layers - feedForward.denseLayers) * this.#experts(tokens) + layers * exchange;
  }

  /**
   * Of what an all-reduce of all copies' tokens moves: all of it where tokens are gathered and results scattered; where
   * experts are dealt out to more accelerators than a token has experts, tokens go to theirs alone, in one byte there and
   * in two back (DeepEP), instead of two and two.
   */
  #exchangedShare(): number {
    const { model, attentionParallel, expertParallel } = this.#served;
    if (model.feedForward.type === "dense" || expertParallel === 1) return 1;
    return Math.min(1, (model.feedForward.expertsPerToken * 0.75) / attentionParallel);
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
    return sequences === 0 ? 0 : this.#gemm(sequences, model.vocabulary / tensorParallel, model.hidden, "bf16");
  }

  /** What attention of decodes takes however long the contexts are, its projections left out. */
  decodeFixed(sequences: number): number {
    const { model, tensorParallel: tp, chip, kv } = this.#served;
    if (sequences === 0) return 0;
    const { attention, layers } = model;
    if (attention.type === "compressed") {
      this.#note("analytic");
      const [curves, heads] = [this.#latent(), attention.heads / tp];
      return compressedDecodeSeconds(attention, layers, curves, kv, ratesOf(chip, "bf16"), heads, sequences);
    }
    if (attention.type === "mla") {
      if (attention.linear) this.#note("analytic");
      return fullLayers(attention, layers) * latentKernelSeconds(this.#latent(), attention.heads / tp, sequences);
    }
    const whole = layers * this.#decodeEfficiency().seconds;
    const { sparse } = attention;
    if (sparse === undefined) return whole;
    this.#note("analytic");
    return whole + sparse.layers * blockDecodeSeconds(sparse, this.#groupedSeconds(attention, sequences), sequences);
  }

  /** The same beside prompts: where one kernel computes both, what is begun for each sequence. */
  mixedDecodeFixed(sequences: number): number {
    const fixed = this.decodeFixed(sequences);
    if (sequences === 0 || !isTiled(this.#served)) return fixed;
    const { attention, layers } = this.#served.model;
    const begun = this.#tiled().startTokens * sequences * this.tiledPerContextToken(sequences);
    return begun + fixed * (1 - fullLayers(attention, layers) / layers);
  }

  /** What attention of decodes takes for each token of their contexts in one kernel with prompts. */
  tiledPerContextToken(sequences: number): number {
    const { model, chip, tensorParallel: tp } = this.#served;
    const { attention, layers } = model;
    if (sequences === 0 || attention.type !== "gqa") return 0;
    const seconds = tiledSecondsPerToken(
      this.#tiled(),
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
      return full * latentContextSeconds(this.#latent(), kv, rates, attention.heads / tp, sequences);
    }
    if (attention.type === "compressed") {
      const [fp8, heads] = [indexRates(chip), attention.heads / tp];
      return compressedContextSeconds(attention, this.#latent(), kv, rates, fp8, heads, sequences);
    }
    const full = fullLayers(attention, model.layers);
    const { sparse } = attention;
    if (sparse === undefined) return full * this.#groupedSeconds(attention, sequences);
    const indexed = blockContextSeconds(sparse, this.#decodeEfficiency(), rates, tp, sequences);
    return (full - sparse.layers) * this.#groupedSeconds(attention, sequences) + sparse.layers * indexed;
  }

  /** Of a layer of whole grouped-query attention, for each token of context of one sequence. */
  #groupedSeconds(attention: Grouped, sequences: number): number {
    const { chip, tensorParallel: tp, kv } = this.#served;
    const { headDim, kvHeads: all } = fullHeads(attention);
    const kvHeads = Math.max(1, all / tp);
    const flops = (4 * attention.heads * headDim) / tp;
    const bytes = 2 * kvHeads * headDim * bytesOf(kv);
    return decodeSecondsPerToken(this.#decodeEfficiency(), ratesOf(chip, "bf16"), sequences * kvHeads, flops, bytes);
  }

  /** A prompt of so many tokens, or a chunk with as many query-key pairs. */
  prefillAttention(tokens: number): number {
    const { model, chip, tensorParallel: tp } = this.#served;
    const { attention } = model;
    const rates = ratesOf(chip, "bf16");
    if (attention.type === "mla") {
      const { sparse } = attention;
      const [curves, heads] = [this.#latent(), attention.heads / tp];
      const full = fullLayers(attention, model.layers);
      if (sparse === undefined) return full * latentSquareSeconds(curves, heads, tokens);
      const fp8 = indexRates(chip);
      const indexed = indexedLayers(sparse, full) / full;
      return full * sparsePromptSeconds({ ...attention, sparse }, curves, rates, fp8, heads, tokens, indexed);
    }
    if (attention.type === "compressed") {
      return compressedPromptSeconds(attention, model.layers, rates, indexRates(chip), attention.heads / tp, tokens);
    }
    const efficiency = (this.#prefill ??= this.#promptEfficiency());
    // Of heads as wide as the global ones nothing is measured.
    if (attention.global) this.#note("transferred");
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

  #gemm(m: number, n: number, k: number, format: GemmFormat): number {
    const { seconds, provenance } = (this.#gemms[format] ??= gemmOf(this.#served.chip, format, this.#served.engine));
    this.#note(provenance);
    return seconds({ m: inWholeTiles(this.#served, format, m), n, k });
  }

  /** The routed experts of a layer on one accelerator, for the tokens of all copies of attention. */
  #experts(tokens: number): number {
    const { seconds, provenance } = (this.#expertCurve ??= expertCurve(this.#served));
    this.#note(provenance);
    return seconds(tokens);
  }

  /** Summing over so many accelerators, or gathering from and scattering to them, which moves as much. */
  #allReduce(bytes: number, accelerators: number): number {
    if (accelerators === 1) return 0;
    const { efficiencies, provenance } = (this.#allReduces[accelerators] ??= allReducesOf(this.#served, accelerators));
    this.#note(provenance);
    return Math.min(...efficiencies.map(({ seconds, bytesPerSecond }) => seconds + bytes / bytesPerSecond));
  }

  #latent() {
    const { curves, provenance } = latentOf(this.#served.chip, this.#served.engine);
    this.#note(provenance);
    return curves;
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

  #tiled() {
    return this.#pick(({ mixedDecode, prefill }) => mixedDecode ?? (prefill.bf16 && tiledLike(prefill.bf16)));
  }

  /**
   * With keys and values in FP8 queries are quantised too, and prompts computed in FP8 where the chip does: by TensorRT-LLM
   * (`mFP8ContextFMHA` of thop/attentionOp.cpp), by FlashAttention 3 in vLLM (its docs, quantized_kvcache.md) and in SGLang
   * (`q.to(self.kv_cache_dtype)` of flashattention_backend.py), and by both with TensorRT-LLM's kernels on Blackwell unless told
   * otherwise (vLLM's `disable_flashinfer_q_quantization`). Where nobody measured that, BF16 stands for it.
   */
  #promptEfficiency() {
    const { chip, kv } = this.#served;
    const format = chip.peakTeraflops.fp8 === undefined ? "bf16" : kv;
    return this.#pick(({ prefill }) => prefill[format] ?? prefill.bf16);
  }

  #decodeEfficiency() {
    return (this.#decode ??= this.#pick((curves) => curves.decode[this.#served.kv]));
  }

  #pick<Efficiency extends object>(choose: Parameters<typeof efficiencyOf<Efficiency>>[2]): Efficiency {
    const { efficiency, provenance } = efficiencyOf(this.#served.chip, this.#served.engine, choose);
    this.#note(provenance);
    return efficiency;
  }

  #note(provenance: Provenance): void {
    if (provenance === "analytic" || this.#provenance === "interpolated") this.#provenance = provenance;
  }
}

/** Rows of a tile of a product. */
export const tileRows = 128;

/**
 * Products compute whole tiles of rows of 128, whatever is in the last one, and where two multiprocessors share what they
 * read, pairs of tiles: on Blackwell's servers (CUTLASS's kernels for FP8 and FP4; its cards' tensor cores, SM120, do not work in
 * pairs: media/docs/cpp/blackwell_functionality.md), and on Hopper in FP8 of one scale (clusters of
 * 2 × 1: `sm90_fp8_config_default` of vLLM's scaled_mm_sm90_fp8_dispatch.cuh, and most of what TensorRT-LLM's
 * fused_gated_gemm_template.h chooses from). Their grids were measured at whole ones; the tokens of a step come to any number.
 */
function inWholeTiles(served: Served, format: GemmFormat, rows: number): number {
  const family = familyOf(served.chip);
  const isPaired = family === "blackwell" || (format === "fp8" && family === "hopper");
  const tile = isPaired ? 2 * tileRows : tileRows;
  return rows <= tile ? rows : Math.ceil(rows / tile) * tile;
}

/** What routed experts of a layer take on one accelerator, by tokens; nothing for a model without. */
function expertCurve(served: Served): {
  readonly seconds: (tokens: number) => number;
  readonly provenance: Provenance;
} {
  const { feedForward, hidden, feedForwardMatrices: matrices } = served.model;
  if (feedForward.type !== "moe") return { seconds: () => 0, provenance: "interpolated" };
  const { experts, expertsPerToken, expertWidth, latentWidth } = feedForward;
  const { ranks, slices } = expertSplit(served);
  const { efficiencies, many, arithmetic, bytesPerWeight, provenance } = expertsOf(served);
  const shape: ExpertShape = {
    hidden: latentWidth ?? hidden,
    wholeWidth: expertWidth,
    width: expertWidth / slices,
    matrices,
    local: experts / ranks,
    experts,
    perToken: expertsPerToken,
    bytesPerWeight,
  };
  const rates = ratesOf(served.chip, arithmetic);
  const few = (tokens: number) =>
    Math.min(...efficiencies.map((efficiency) => expertSeconds(efficiency, rates, shape, tokens)));
  if (many === undefined) return { seconds: few, provenance };
  const isMany = (tokens: number) => expertWork(shape, tokens).tokensOfEach >= manyTokens;
  const seconds = (tokens: number) =>
    isMany(tokens) ? Math.max(few(tokens), expertSeconds(many, rates, shape, tokens)) : few(tokens);
  return { seconds, provenance };
}

/** Attention's products of matrices on one accelerator. */
function projections(attention: Grouped, hidden: number, layers: number, tp: number): Projection[] {
  const { heads, outputGate, linear, sparse, window, queryRank } = attention;
  const full = layers - (linear?.layers ?? 0);
  const queries = (heads * (outputGate ? 2 : 1)) / tp;
  const of = ({ kvHeads, headDim }: { readonly kvHeads: number; readonly headDim: number }, some: number) => [
    { n: (queryRank ?? queries * headDim) + 2 * Math.max(1, kvHeads / tp) * headDim, k: hidden, layers: some },
    ...(queryRank === undefined ? [] : [{ n: queries * headDim, k: queryRank, layers: some }]),
    { n: hidden, k: (heads * headDim) / tp, layers: some, isSummed: true },
  ];
  const near = attention.global && window ? window.layers : 0;
  const all: Projection[] = [...of(fullHeads(attention), full - near), ...(near > 0 ? of(attention, near) : [])];
  if (sparse) all.push({ n: (sparse.indexHeads / tp + 1) * sparse.indexDim, k: hidden, layers: sparse.layers });
  if (linear === undefined) return all;
  return [...all, ...linearProjections(linear, hidden, tp)];
}

/** What comes to those of latent attention, which are in its curves: layers of linear attention, and a gate of the output. */
function besideLatent({ heads, valueDim, linear, outputGate }: Latent, hidden: number, full: number, tp: number) {
  const gate = outputGate ? [{ n: (heads * valueDim) / tp, k: hidden, layers: full }] : [];
  return linear === undefined ? gate : [...gate, ...linearProjections(linear, hidden, tp)];
}

function linearProjections(linear: LinearAttention, hidden: number, tp: number): Projection[] {
  const [keys, values] = [linear.keyHeads * linear.keyDim, linear.valueHeads * linear.valueDim];
  return [
    { n: (2 * keys + 2 * values) / tp, k: hidden, layers: linear.layers },
    { n: hidden, k: values / tp, layers: linear.layers },
  ];
}
