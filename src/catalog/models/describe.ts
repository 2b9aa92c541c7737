/** Short ways to write a model's numbers down; what a family shares stands once. */
import type { Attention, Compressed, FeedForward, Grouped, Latent, ModelShape } from "../model-shape.ts";

export type Described = {
  readonly name: string;
  readonly title: string;
  /** Its repository on Hugging Face, where its configuration stands: an alias, and the source. */
  readonly at: string;
  readonly aliases?: readonly string[];
  /** The file of the repository that has the numbers; `config.json` when absent. */
  readonly configuration?: string;
  readonly layers: number;
  readonly hidden: number;
  readonly attention: Attention;
  readonly feedForward: FeedForward;
  readonly vocabulary: number;
  readonly tied?: boolean;
  readonly contextMax: number;
  /** 2 for the few without a gate. */
  readonly feedForwardMatrices?: 2 | 3;
} & Pick<ModelShape, "residualStreams" | "besideFp4">;

export function model(of: Described): ModelShape {
  return {
    name: of.name,
    title: of.title,
    aliases: [of.at, ...(of.aliases ?? [])],
    layers: of.layers,
    hidden: of.hidden,
    vocabulary: of.vocabulary,
    tiedEmbeddings: of.tied ?? false,
    feedForwardMatrices: of.feedForwardMatrices ?? 3,
    attention: of.attention,
    feedForward: of.feedForward,
    ...(of.residualStreams !== undefined && { residualStreams: of.residualStreams }),
    ...(of.besideFp4 !== undefined && { besideFp4: of.besideFp4 }),
    contextMax: of.contextMax,
    source: `https://huggingface.co/${of.at}/blob/main/${of.configuration ?? "config.json"}`,
  };
}

export function grouped(
  heads: number,
  kvHeads: number,
  headDim: number,
  more: Pick<Grouped, "window" | "global" | "linear" | "sparse" | "outputGate" | "normAcrossHeads"> = {},
): Attention {
  return { type: "gqa", heads, kvHeads, headDim, ...more };
}

export function latent(
  of: Pick<Latent, "heads" | "queryRank" | "nopeDim" | "valueDim" | "sparse" | "linear" | "outputGate"> & Partial<Pick<Latent, "kvRank">>,
): Attention {
  return { type: "mla", kvRank: 512, ropeDim: 64, ...of };
}

/** DeepSeek-V4's: `chosen` and `whole` layers read tokens compressed 4 and 128 to one; the rest a window alone. */
export function compressed(
  of: Pick<Compressed, "heads" | "queryRank" | "outputGroups">,
  chosen: { readonly layers: number; readonly tokens: number },
  wholeLayers: number,
): Attention {
  return {
    type: "compressed",
    ...of,
    keyDim: 512,
    ropeDim: 64,
    outputRank: 1024,
    windowTokens: 128,
    chosen: { ...chosen, ratio: 4, indexHeads: 64, indexDim: 128 },
    whole: { layers: wholeLayers, ratio: 128 },
  };
}

export function dense(width: number): FeedForward {
  return { type: "dense", width };
}

type Experts = Extract<FeedForward, { type: "moe" }>;

/** `experts` routed of which a token passes `expertsPerToken`, each of `expertWidth`. */
export function experts(
  count: number,
  expertsPerToken: number,
  expertWidth: number,
  more: Partial<Pick<Experts, "sharedWidth" | "denseLayers" | "denseWidth" | "latentWidth">> = {},
): FeedForward {
  return {
    type: "moe",
    experts: count,
    expertsPerToken,
    expertWidth,
    ...(more.latentWidth !== undefined && { latentWidth: more.latentWidth }),
    sharedWidth: more.sharedWidth ?? 0,
    denseLayers: more.denseLayers ?? 0,
    denseWidth: more.denseWidth ?? 0,
  };
}
