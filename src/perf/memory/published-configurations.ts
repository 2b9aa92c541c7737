/**
 * Models beyond the catalog, for tests: their configurations as the makers publish them on Hugging Face (`config.json`), with
 * the published number of parameters. What says nothing of weights is left out.
 *
 * Held against copies on GitHub: Jamba v0.1 and Falcon Mamba 7B (onnx-diagnostic's model builders), Falcon-H1 (the table in
 * Transformers' docs), Granite 4.0 H Small, Nemotron Nano 9B v2, ERNIE 4.5 21B, OLMoE 7B, LFM2 8B and Step-3.
 */
import { readFileSync } from "node:fs";
import { shapeOfConfig } from "../../catalog/hugging-face.ts";
import type { ModelShape } from "../../catalog/model-shape.ts";

type Published = {
  readonly name: string;
  /** Parameters in 10⁹. */
  readonly billions: number;
  readonly config: object;
};

/** Where a configuration leaves it out. */
const contextMax = { max_position_embeddings: 32_768 };

export const publishedModels: readonly { readonly shape: ModelShape; readonly billions: number }[] = readFileSync(
  new URL("published-configurations.jsonl", import.meta.url),
  "utf8",
)
  .trimEnd()
  .split("\n")
  .map((line) => {
    const { name, billions, config } = JSON.parse(line) as Published;
    return { shape: shapeOfConfig({ ...contextMax, ...config }, name, name), billions };
  });
