/** Mistral's dense models and mixtures of experts. */
import type { ModelShape } from "../model-shape.ts";
import { type Described, dense, experts, grouped, latent, model } from "./describe.ts";

const of7b = { layers: 32, hidden: 4096, attention: grouped(32, 8, 128) };
const tekken = { vocabulary: 131_072, layers: 40, hidden: 5120, attention: grouped(32, 8, 128) };

const described: readonly Described[] = [
  {
    ...of7b,
    name: "mistral-7b",
    title: "Mistral 7B v0.3",
    at: "mistralai/Mistral-7B-v0.3",
    feedForward: dense(14_336),
    vocabulary: 32_768,
    contextMax: 32_768,
  },
  {
    ...tekken,
    name: "mistral-nemo-12b",
    title: "Mistral Nemo 12B",
    at: "mistralai/Mistral-Nemo-Instruct-2407",
    aliases: ["mistral-nemo"],
    feedForward: dense(14_336),
    contextMax: 131_072,
  },
  {
    ...tekken,
    name: "mistral-small-24b",
    title: "Mistral Small 3 24B",
    at: "mistralai/Mistral-Small-24B-Instruct-2501",
    aliases: ["mistral-small-3.1-24b", "mistral-small-3.2-24b", "mistral-small-3"],
    feedForward: dense(32_768),
    contextMax: 32_768,
  },
  {
    name: "mistral-large-123b",
    title: "Mistral Large 2 123B",
    at: "mistralai/Mistral-Large-Instruct-2407",
    aliases: ["mistral-large-2"],
    layers: 88,
    hidden: 12_288,
    attention: grouped(96, 8, 128),
    feedForward: dense(28_672),
    vocabulary: 32_768,
    contextMax: 131_072,
  },
  {
    name: "mistral-large-3",
    title: "Mistral Large 3 675B",
    at: "mistralai/Mistral-Large-3-675B-Instruct-2512",
    configuration: "params.json",
    layers: 61,
    hidden: 7168,
    attention: latent({ heads: 128, queryRank: 1536, nopeDim: 128, valueDim: 128 }),
    feedForward: experts(128, 4, 4096, { sharedWidth: 4096, denseLayers: 3, denseWidth: 16_384 }),
    vocabulary: 131_072,
    contextMax: 294_912,
  },
  {
    name: "mistral-small-4",
    title: "Mistral Small 4 119B",
    at: "mistralai/Mistral-Small-4-119B-2603",
    aliases: ["mistral-small-4-119b"],
    layers: 36,
    hidden: 4096,
    attention: latent({ heads: 32, queryRank: 1024, kvRank: 256, nopeDim: 64, valueDim: 128 }),
    feedForward: experts(128, 4, 2048, { sharedWidth: 2048 }),
    vocabulary: 131_072,
    contextMax: 1_048_576,
  },
  {
    ...of7b,
    name: "mixtral-8x7b",
    title: "Mixtral 8x7B",
    at: "mistralai/Mixtral-8x7B-v0.1",
    feedForward: experts(8, 2, 14_336),
    vocabulary: 32_000,
    contextMax: 32_768,
  },
  {
    name: "mixtral-8x22b",
    title: "Mixtral 8x22B",
    at: "mistralai/Mixtral-8x22B-v0.1",
    layers: 56,
    hidden: 6144,
    attention: grouped(48, 8, 128),
    feedForward: experts(8, 2, 16_384),
    vocabulary: 32_000,
    contextMax: 65_536,
  },
];

export const mistralModels: readonly ModelShape[] = described.map(model);
