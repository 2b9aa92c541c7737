/** Which of a model's layers look back over the whole context, with how many heads, and which of them choose what they read. */
import type { Attention, Grouped, Latent } from "../../catalog/model-shape.ts";

/** Heads of the layers that look back over the whole context. In some models the layers with a window have others. */
export function fullHeads(attention: Grouped): { readonly kvHeads: number; readonly headDim: number } {
  return attention.global ?? attention;
}

/** How many layers keep the whole context. They also read all of it, except where attention is sparse. */
export function fullLayers(attention: Attention, layers: number): number {
  if (attention.type === "compressed") return layers;
  const linear = attention.linear?.layers ?? 0;
  return layers - linear - (attention.type === "gqa" ? (attention.window?.layers ?? 0) : 0);
}

/**
 * Sparse attention as in DeepSeek-V3.2: an indexer scores the whole context in FP8, and attention reads only the tokens with
 * the best scores. Every accelerator has the whole indexer.
 */
export type Sparse = NonNullable<Latent["sparse"]>;

/** How many of `layers` layers run the indexer. The others use what the layer before them chose. */
export function indexedLayers(sparse: Sparse, layers: number): number {
  return sparse.indexLayers ?? layers;
}
