/** DeepSeek V2 to V4, and Moonshot's Kimi, of which K2 is built like V3. */
import type { ModelShape } from "../model-shape.ts";
import { compressed, type Described, experts, latent, model } from "./describe.ts";

const heads128 = { nopeDim: 128, valueDim: 128 };
const v3 = {
  layers: 61,
  hidden: 7168,
  attention: latent({ ...heads128, heads: 128, queryRank: 1536 }),
  feedForward: experts(256, 8, 2048, { sharedWidth: 2048, denseLayers: 3, denseWidth: 18_432 }),
  vocabulary: 129_280,
  contextMax: 163_840,
};
/** Experts released in FP4, the rest in FP8 (`expert_dtype`). */
const v4 = { vocabulary: 129_280, contextMax: 1_048_576, residualStreams: 4, besideFp4: "fp8" } as const;
const kimi = {
  layers: 61,
  hidden: 7168,
  attention: latent({ ...heads128, heads: 64, queryRank: 1536 }),
  feedForward: experts(384, 8, 2048, { sharedWidth: 2048, denseLayers: 1, denseWidth: 18_432 }),
  vocabulary: 163_840,
};

const described: readonly Described[] = [
  {
    name: "deepseek-v2-lite",
    title: "DeepSeek V2 Lite",
    at: "deepseek-ai/DeepSeek-V2-Lite",
    layers: 27,
    hidden: 2048,
    attention: latent({ ...heads128, heads: 16 }),
    feedForward: experts(64, 6, 1408, { sharedWidth: 2816, denseLayers: 1, denseWidth: 10_944 }),
    vocabulary: 102_400,
    contextMax: 163_840,
  },
  {
    name: "deepseek-v2",
    title: "DeepSeek V2",
    at: "deepseek-ai/DeepSeek-V2",
    aliases: ["deepseek-v2.5"],
    layers: 60,
    hidden: 5120,
    attention: latent({ ...heads128, heads: 128, queryRank: 1536 }),
    feedForward: experts(160, 6, 1536, { sharedWidth: 3072, denseLayers: 1, denseWidth: 12_288 }),
    vocabulary: 102_400,
    contextMax: 163_840,
  },
  {
    ...v3,
    name: "deepseek-v3",
    title: "DeepSeek V3",
    at: "deepseek-ai/DeepSeek-V3",
    aliases: ["dsv3", "deepseek-v3-0324"],
  },
  { ...v3, name: "deepseek-v3.1", title: "DeepSeek V3.1", at: "deepseek-ai/DeepSeek-V3.1", aliases: ["deepseek-v3.1-terminus"] },
  {
    ...v3,
    name: "deepseek-v3.2",
    title: "DeepSeek V3.2",
    at: "deepseek-ai/DeepSeek-V3.2",
    aliases: ["deepseek-v3.2-speciale", "deepseek-v3.2-exp"],
    attention: latent({
      ...heads128,
      heads: 128,
      queryRank: 1536,
      sparse: { tokens: 2048, indexHeads: 64, indexDim: 128 },
    }),
  },
  {
    ...v3,
    name: "deepseek-r1",
    title: "DeepSeek R1",
    at: "deepseek-ai/DeepSeek-R1",
    aliases: ["dsr1", "deepseek-r1-0528"],
  },
  {
    ...v4,
    name: "deepseek-v4-pro",
    title: "DeepSeek V4 Pro",
    at: "deepseek-ai/DeepSeek-V4-Pro",
    aliases: ["dsv4"],
    layers: 61,
    hidden: 7168,
    // Two layers read all that is compressed 128 to one, then every other one (`compress_ratios`; arXiv 2606.19348, §4.2).
    attention: compressed({ heads: 128, queryRank: 1536, outputGroups: 16 }, { layers: 30, tokens: 1024 }, 31),
    feedForward: experts(384, 6, 3072, { sharedWidth: 3072 }),
  },
  {
    ...v4,
    name: "deepseek-v4-flash",
    title: "DeepSeek V4 Flash",
    at: "deepseek-ai/DeepSeek-V4-Flash",
    layers: 43,
    hidden: 4096,
    // Two layers have a window alone.
    attention: compressed({ heads: 64, queryRank: 1024, outputGroups: 8 }, { layers: 21, tokens: 512 }, 20),
    feedForward: experts(256, 6, 2048, { sharedWidth: 2048 }),
  },
  {
    ...kimi,
    name: "kimi-k2",
    title: "Kimi K2",
    at: "moonshotai/Kimi-K2-Instruct",
    contextMax: 131_072,
  },
  {
    ...kimi,
    name: "kimi-k2-thinking",
    title: "Kimi K2 Thinking",
    at: "moonshotai/Kimi-K2-Thinking",
    aliases: ["kimi-k2-0905", "kimi-k2-instruct-0905"],
    contextMax: 262_144,
  },
  {
    ...kimi,
    name: "kimi-k2.5",
    title: "Kimi K2.5",
    at: "moonshotai/Kimi-K2.5",
    aliases: ["kimi-k2.6", "kimi-k2.7-code"],
    contextMax: 262_144,
  },
  {
    // What mixes the hidden states of earlier layers in (AttnRes) is left out: it has next to no weights.
    name: "kimi-k3",
    title: "Kimi K3",
    at: "moonshotai/Kimi-K3",
    layers: 93,
    hidden: 7168,
    attention: latent({
      ...heads128,
      heads: 96,
      queryRank: 1536,
      outputGate: true,
      linear: { layers: 69, keyHeads: 96, keyDim: 128, valueHeads: 96, valueDim: 128 },
    }),
    feedForward: experts(896, 16, 3072, {
      latentWidth: 3584,
      sharedWidth: 6144,
      denseLayers: 1,
      denseWidth: 33_792,
    }),
    vocabulary: 163_840,
    contextMax: 1_048_576,
    besideFp4: "bf16",
  },
];

export const deepseekModels: readonly ModelShape[] = described.map(model);
