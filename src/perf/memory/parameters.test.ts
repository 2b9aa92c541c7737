import assert from "node:assert/strict";
import { test } from "node:test";
import { modelNamed, models } from "../../catalog/models.ts";
import { parameterCount } from "./parameters.ts";
import { publishedModels } from "./published-configurations.ts";

/** As their makers publish them, in 10⁹: total and, of mixtures of experts, active per token. */
const published: Readonly<Record<string, readonly [total: number, active?: number]>> = {
  "llama-2-7b": [6.74],
  "llama-2-13b": [13.02],
  "llama-2-70b": [68.98],
  "codellama-34b": [33.7],
  "llama-3-8b": [8.03],
  "llama-3-70b": [70.6],
  "llama-3.1-8b": [8.03],
  "llama-3.1-70b": [70.6],
  "llama-3.1-405b": [405.9],
  "llama-3.2-1b": [1.24],
  "llama-3.2-3b": [3.21],
  "llama-3.3-70b": [70.6],
  "llama-4-scout": [109, 17],
  "llama-4-maverick": [400, 17],
  "tinyllama-1.1b": [1.1],
  "yi-34b": [34.4],
  "qwen2.5-0.5b": [0.49],
  "qwen2.5-1.5b": [1.54],
  "qwen2.5-3b": [3.09],
  "qwen2.5-7b": [7.61],
  "qwen2.5-14b": [14.7],
  "qwen2.5-32b": [32.5],
  "qwen2.5-72b": [72.7],
  "qwen3-0.6b": [0.6],
  "qwen3-1.7b": [1.7],
  "qwen3-4b": [4.0],
  "qwen3-8b": [8.2],
  "qwen3-14b": [14.8],
  "qwen3-32b": [32.8],
  "qwen3-30b-a3b": [30.5, 3.3],
  "qwen3-235b-a22b": [235, 22],
  "qwen3-coder-480b-a35b": [480, 35],
  "qwen3-next-80b-a3b": [80],
  "qwen3.5-27b": [27],
  "qwen3.5-35b-a3b": [35, 3],
  "qwen3.5-122b-a10b": [122, 10],
  "qwen3.5-397b-a17b": [397, 17],
  "deepseek-v2-lite": [15.7, 2.4],
  "deepseek-v2": [236, 21],
  "deepseek-v3": [671, 37],
  "deepseek-v3.1": [671, 37],
  "deepseek-v3.2": [671, 37],
  "deepseek-r1": [671, 37],
  "deepseek-v4-pro": [1600, 49],
  "deepseek-v4-flash": [284, 13],
  "kimi-k2": [1040, 32.6],
  "kimi-k2-thinking": [1040, 32.6],
  "kimi-k2.5": [1040, 32.6],
  "kimi-k3": [2780, 104],
  "glm-4-9b": [9.4],
  "glm-4.5-air": [106, 12],
  "glm-4.5": [355, 32],
  "glm-4.6": [355, 32],
  "glm-5": [744, 40],
  "glm-5.2": [743, 40],
  "mistral-7b": [7.25],
  "mistral-nemo-12b": [12.2],
  "mistral-small-24b": [23.6],
  "mistral-large-123b": [123],
  // Without the vision tower, which 675 × 10⁹ of which 41 are active count.
  "mistral-large-3": [673, 39],
  "mistral-small-4": [119, 6],
  "nemotron-3-nano-30b-a3b": [31.6, 3.2],
  "nemotron-3-super-120b-a12b": [120.6, 12.1],
  "mixtral-8x7b": [46.7, 12.9],
  "mixtral-8x22b": [141, 39],
  "gemma-2-2b": [2.6],
  "gemma-2-9b": [9.24],
  "gemma-2-27b": [27.2],
  "gemma-3-1b": [1.0],
  "gemma-3-4b": [3.88],
  "gemma-3-12b": [11.77],
  "gemma-3-27b": [27.02],
  "gemma-4-12b": [12],
  "gemma-4-26b-a4b": [25.2, 3.8],
  "gemma-4-31b": [30.7],
  "gpt-oss-20b": [20.9, 3.6],
  "gpt-oss-120b": [116.8, 5.1],
  "minimax-m2": [230, 10],
  "minimax-m2.5": [230, 10],
  "minimax-m2.7": [230, 10],
  "minimax-m3": [428, 23],
  "phi-2": [2.78],
  "phi-3-mini": [3.82],
  "phi-3-medium": [14],
  "phi-3.5-moe": [41.9, 6.6],
  "phi-4": [14.7],
  "phi-4-mini": [3.84],
  "smollm2-135m": [0.1345],
  "bloom-176b": [176.2],
  "internlm-20b": [20.1],
  "tokenworks-tiny": [0.00447],
};

/** Of which the published number of active weights leaves the LM head out. */
const headless = ["minimax-m3"];

test("the weights that a shape's matrices hold are as many as its maker publishes, within 3 %", () => {
  for (const shape of models) {
    const [total] = published[shape.name] ?? [];
    assert.ok(total !== undefined, `no published size of ${shape.name}`);
    const counted = parameterCount(shape).total / 1e9;
    assert.ok(Math.abs(counted / total - 1) <= 0.03, `${shape.name}: ${counted} for ${total}`);
  }
});

test("a token meets as many weights as published, to the whole 10⁹ that makers round to", () => {
  for (const [name, [, active]] of Object.entries(published)) {
    if (active === undefined) continue;
    const shape = modelNamed(name);
    const head = headless.includes(name) ? shape.vocabulary * shape.hidden : 0;
    const counted = (parameterCount(shape).activePerToken - head) / 1e9;
    assert.ok(Math.abs(counted - active) <= Math.max(1, 0.05 * active), `${name}: ${counted} for ${active}`);
  }
});

test("no token meets more weights than there are", () => {
  for (const shape of models) {
    const { total, activePerToken } = parameterCount(shape);
    assert.ok(activePerToken > 0 && activePerToken <= total, shape.name);
  }
});

test("families beyond the catalog have as many parameters as is published, within 1 %", () => {
  for (const { shape, billions } of publishedModels) {
    const { total, activePerToken } = parameterCount(shape);
    assert.ok(Math.abs(total / 1e9 / billions - 1) < 0.01, `${shape.name}: ${total / 1e9} for ${billions}`);
    assert.ok(activePerToken <= total, shape.name);
  }
});
