/** DeepSeek V2 to V3.2, and Moonshot's Kimi K2, which is of the same build. */
import type { ModelShape } from "../model-shape.ts";
import { type Described, experts, latent, model } from "./describe.ts";

const heads128 = { nopeDim: 128, valueDim: 128 };
const v3 = {
  layers: 61,
  hidden: 7168,
  attention: latent({ ...heads128, heads: 128, queryRank: 1536 }),
  feedForward: experts(256, 8, 2048, { sharedWidth: 2048, denseLayers: 3, denseWidth: 18_432 }),
  vocabulary: 129_280,
  contextMax: 163_840,
};
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
    aliases: ["deepseek-v3-0324"],
  },
  { ...v3, name: "deepseek-v3.1", title: "DeepSeek V3.1", at: "deepseek-ai/DeepSeek-V3.1", aliases: ["deepseek-v3.1-terminus"] },
  {
    ...v3,
    name: "deepseek-v3.2",
    title: "DeepSeek V3.2",
    at: "deepseek-ai/DeepSeek-V3.2",
    aliases: ["deepseek-v3.2-exp"],
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
    aliases: ["deepseek-r1-0528"],
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
];

export const deepseekModels: readonly ModelShape[] = described.map(model);
