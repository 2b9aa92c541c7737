/**
 * Attention of decodes that share a step with prompts, where one launch computes both. So does vLLM with FlashAttention 2, which
 * it takes on Ampere, Ada and cards of Blackwell. FlashAttention 3 (Hopper) always packs the heads of a group into one tile.
 * FlashInfer (B200 and its kin) and other engines have a kernel for decodes alone.
 *
 * FlashAttention 2 computes tiles of 64 query rows (`kBlockM` of its split kernel, which paged keys and values take). If every
 * query of a launch has one row, it lays the heads of a group into one tile and reads keys and values once. Beside a prompt, each
 * head of each decode has a tile of its own with a single row. That costs as much arithmetic as a prompt of 64 tokens over the
 * same context, and up to three times as long as reading the context once.
 */
import { familyOf } from "../operations/chip-families.ts";
import type { Served } from "../deployment.ts";
import type { PrefillEfficiency, Rates, TiledEfficiency } from "../operations/efficiency.ts";

/** Query rows of a tile. */
const tileRows = 64;

/** Whether decodes and prompts of a step share one launch of such tiles. */
export function isTiled({ engine, chip, model, kv }: Served): boolean {
  const takesFlashAttention2 = engine === "vllm" && chip.vendor === "NVIDIA" && familyOf(chip) === "other";
  const { attention } = model;
  return takesFlashAttention2 && attention.type === "gqa" && attention.sparse === undefined && kv === "bf16";
}

/** For a card that was not measured: arithmetic as its prompts reach it, the rest as on the two cards that were measured. */
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
