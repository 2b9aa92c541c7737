/** The AI SDK, the strictest of the clients: it validates every chunk. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { embed, generateText, streamText } from "ai";
import { type RunningFactory, startFactory } from "../factory.ts";

let factory: RunningFactory;
const provider = () =>
  createOpenAICompatible({ name: "tokenworks", baseURL: factory.apiUrl, apiKey: factory.key, includeUsage: true });

before(async () => {
  factory = await startFactory();
});
after(() => factory.dispose());

test("text is generated, with its usage", async () => {
  const { text, usage, finishReason } = await generateText({
    model: provider()("tokenworks-tiny"),
    prompt: "What is TTFT?",
    maxOutputTokens: 24,
  });
  assert.ok(text.length > 0);
  assert.ok((usage.inputTokens ?? 0) > 0 && (usage.outputTokens ?? 0) > 0);
  assert.ok(["stop", "length"].includes(finishReason));
});

test("text is streamed to a clean end, with its usage", async () => {
  const result = streamText({
    model: provider()("tokenworks-tiny"),
    prompt: "What is goodput?",
    maxOutputTokens: 24,
    onError: ({ error }) => assert.fail(String(error)),
  });
  let text = "";
  for await (const part of result.textStream) text += part;
  assert.ok(text.length > 0);
  assert.ok(((await result.usage).outputTokens ?? 0) > 0);
  assert.ok(["stop", "length"].includes(await result.finishReason));
});

test("a text is embedded", async () => {
  const { embedding } = await embed({ model: provider().embeddingModel("tokenworks-tiny"), value: "energy" });
  assert.ok(embedding.length > 0);
});
