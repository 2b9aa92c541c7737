/**
 * How long the operations of a model's layers take on one accelerator. The work of each operation follows from the model's
 * architecture (Pope et al. 2022, "Efficiently Scaling Transformer Inference"). How long kernels take for such work was
 * measured (measured-kernels.ts). Attention is in attention-work.ts, routed experts in experts.ts. All figures are seconds.
 */
import type { Figure } from "../../catalog/figure.ts";
import { AttentionWork } from "./attention-work.ts";
import { acceleratorsOf, atItsClock, domainsOf, isWidened, type Served, stagesOf } from "../deployment.ts";
import { elementwisePasses, elementwiseShare, mixingSeconds } from "../operations/elementwise.ts";
import { MeasuredKernels } from "../kernels/measured-kernels.ts";
import { Products } from "./products.ts";
import { bytesOf } from "../operations/rates.ts";
import type { Provenance } from "../kernels/provenance.ts";

/**
 * The most tokens in a step for which shared experts take no time of their own. Up to there all three engines compute them
 * beside the routed ones, in a stream of their own or as one expert more (vLLM's
 * `VLLM_SHARED_EXPERTS_STREAM_TOKEN_THRESHOLD`).
 */
const besideMost = 256;

/** Sending from one stage of a pipeline to the next: its latency, and the share of the link's bandwidth. Estimates. */
const sendSeconds = 10e-6;
const sendShare = 0.7;

export class LayerWork {
  readonly attention: AttentionWork;
  readonly #served: Served;
  readonly #kernels: MeasuredKernels;
  readonly #products: Products;

  constructor(served: Served) {
    this.#served = atItsClock(served);
    this.#kernels = new MeasuredKernels(this.#served);
    this.#products = new Products(this.#served, this.#kernels);
    this.attention = new AttentionWork(this.#served, this.#kernels, this.#products);
  }

  /** The weakest of all operations that were asked for. */
  get provenance(): Provenance {
    return this.#kernels.provenance;
  }

  /** All that tokens pass on this accelerator, except attention and routed experts. */
  tokens(tokens: number): number {
    if (tokens === 0) return 0;
    const { model, tensorParallel: tp, chip } = this.#served;
    const { layers, hidden } = model;
    const bytes = elementwisePasses(model) * tokens * hidden * 2;
    const moved = bytes / (chip.memoryGigabytesPerSecond.value * 1e9 * elementwiseShare);
    const sums = this.#kernels.allReduce(tokens * hidden * 2, tp);
    return (
      this.#feedForward(tokens) + layers * (moved + mixingSeconds(model) + sums - this.#products.savedByFusing(tokens))
    );
  }

  #feedForward(tokens: number): number {
    const { model, tensorParallel: tp } = this.#served;
    const { layers, hidden, feedForward, feedForwardMatrices: matrices } = model;
    const ofWidth = (width: number) =>
      this.#products.plain(tokens, ((matrices - 1) * width) / tp, hidden) +
      this.#products.summed(tokens, hidden, width / tp);
    if (feedForward.type === "dense") {
      const { width, layers: dense = layers } = feedForward;
      return dense > 0 && width > 0 ? dense * ofWidth(width) : 0;
    }
    const { denseLayers, denseWidth, experts, sharedWidth, latentWidth } = feedForward;
    const dense = denseLayers > 0 && denseWidth > 0 ? denseLayers * ofWidth(denseWidth) : 0;
    const router = this.#kernels.gemm(tokens, experts, hidden, "bf16");
    const shared = sharedWidth > 0 && tokens > besideMost ? ofWidth(sharedWidth) : 0;
    const narrowing =
      latentWidth === undefined
        ? 0
        : this.#products.plain(tokens, latentWidth, hidden) + this.#products.plain(tokens, hidden, latentWidth);
    return dense + (layers - denseLayers) * (router + shared + narrowing);
  }

  /** What is done with the tokens of all copies of attention at once: routed experts, and bringing the tokens to them. */
  together(tokens: number): number {
    if (tokens === 0) return 0;
    const { model, tensorParallel: tp, attentionParallel } = this.#served;
    const { layers, hidden, feedForward } = model;
    // To experts of a narrower width, copies of attention send the narrowed tokens.
    const narrow = feedForward.type === "moe" && attentionParallel > 1 ? feedForward.latentWidth : undefined;
    const bytes = tokens * (narrow ?? hidden) * 2 * this.#exchangedShare();
    const exchange = this.#kernels.allReduce(bytes, tp * attentionParallel);
    if (feedForward.type === "dense") return layers * exchange;
    return (layers - feedForward.denseLayers) * this.#kernels.experts(tokens) + layers * exchange;
  }

  /**
   * Bytes that bringing tokens to experts moves, as a share of an all-reduce of all copies' tokens in BF16.
   *
   * Where tokens are gathered and results scattered, it is all of it: two bytes a number, there and back. Where experts are
   * dealt out to more accelerators than a token has experts, each token goes only to its own, in one byte there and two bytes
   * back (DeepEP). For experts in FP4 all three engines quantise tokens before they gather or send them (TensorRT-LLM's
   * fused_moe.py, whose `disable_fp4_allgather` is off; vLLM's and SGLang's for FlashInfer's kernels).
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

  /**
   * Sending the activations of so many tokens through all stages of a pipeline. Each accelerator sends its share; stages in
   * different fast domains are linked by the network.
   */
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

  /** The LM head, which stays in BF16, for so many sequences. */
  head(sequences: number): number {
    const { model, tensorParallel } = this.#served;
    return sequences === 0 ? 0 : this.#kernels.gemm(sequences, model.vocabulary / tensorParallel, model.hidden, "bf16");
  }
}
