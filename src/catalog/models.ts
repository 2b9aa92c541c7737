/** The models of the catalog, and the one that a name stands for. */
import { deepseekModels } from "./models/deepseek.ts";
import { glmModels } from "./models/glm.ts";
import { googleModels } from "./models/google.ts";
import { llamaModels } from "./models/llama.ts";
import { mistralModels } from "./models/mistral.ts";
import { nvidiaModels } from "./models/nvidia.ts";
import { otherModels } from "./models/others.ts";
import { qwenModels } from "./models/qwen.ts";
import type { ModelShape } from "./model-shape.ts";
import { lookup, type Lookup } from "./nearest.ts";

/** Every model whose architecture is known, by maker and age. */
export const models: readonly ModelShape[] = [
  ...llamaModels,
  ...qwenModels,
  ...deepseekModels,
  ...glmModels,
  ...mistralModels,
  ...googleModels,
  ...nvidiaModels,
  ...otherModels,
];

/** What a name says about its weights, its training or its month, not about its shape. */
const variant =
  /[-_]((?:nv|mx)?fp[48]-v\d|preview|0[1-9][0-3]\d|fp8|fp4|nvfp4|mxfp4|mxfp8|int4|int8|w4a16|w8a8|w4a8|quantized\.w\d+a\d+|bnb|4bit|qat|awq|gptq|bf16|bfloat16|fp16|kv|instruct|thinking|base|chat|it|hf|dynamic|dyn|pre|static|pertensor|trtllm|quark|edge|finetuned|block|99|99\.9|v0\.[123]|v1\.0|17b-16e|17b-128e|4k|128k|1m|2[4-6]\d\d)$/i;
/** Training and eyes that leave the language model's shape as it is; and what aiconfigurator puts before Mixtral's name. */
const inside = [
  [/^(qwen[-_]?(?:2\.5|3))[-_](?:coder|math|vl|omni)[-_]/i, "$1-"],
  [/^moe_(?=mixtral)/i, ""],
] as const;
/** Where a name is a path: of a folder, or of Hugging Face's cache. */
const cached = /models--[^/]*?--([^/]+?)(?:\/snapshots\/[^/]*)?$/;

/**
 * The model that a name or an alias stands for: `llama-3.1-70b`, `meta-llama/Llama-3.1-70B-Instruct`, `llama3_1-70b-fp8_pre`,
 * `nvidia/DeepSeek-R1-NVFP4`, `/models/Llama-3.1-70B/`.
 *
 * @throws Fault `invalid_value` with the nearest names when there is none.
 */
export const modelNamed: Lookup<ModelShape> = lookup("model", models, (name) => {
  const path = name.replaceAll("\\", "/").replace(/\/+$/, "");
  let rest = cached.exec(path)?.[1] ?? path.split("/").at(-1) ?? "";
  while (variant.test(rest)) rest = rest.replace(variant, "");
  for (const [pattern, instead] of inside) rest = rest.replace(pattern, instead);
  return rest;
});
