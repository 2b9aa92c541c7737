/**
 * How many tokens and sequences an engine's KV cache has room for. A sequence also takes room that does not grow with its
 * context: for keys and values of layers with a window, and for states of linear attention. Engines keep these differently:
 *
 * - vLLM's hybrid cache manager (`v1/core/kv_cache_utils.py`) has one pool of blocks of one size. Layers form groups, each with
 *   as many layers as there are with the whole context, and a block belongs to one group. States make for pages of hundreds of
 *   tokens, and the last page of a sequence is partly empty.
 * - SGLang has pools of fixed sizes. For windows it has eight tokens for ten of the other layers (`swa_full_tokens_ratio`), for
 *   the models that it knows to have them. For states it has one for each sequence that it may run. With a prefix cache, states
 *   get 0.9 bytes for each byte of tokens (`mamba_full_memory_ratio`) and a sequence three states. A sequence without a state
 *   waits.
 * - TensorRT-LLM keeps all keys of layers with a window, unless it is told the windows (`max_attention_window`), and a state for
 *   each sequence that it may run. Here these are taken from the same room. ATOM is taken to be alike, as nobody says.
 */
import type { LinearAttention } from "../../catalog/model-shape.ts";
import { Fault } from "../../stack/fault.ts";
import { windowKeyBytes } from "../attention/compressed.ts";
import type { Served } from "../deployment.ts";
import { cacheBytes, kvBytesPerToken, type StepLimits, weightBytes } from "./memory.ts";
import { fullLayers } from "../attention/attention-layers.ts";
import { bytesOf } from "../operations/rates.ts";
import type { Pool } from "../simulate/deployment.ts";

export type KvRoom = Pick<Pool, "sequenceBlocks"> & {
  readonly blocks: number;
  /** The most sequences at once, where states limit them. */
  readonly sequencesMost?: number;
};

export type RoomLimits = Partial<StepLimits> & {
  /** Blocks as the engine reports them. */
  readonly blocks?: number;
  readonly prefixCache?: boolean;
  /** Tokens of the longest prompt: vLLM keeps all that a step computes of it, windows or not. Nothing unless given. */
  readonly longestPrompt?: number;
};

/** What a sequence keeps besides the tokens of its whole context. Bytes are those of a layer on each accelerator. */
type Kept = {
  readonly window?: { readonly layers: number; readonly tokens: number; readonly bytesPerToken: number };
  readonly state?: { readonly layers: number; readonly bytes: number };
};

/** Pages of vLLM are rounded up to multiples of so many tokens. */
const pageTokens = 16;
/** SGLang's defaults: tokens of windows for each token of other layers, bytes of states for each byte of tokens, and states. */
const windowShare = { compressed: 0.1, others: 0.8 };
const stateShare = 0.9;
const statesOfSequence = 3;

/**
 * Room of one replica; of one copy of attention and one batch of a pipeline, where there are several. Each stage keeps its own
 * layers' share of all batches. So a batch has as much room as if its accelerators had all layers, but only their stage's weights.
 *
 * @throws Fault `invalid_value` when the weights leave no room, naming how many accelerators would do
 */
export function kvRoom(served: Served, blockTokens: number, limits: RoomLimits = {}): KvRoom {
  const { model, kv, tensorParallel, engine } = served;
  const perToken = kvBytesPerToken(model, kv, tensorParallel);
  const kept = keptOf(served);
  if (perToken === 0 && kept.state !== undefined) return statesRoom(served, kept.state, blockTokens, limits);
  const isPlain = kept.window === undefined && kept.state === undefined;
  if (isPlain || engine === "vllm") {
    const sequenceBlocks = pagedBlocks(served, kept, perToken, blockTokens);
    const all = limits.blocks ?? blocksOf(served, limits, perToken * blockTokens);
    const computed = kept.window === undefined ? 0 : computedBytes(served, kept.window, limits);
    const blocks = Math.max(1, all - Math.ceil(computed / (perToken * blockTokens)));
    return { blocks, ...(sequenceBlocks && { sequenceBlocks }) };
  }
  return engine === "sglang"
    ? pooledRoom(served, kept, perToken, blockTokens, limits)
    : wholeRoom(served, kept, perToken, blockTokens, limits);
}

/** Bytes on each accelerator that a sequence of so many tokens keeps besides `kvBytesPerToken` of each. */
export function sequenceBytes(served: Served, contextTokens: number): number {
  const { window, state } = keptOf(served);
  const near = window === undefined ? 0 : window.layers * window.bytesPerToken * Math.min(contextTokens, window.tokens);
  return near + (state === undefined ? 0 : state.layers * state.bytes);
}

/** Empty where all layers have a window: then the keys within it count as those of the tokens. */
function keptOf(served: Served): Kept {
  const { model, kv, tensorParallel } = served;
  const { attention, layers } = model;
  if (attention.type === "compressed") {
    return { window: { layers, tokens: attention.windowTokens, bytesPerToken: windowKeyBytes(attention, kv) } };
  }
  const state = attention.linear && {
    layers: attention.linear.layers,
    bytes: stateBytes(attention.linear, hasNarrowStates(served) ? 2 : 4) / tensorParallel,
  };
  const window = attention.type === "gqa" && fullLayers(attention, layers) > 0 ? attention.window : undefined;
  if (attention.type !== "gqa" || window === undefined) return { ...(state && { state }) };
  const heads = Math.max(1, attention.kvHeads / tensorParallel);
  return {
    ...(state && { state }),
    window: { ...window, bytesPerToken: 2 * heads * attention.headDim * bytesOf(kv) },
  };
}

/**
 * Whether states are kept in BF16. Engines keep them in FP32 unless told otherwise. vLLM does so only where the model asks for it
 * (`mamba_ssm_dtype`, which Qwen3.5 has and Qwen3-Next has not).
 */
function hasNarrowStates({ engine, model, states }: Served): boolean {
  return states !== undefined || (engine === "vllm" && model.name.startsWith("qwen3-next"));
}

/** Bytes of a state, and of the last three inputs of the convolution before it in BF16. */
function stateBytes({ keyHeads, keyDim, valueHeads, valueDim }: LinearAttention, width: number): number {
  return width * valueHeads * keyDim * valueDim + 3 * 2 * (2 * keyHeads * keyDim + valueHeads * valueDim);
}

/** Layers rounded up to whole groups, each with as many layers as have the whole context. DeepSeek-V4's layers have both. */
function groupedLayers({ model }: Served, layers: number): number {
  const full = fullLayers(model.attention, model.layers);
  return layers > full ? Math.ceil(layers / full) * full : layers;
}

/** Bytes beyond their window that layers keep of a prompt while a step computes it. They are given up after the step. */
function computedBytes(served: Served, window: NonNullable<Kept["window"]>, limits: RoomLimits): number {
  const { longestPrompt = 0, maxStepTokens = longestPrompt } = limits;
  const beyond = Math.max(0, Math.min(maxStepTokens, longestPrompt) - window.tokens);
  return beyond * groupedLayers(served, window.layers) * window.bytesPerToken;
}

/** vLLM: what a sequence takes besides its tokens, in blocks. */
function pagedBlocks(
  served: Served,
  { window, state }: Kept,
  perToken: number,
  blockTokens: number,
): Pool["sequenceBlocks"] {
  const { model, speculation } = served;
  const full = fullLayers(model.attention, model.layers);
  if (state !== undefined) {
    const page = Math.ceil((state.bytes * full) / perToken / pageTokens) * pageTokens;
    const states = (groupedLayers(served, state.layers) / full) * (1 + (speculation?.drafts ?? 0));
    return (contextTokens: number) => {
      const pages = Math.ceil(contextTokens / page) + states;
      return Math.ceil((pages * page) / blockTokens) - Math.ceil(contextTokens / blockTokens);
    };
  }
  if (window === undefined) return undefined;
  const pageBytes = groupedLayers(served, window.layers) * window.bytesPerToken * pageTokens;
  return (contextTokens: number) => {
    const pages = Math.min(Math.ceil(contextTokens / pageTokens), Math.ceil((window.tokens - 1) / pageTokens) + 1);
    return Math.ceil((pages * pageBytes) / (perToken * blockTokens));
  };
}

/** Models in which every layer keeps a state and no keys (Mamba): each sequence takes the blocks of the longest context. */
function statesRoom(
  served: Served,
  state: NonNullable<Kept["state"]>,
  blockTokens: number,
  limits: RoomLimits,
): KvRoom {
  const blocksOfEach = Math.ceil(served.model.contextMax / blockTokens);
  const states = blocksOf(served, limits, state.layers * state.bytes);
  const sequences = Math.min(states, limits.maxSequences ?? 1024);
  const sequenceBlocks = (contextTokens: number) => Math.max(0, blocksOfEach - Math.ceil(contextTokens / blockTokens));
  return { blocks: limits.blocks ?? sequences * blocksOfEach, sequenceBlocks };
}

/** SGLang: pools of fixed sizes. */
function pooledRoom(
  served: Served,
  { window, state }: Kept,
  perToken: number,
  blockTokens: number,
  limits: RoomLimits,
): KvRoom {
  const { model, speculation } = served;
  const hasPool = model.attention.type === "compressed" || /^(gpt-oss|llama-4|gemma-4)/.test(model.name);
  const windowed = !hasPool ? 1 : model.attention.type === "compressed" ? windowShare.compressed : windowShare.others;
  const ofWindow = window === undefined ? 0 : windowed * window.layers * window.bytesPerToken;
  const blockBytes = (perToken + ofWindow) * blockTokens;
  const { maxSequences = 1024, prefixCache = false } = limits;
  const few = (tokens: number) => (hasPool && window ? Math.min(tokens, window.tokens) / windowed - tokens : 0);
  const sequenceBlocks = (tokens: number) => Math.max(0, Math.ceil(few(tokens) / blockTokens));
  if (limits.blocks !== undefined) return { blocks: limits.blocks, sequenceBlocks };
  if (state === undefined) return { blocks: blocksOf(served, limits, blockBytes), sequenceBlocks };
  const bytes = state.layers * state.bytes;
  // With drafted tokens, states in between are set aside before the rest is shared out.
  const between = speculation === undefined ? 0 : speculation.drafts + 1;
  const share = stateShare / (1 + stateShare);
  const each = prefixCache ? statesOfSequence : 1;
  const most = Math.max(1, Math.floor((cacheBytes(served, limits) * share) / bytes / (each + between * share)));
  const sequencesMost = Math.min(most, maxSequences);
  const states = (prefixCache ? most : sequencesMost) * each + sequencesMost * between;
  return { blocks: blocksOf(served, limits, blockBytes, states * bytes), sequenceBlocks, sequencesMost };
}

/** TensorRT-LLM and ATOM: layers with a window keep all keys. */
function wholeRoom(
  served: Served,
  { window, state }: Kept,
  perToken: number,
  blockTokens: number,
  limits: RoomLimits,
): KvRoom {
  const isCompressed = served.model.attention.type === "compressed";
  const whole = window === undefined || isCompressed ? 0 : window.layers * window.bytesPerToken;
  const blockBytes = (perToken + whole) * blockTokens;
  const states = state === undefined ? 0 : state.layers * state.bytes * (1 + (served.speculation?.drafts ?? 0));
  const near = (tokens: number) =>
    window !== undefined && isCompressed ? window.layers * window.bytesPerToken * Math.min(tokens, window.tokens) : 0;
  return {
    blocks: limits.blocks ?? blocksOf(served, limits, blockBytes),
    sequenceBlocks: (tokens) => Math.ceil((states + near(tokens)) / blockBytes),
  };
}

/** @throws Fault `invalid_value` where the weights leave no room for a block */
function blocksOf(served: Served, limits: RoomLimits, blockBytes: number, setAside = 0): number {
  const room = cacheBytes(served, limits);
  const blocks = Math.floor((room - setAside) / blockBytes);
  if (blocks > 0) return blocks;
  const { chip, model, tensorParallel } = served;
  const memory = chip.memoryGigabytes.value * 1e9;
  const weights = weightBytes(served);
  const needed = Math.ceil((weights * tensorParallel) / Math.max(1, room + weights));
  const fitting = [1, 2, 4, 8, 16, 32, 64].find((count) => count > tensorParallel && count >= needed);
  const asked = weights > memory ? "" : `, ${((room + weights) / 1e9).toFixed(0)} of them for weights and cache`;
  throw new Fault("invalid_value", {
    message: `${model.title} takes ${(weights / 1e9).toFixed(0)} GB on each of ${tensorParallel} ${chip.title}, which has ${memory / 1e9} GB${asked}.`,
    remedy: `Split it over ${fitting ?? needed} accelerators, or take smaller weights.`,
    param: "tp",
  });
}
