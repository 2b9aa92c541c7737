/** Short ways to write a model's numbers down; what a family shares stands once. */
import type { Attention, FeedForward, ModelShape } from "../model-shape.ts";

type Grouped = Extract<Attention, { type: "gqa" }>;
type Latent = Extract<Attention, { type: "mla" }>;

export type Described = {
  readonly name: string;
  readonly title: string;
  /** Its repository on Hugging Face, where its configuration stands: an alias, and the source. */
  readonly at: string;
  readonly aliases?: readonly string[];
  readonly layers: number;
  readonly hidden: number;
  readonly attention: Attention;
  readonly feedForward: FeedForward;
  readonly vocabulary: number;
  readonly tied?: boolean;
  readonly contextMax: number;
  /** 2 for the few without a gate. */
  readonly feedForwardMatrices?: 2 | 3;
};

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
    contextMax: of.contextMax,
    source: `https://huggingface.co/${of.at}/blob/main/config.json`,
  };
}

export function grouped(
  heads: number,
  kvHeads: number,
  headDim: number,
  more: Pick<Grouped, "window" | "linear" | "outputGate" | "normAcrossHeads"> = {},
): Attention {
  return { type: "gqa", heads, kvHeads, headDim, ...more };
}

export function latent(
  of: Pick<Latent, "heads" | "queryRank" | "nopeDim" | "valueDim" | "sparse">,
): Attention {
  return { type: "mla", kvRank: 512, ropeDim: 64, ...of };
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
  more: Partial<Pick<Experts, "sharedWidth" | "denseLayers" | "denseWidth">> = {},
): FeedForward {
  return {
    type: "moe",
    experts: count,
    expertsPerToken,
    expertWidth,
    sharedWidth: more.sharedWidth ?? 0,
    denseLayers: more.denseLayers ?? 0,
    denseWidth: more.denseWidth ?? 0,
  };
}
