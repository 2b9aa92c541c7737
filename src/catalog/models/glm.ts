/** Zhipu's GLM 4 to 5.2. */
import type { ModelShape } from "../model-shape.ts";
import { type Described, dense, experts, grouped, latent, model } from "./describe.ts";

const glm45 = {
  layers: 92,
  hidden: 5120,
  attention: grouped(96, 8, 128),
  feedForward: experts(160, 8, 1536, { sharedWidth: 1536, denseLayers: 3, denseWidth: 12_288 }),
  vocabulary: 151_552,
};

const glm5 = {
  layers: 78,
  hidden: 6144,
  attention: (indexLayers?: number) =>
    latent({
      heads: 64,
      queryRank: 2048,
      nopeDim: 192,
      valueDim: 256,
      sparse: { tokens: 2048, indexHeads: 32, indexDim: 128, ...(indexLayers !== undefined && { indexLayers }) },
    }),
  feedForward: experts(256, 8, 2048, { sharedWidth: 2048, denseLayers: 3, denseWidth: 12_288 }),
  vocabulary: 154_880,
};

const described: readonly Described[] = [
  {
    name: "glm-4-9b",
    title: "GLM-4 9B",
    at: "zai-org/GLM-4-9B-0414",
    layers: 40,
    hidden: 4096,
    attention: grouped(32, 2, 128),
    feedForward: dense(13_696),
    vocabulary: 151_552,
    contextMax: 32_768,
  },
  {
    name: "glm-4.5-air",
    title: "GLM-4.5 Air",
    at: "zai-org/GLM-4.5-Air",
    layers: 46,
    hidden: 4096,
    attention: grouped(96, 8, 128),
    feedForward: experts(128, 8, 1408, { sharedWidth: 1408, denseLayers: 1, denseWidth: 10_944 }),
    vocabulary: 151_552,
    contextMax: 131_072,
  },
  { ...glm45, name: "glm-4.5", title: "GLM-4.5", at: "zai-org/GLM-4.5", contextMax: 131_072 },
  {
    ...glm45,
    name: "glm-4.6",
    title: "GLM-4.6",
    at: "zai-org/GLM-4.6",
    aliases: ["glm-4.7"],
    contextMax: 202_752,
  },
  {
    ...glm5,
    name: "glm-5",
    title: "GLM-5",
    at: "zai-org/GLM-5",
    aliases: ["glm-5.1"],
    attention: glm5.attention(),
    contextMax: 202_752,
  },
  {
    ...glm5,
    name: "glm-5.2",
    title: "GLM-5.2",
    at: "zai-org/GLM-5.2",
    // The first three layers choose, then one of four: `indexer_types`.
    attention: glm5.attention(21),
    contextMax: 1_048_576,
  },
];

export const glmModels: readonly ModelShape[] = described.map(model);
