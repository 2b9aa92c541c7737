/** The official OpenAI client, as people use it, against a factory with its own engine. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import OpenAI from "openai";
import { type RunningFactory, run, startFactory } from "../factory.ts";

let factory: RunningFactory;
let client: OpenAI;
const model = "tokenworks-tiny";
const question = [{ role: "user" as const, content: "What is a token factory?" }];

before(async () => {
  factory = await startFactory();
  client = new OpenAI({ baseURL: factory.apiUrl, apiKey: factory.key, maxRetries: 0 });
});
after(() => factory.dispose());

test("a chat completion has an answer, a reason to finish and a usage that adds up", async () => {
  const answer = await client.chat.completions.create({ model, messages: question, max_tokens: 40, temperature: 0 });
  assert.equal(answer.object, "chat.completion");
  assert.ok((answer.choices[0]?.message.content ?? "").length > 10);
  assert.ok(["stop", "length"].includes(answer.choices[0]?.finish_reason ?? ""));
  assert.ok(answer.usage);
  assert.equal(answer.usage.total_tokens, answer.usage.prompt_tokens + answer.usage.completion_tokens);
  assert.match(answer._request_id ?? "", /^[0-9a-f-]{36}$/);
});

test("a stream gives the same text as the answer in one piece, and no usage unless it was asked for", async () => {
  const ask = { model, messages: question, max_tokens: 32, temperature: 0 };
  const whole = await client.chat.completions.create(ask);
  let text = "";
  let chunks = 0;
  for await (const chunk of await client.chat.completions.create({ ...ask, stream: true })) {
    chunks += 1;
    assert.equal("usage" in chunk && chunk.usage !== null, false);
    text += chunk.choices[0]?.delta.content ?? "";
  }
  assert.equal(text, whole.choices[0]?.message.content);
  assert.ok(chunks > 5);
});

test("a stream that asks for usage gets it in one last chunk without choices", async () => {
  const stream = await client.chat.completions.create({
    model,
    messages: question,
    max_tokens: 8,
    stream: true,
    stream_options: { include_usage: true },
  });
  const usages: OpenAI.CompletionUsage[] = [];
  let last: OpenAI.ChatCompletionChunk | undefined;
  for await (const chunk of stream) {
    if (chunk.usage) usages.push(chunk.usage);
    last = chunk;
  }
  assert.equal(usages.length, 1);
  assert.deepEqual(last?.choices, []);
  assert.ok((usages[0]?.completion_tokens ?? 0) <= 8);
});

test("eight clients at once are served together", async () => {
  const ask = (index: number) =>
    client.chat.completions.create({
      model,
      messages: [{ role: "user", content: `What is PUE? (${index})` }],
      max_tokens: 24,
      stream: true,
    });
  const order: number[] = [];
  await Promise.all(
    Array.from({ length: 8 }, async (_, index) => {
      for await (const chunk of await ask(index)) if (chunk.choices[0]?.delta.content) order.push(index);
    }),
  );
  // Served in turn, each client's tokens would lie side by side: seven changes of client in all.
  const changes = order.filter((client, at) => at > 0 && client !== order[at - 1]).length;
  assert.ok(changes > 20, `the tokens of eight clients changed hands only ${changes} times`);
});

test("the older completions endpoint and embeddings answer in their shapes", async () => {
  const completion = await client.completions.create({ model, prompt: "A token factory", max_tokens: 8 });
  assert.equal(completion.object, "text_completion");
  const embedding = await client.embeddings.create({ model, input: ["energy", "chips"] });
  assert.equal(embedding.data.length, 2);
  assert.ok((embedding.data[0]?.embedding.length ?? 0) > 0);
});

test("models are listed and found, and an unknown one is not found, as OpenAI says it", async () => {
  const models = await client.models.list();
  assert.ok(models.data.some(({ id }) => id === model));
  assert.equal((await client.models.retrieve(model)).id, model);
  await assert.rejects(client.chat.completions.create({ model: "gpt-none", messages: question }), (error) => {
    assert.ok(error instanceof OpenAI.NotFoundError);
    assert.equal(error.code, "model_not_found");
    assert.equal(error.param, "model");
    return true;
  });
});

test("a wrong key is refused as the client expects", async () => {
  const stranger = new OpenAI({ baseURL: factory.apiUrl, apiKey: "tw-nobody", maxRetries: 0 });
  await assert.rejects(stranger.models.list(), OpenAI.AuthenticationError);
});

test("a client that leaves in mid-stream is billed for what it was sent, as partial", async () => {
  const stream = await client.chat.completions.create({
    model,
    messages: [{ role: "user", content: "Tell me a long story about a token factory." }],
    max_tokens: 400,
    stream: true,
  });
  let chunks = 0;
  for await (const chunk of stream) {
    if (chunk.choices[0]?.delta.content) chunks += 1;
    if (chunks === 5) break;
  }
  let found: { outcome: string; cut: string; tokens: { output: number } } | undefined;
  for (let tries = 0; found === undefined && tries < 100; tries += 1) {
    const { out } = await run(factory.dataDir, "requests", "list", "--json");
    const { requests } = JSON.parse(out) as { requests: (typeof found & {})[] };
    found = requests.find(({ outcome }) => outcome === "partial");
  }
  assert.equal(found?.cut, "client_left");
  assert.ok(found.tokens.output >= 5 && found.tokens.output < 400, `${found.tokens.output} tokens were billed`);
});

test("after all this the books balance", async () => {
  const { code, out } = await run(factory.dataDir, "ledger", "check", "--json");
  assert.equal(code, 0, out);
});
