/**
 * The measured kernels of one deployment: how long each takes for a size, by the curves that stand for its chip and engine
 * (transfer.ts). Every curve is looked up once. `provenance` tells how well the kernels that were asked for are known.
 */
import { expertSplit, type Served } from "../deployment.ts";
import type {
  AllReduceEfficiency,
  DecodeEfficiency,
  EngineCurves,
  GemmFormat,
  PrefillEfficiency,
  TiledEfficiency,
} from "../operations/efficiency.ts";
import { type ExpertShape, expertSeconds, expertWork } from "../operations/experts.ts";
import type { LatentCurves } from "../attention/latent.ts";
import { ratesOf } from "../operations/rates.ts";
import { tiledLike } from "../attention/tiled.ts";
import { inWholeTiles } from "../operations/tiles.ts";
import { efficiencyOf, expertsOf, latentOf } from "./transfer.ts";
import { allReducesOf } from "./all-reduces.ts";
import { gemmOf } from "./gemm-transfer.ts";
import type { Provenance } from "./provenance.ts";

/** From so many tokens on, an expert on Blackwell is bound by arithmetic rather than by reading weights. */
const manyTokens = 32;

export class MeasuredKernels {
  readonly #served: Served;
  readonly #gemms: Partial<Record<GemmFormat, ReturnType<typeof gemmOf>>> = {};
  readonly #allReduces: Record<number, ReturnType<typeof allReducesOf>> = {};
  #experts: ReturnType<typeof expertCurve> | undefined;
  #prompt: PrefillEfficiency | undefined;
  #decode: DecodeEfficiency | undefined;
  #provenance: Provenance = "interpolated";

  constructor(served: Served) {
    this.#served = served;
  }

  /** The weakest of all that were asked for. */
  get provenance(): Provenance {
    return this.#provenance;
  }

  /** Weakens the provenance, where the work itself is of a kind that was not measured. */
  note(provenance: Provenance): void {
    if (provenance === "analytic" || this.#provenance === "interpolated") this.#provenance = provenance;
  }

  /** Seconds of a product of `m` × `k` with `k` × `n`. Rows are computed in whole tiles. */
  gemm(m: number, n: number, k: number, format: GemmFormat): number {
    const { seconds, provenance } = (this.#gemms[format] ??= gemmOf(this.#served.chip, format, this.#served.engine));
    this.note(provenance);
    return seconds({ m: inWholeTiles(this.#served, format, m), n, k });
  }

  /** Seconds of a layer's routed experts on one accelerator, for the tokens of all copies of attention. */
  experts(tokens: number): number {
    const { seconds, provenance } = (this.#experts ??= expertCurve(this.#served));
    this.note(provenance);
    return seconds(tokens);
  }

  /** Seconds of a sum of so many bytes over accelerators, or of gathering and scattering them, which moves as much. */
  allReduce(bytes: number, accelerators: number): number {
    if (accelerators === 1) return 0;
    const { efficiencies, provenance } = (this.#allReduces[accelerators] ??= allReducesOf(this.#served, accelerators));
    this.note(provenance);
    const secondsOf = ({ seconds, bytesPerSecond }: AllReduceEfficiency) => seconds + bytes / bytesPerSecond;
    return Math.min(...efficiencies.map(secondsOf));
  }

  latent(): LatentCurves {
    const { curves, provenance } = latentOf(this.#served.chip, this.#served.engine);
    this.note(provenance);
    return curves;
  }

  decodes(): DecodeEfficiency {
    return (this.#decode ??= this.#pick((curves) => curves.decode[this.#served.kv]));
  }

  /** Decodes that share a kernel with prompts (tiled.ts). */
  tiled(): TiledEfficiency {
    return this.#pick(({ mixedDecode, prefill }) => mixedDecode ?? (prefill.bf16 && tiledLike(prefill.bf16)));
  }

  /**
   * Attention of prompts. With keys and values in FP8, engines quantise queries too and compute prompts in FP8, if the chip has
   * FP8. So do TensorRT-LLM (`mFP8ContextFMHA` of thop/attentionOp.cpp), FlashAttention 3 in vLLM (its docs, quantized_kvcache.md)
   * and in SGLang (`q.to(self.kv_cache_dtype)` of flashattention_backend.py), and both of these with TensorRT-LLM's kernels on
   * Blackwell (unless vLLM is told `disable_flashinfer_q_quantization`). BF16 stands for it where it was not measured.
   */
  prompts(): PrefillEfficiency {
    const { chip, kv } = this.#served;
    const format = chip.peakTeraflops.fp8 === undefined ? "bf16" : kv;
    return (this.#prompt ??= this.#pick(({ prefill }) => prefill[format] ?? prefill.bf16));
  }

  #pick<Efficiency extends object>(choose: (curves: EngineCurves) => Efficiency | undefined): Efficiency {
    const { efficiency, provenance } = efficiencyOf(this.#served.chip, this.#served.engine, choose);
    this.note(provenance);
    return efficiency;
  }
}

/** What the routed experts of a layer take on one accelerator, by tokens; no time in a model without. */
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
