/**
 * Attention of decodes that share a step with prompts, where one launch computes both: vLLM with FlashAttention 2, which is
 * what it takes on Ampere, on Ada and on cards of Blackwell. FlashAttention 3 (Hopper) packs the heads of a group into one
 * tile always, and FlashInfer (B200 and its kin) and other engines have a kernel for decodes by themselves.
 *
 * FlashAttention 2 computes tiles of 64 query rows (`kBlockM` of its split kernel, which paged keys and values take). Where
 * every query of a launch is one row long it lays the heads of a group into one tile and reads keys and values once; beside
 * a prompt each head of each decode has a tile of its own, of which one row is there. That is arithmetic, as much as of a
 * prompt of 64 tokens over the same context, and up to three times as long as reading the context once.
 */
import { familyOf } from "./chip-families.ts";
import type { Served } from "./deployment.ts";
import type { PrefillEfficiency, Rates, TiledEfficiency } from "./efficiency.ts";

const tileRows = 64;

export function isTiled({ engine, chip, model, kv }: Served): boolean {
  const takesFlashAttention2 = engine === "vllm" && chip.vendor === "NVIDIA" && familyOf(chip) === "other";
  const { attention } = model;
  return takesFlashAttention2 && attention.type === "gqa" && attention.sparse === undefined && kv === "bf16";
}

/** Of a card that nobody has measured: as its prompts are, and for the rest as on the two that somebody has. */
export function tiledLike({ compute }: PrefillEfficiency): TiledEfficiency {
  return { compute, halfStreams: 70, startTokens: 135 };
}

/** Seconds for each token of context, of one layer. */
export function tiledSecondsPerToken(
  { compute, halfStreams }: TiledEfficiency,
  { flopsPerSecond }: Rates,
  heads: number,
  headDim: number,
  sequences: number,
): number {
  return ((4 * tileRows * heads * headDim) / (flopsPerSecond * compute)) * (1 + halfStreams / (sequences * heads));
}
