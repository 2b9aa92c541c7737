import assert from "node:assert/strict";
import { test } from "node:test";
import { models, modelNamed } from "../catalog/models.ts";
import { launchesPerLayer } from "./launches.ts";

test("a dense layer counts as one, experts, latent and linear attention as more, and no layer of any model as ten", () => {
  const of = (name: string) => launchesPerLayer(modelNamed(name));
  assert.equal(of("llama-3.1-70b"), 1);
  assert.ok(of("gpt-oss-120b") > 1 && of("gpt-oss-120b") < of("qwen3.5-397b-a17b"));
  assert.ok(of("deepseek-r1") > 2 && of("deepseek-r1") < of("deepseek-v3.2"));
  for (const model of models) assert.ok(launchesPerLayer(model) >= 1 && launchesPerLayer(model) < 10, model.name);
});
