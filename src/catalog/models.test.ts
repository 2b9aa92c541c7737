import assert from "node:assert/strict";
import { test } from "node:test";
import { Fault } from "../stack/fault.ts";
import { modelNamed, models } from "./models.ts";

test("every shape can be built: heads share keys evenly, a token passes no more experts than there are", () => {
  for (const { name, attention, feedForward, layers, hidden, contextMax, source } of models) {
    assert.ok(layers > 0 && hidden > 0 && contextMax >= 2048, name);
    assert.match(source, /^https:\/\/huggingface\.co\/|^docs\/model\.md$/);
    if (attention.type === "gqa") {
      assert.equal(attention.heads % attention.kvHeads, 0, name);
      assert.equal(attention.heads % (attention.global?.kvHeads ?? 1), 0, name);
      assert.ok((attention.sparse?.layers ?? 0) <= layers, name);
      assert.ok((attention.window?.layers ?? 0) <= layers && (attention.linear?.layers ?? 0) < layers, name);
    }
    if (attention.type === "mla") assert.ok((attention.linear?.layers ?? 0) < layers, name);
    if (attention.type === "compressed") {
      assert.equal(attention.heads % attention.outputGroups, 0, name);
      assert.ok(attention.chosen.layers + attention.whole.layers <= layers, name);
    }
    if (feedForward.type === "moe") {
      assert.ok(feedForward.expertsPerToken <= feedForward.experts, name);
      assert.ok(feedForward.denseLayers < layers, name);
      assert.ok(feedForward.denseLayers > 0 || feedForward.denseWidth === 0, name);
    }
  }
});

test("the names in measured tables stand for models, whatever their quantisation", () => {
  const names: Record<string, string> = {
    "moonshotai/Kimi-K2.5": "kimi-k2.5",
    "MiniMaxAI/MiniMax-M2.5": "minimax-m2.5",
    "deepseek-ai/DeepSeek-V3": "deepseek-v3",
    "deepseek-ai/DeepSeek-R1-0528": "deepseek-r1",
    "Qwen/Qwen3.5-397B-A17B": "qwen3.5-397b-a17b",
    "nvidia/DeepSeek-R1-NVFP4": "deepseek-r1",
    "nvidia/DeepSeek-R1-0528-FP4-v2": "deepseek-r1",
    "amd/DeepSeek-R1-0528-MXFP4-Preview": "deepseek-r1",
    "amd/DeepSeek-R1-0528-MXFP4-v2": "deepseek-r1",
    "nvidia/Qwen3.5-397B-A17B-NVFP4-V2": "qwen3.5-397b-a17b",
    "zai-org/GLM-5.1-FP8": "glm-5",
    "deepseek-ai/DeepSeek-V4-Pro": "deepseek-v4-pro",
    "deepseek-ai/DeepSeek-V4-Flash-0731": "deepseek-v4-flash",
    "deepseek-ai/DeepSeek-V4-Pro-0813": "deepseek-v4-pro",
    "Qwen/Qwen3.8-27B-FP8": "qwen3.5-27b",
    "mistralai/Mistral-Large-3-675B-Instruct-2512-NVFP4": "mistral-large-3",
    "mistralai/Mistral-Small-4-119B-2603": "mistral-small-4",
    "nvidia/NVIDIA-Nemotron-3-Super-120B-A12B-NVFP4": "nemotron-3-super-120b-a12b",
    "nvidia/nemotron-3-nano-30b-a3b": "nemotron-3-nano-30b-a3b",
    "moonshotai/Kimi-K3": "kimi-k3",
    "MiniMaxAI/MiniMax-M3-MXFP8": "minimax-m3",
    "nvidia/MiniMax-M3-NVFP4": "minimax-m3",
    "amd/GLM-5.2-MXFP4": "glm-5.2",
    "nvidia/Kimi-K2.6-NVFP4": "kimi-k2.5",
    "nvidia/DeepSeek-V3.1-NVFP4": "deepseek-v3.1",
    "nvidia/Qwen3-32B-NVFP4": "qwen3-32b",
    "Qwen/Qwen3-235B-A22B-FP8": "qwen3-235b-a22b",
    "Qwen/Qwen3-235B-A22B-Instruct-2507": "qwen3-235b-a22b",
    "meta-llama/Llama-3.1-8B-Instruct": "llama-3.1-8b",
    "meta-llama/Meta-Llama-3.1-70B-Instruct": "llama-3.1-70b",
    "zhipuai/GLM-5": "glm-5",
    "openai/gpt-oss-120b": "gpt-oss-120b",
    "llama2-70b-99.9": "llama-2-70b",
    "llama2-70b-fp8_quark": "llama-2-70b",
    "llama3.1-8b-edge": "llama-3.1-8b",
    "llama3_1-70b-fp8_pre": "llama-3.1-70b",
    "llama3_1-405b_finetuned": "llama-3.1-405b",
    "RedHatAI/Llama-4-Scout-17B-16E-Instruct-FP8-dynamic": "llama-4-scout",
    "mistralai/Mixtral-8x7B-Instruct-v0.1": "mixtral-8x7b",
    "Qwen/Qwen2.5-7B-Instruct": "qwen2.5-7b",
    "google/gemma-3-27b-it": "gemma-3-27b",
    "google/gemma-4-31B-it": "gemma-4-31b",
    "google/gemma-4-26B-A4B-it": "gemma-4-26b-a4b",
    "bloom-176b": "bloom-176b",
    "RedHatAI/Llama-3.3-70B-Instruct-quantized.w8a8": "llama-3.3-70b",
    "unsloth/Llama-3.3-70B-Instruct-bnb-4bit": "llama-3.3-70b",
    "amd/Llama-3.1-405B-Instruct-FP8-KV": "llama-3.1-405b",
    "Qwen/Qwen2.5-Coder-32B-Instruct": "qwen2.5-32b",
    "Qwen/Qwen2.5-7B-Instruct-1M": "qwen2.5-7b",
    "Qwen/Qwen3-VL-235B-A22B-Instruct": "qwen3-235b-a22b",
    "Qwen/Qwen3-Coder-480B-A35B-Instruct-FP8": "qwen3-coder-480b-a35b",
    QWEN3_235B: "qwen3-235b-a22b",
    MOE_Mixtral8x7B: "mixtral-8x7b",
    "mistralai/Mistral-7B-Instruct-v0.3": "mistral-7b",
    "microsoft/Phi-3-medium-128k-instruct": "phi-3-medium",
    "/models/Meta-Llama-3.1-70B-Instruct/": "llama-3.1-70b",
    "C:\\models\\Llama-3.1-8B-Instruct": "llama-3.1-8b",
    "/root/.cache/huggingface/hub/models--meta-llama--Llama-3.1-8B-Instruct/snapshots/0e9e39f": "llama-3.1-8b",
    dsr1: "deepseek-r1",
  };
  for (const [written, name] of Object.entries(names)) assert.equal(modelNamed(written).name, name, written);
});

test("each model is found by its name and each of its aliases", () => {
  for (const model of models) {
    for (const name of [model.name, ...model.aliases]) assert.equal(modelNamed(name), model, name);
  }
});

test("another model of the same family is not taken for it, and the nearest names are offered", () => {
  for (const name of [
    "llama3_1-405b_pruned",
    "deepseek-v5-pro",
    "qwen3-33b",
    "Qwen/Qwen3-VL-2B-Instruct",
    "Llama-3.2-1B-Instruct-GGUF",
    "lama-3.1-70b",
  ]) {
    assert.throws(
      () => modelNamed(name),
      (error) => error instanceof Fault && error.param === "model" && / Nearest: /.test(error.message),
      name,
    );
  }
  assert.throws(() => modelNamed("lama-3.1-70b"), /Nearest: llama-3\.1-70b/);
});
