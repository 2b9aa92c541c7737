/** The first command, and what goes wrong with it: each in one clear line and with an exit code of its own. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type RunningFactory, run, startFactory, tokenworks } from "./factory.ts";

let factory: RunningFactory;
before(async () => {
  factory = await startFactory();
});
after(() => factory.dispose());

async function upFails(dataDir: string, ...args: string[]): Promise<{ code: number; err: string }> {
  const child = spawn(process.execPath, [tokenworks, "up", "--data", dataDir, ...args], { stdio: "pipe" });
  let err = "";
  child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
  const [code] = (await once(child, "close")) as [number | null];
  return { code: code ?? -1, err };
}

function chat(body: object, key = factory.key): Promise<Response> {
  return fetch(`${factory.apiUrl}/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

const question = { model: "tokenworks-tiny", messages: [{ role: "user", content: "What is PUE?" }], max_tokens: 16 };

test("what was just served shows in the stack, with revenue, cost and idle capacity", async () => {
  const answer = await chat(question);
  assert.equal(answer.status, 200, await answer.clone().text());
  const { usage } = (await answer.json()) as { usage: { prompt_tokens: number; completion_tokens: number } };
  type Report = {
    layers: { layer: string }[];
    total: { revenue: string };
    requests: { complete: number };
    tokens: { input: number; cachedInput: number; output: number };
  };
  let report: Report | undefined;
  for (let tries = 0; tries < 60 && (report?.requests.complete ?? 0) === 0; tries += 1) {
    const { out, err, code } = await run(factory.dataDir, "stack", "--window", "1h", "--json");
    assert.equal(code, 0, err);
    report = JSON.parse(out) as Report;
  }
  assert.deepEqual(
    report?.layers.map(({ layer }) => layer),
    ["energy", "chips", "infrastructure", "platform", "models", "applications"],
  );
  assert.equal(report.tokens.input + report.tokens.cachedInput, usage.prompt_tokens);
  assert.equal(report.tokens.output, usage.completion_tokens);
  assert.ok(Number(report.total.revenue) > 0);
});

test("a second copy on the same folder is refused in one line that names the first", async () => {
  const { code, err } = await upFails(factory.dataDir, "--port", "0", "--console-port", "0");
  assert.equal(code, 4);
  assert.equal(err.trim().split("\n").length, 1, err);
  assert.match(err, new RegExp(`in use by another Tokenworks \\(process ${factory.process.pid}\\)`));
});

test("a port that is taken is named in one line, and nothing is left behind", async () => {
  const blocker = createServer().listen(0, "127.0.0.1");
  await once(blocker, "listening");
  const address = blocker.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const dataDir = mkdtempSync(join(tmpdir(), "tokenworks-port-"));
  const { code, err } = await upFails(dataDir, "--port", String(port));
  blocker.close();
  rmSync(dataDir, { recursive: true });
  assert.equal(code, 4);
  assert.equal(err.trim().split("\n").length, 1, err);
  assert.match(err, new RegExp(`Port ${port} on 127.0.0.1 is taken`));
});

test("a data folder that cannot be made is named in one line", async () => {
  const file = join(mkdtempSync(join(tmpdir(), "tokenworks-file-")), "a-file");
  writeFileSync(file, "");
  const { code, err } = await upFails(join(file, "data"));
  assert.notEqual(code, 0);
  assert.equal(err.trim().split("\n").length, 1, err);
  assert.match(err, /cannot be written/);
});

test("a stop is clean, and the books and the key are there after the next start", async () => {
  const first = await startFactory();
  assert.equal((await chat(question, factory.key)).status, 200);
  assert.equal(await first.stop(), 0, first.errors());
  const second = await startFactory({ dataDir: first.dataDir });
  assert.equal(second.key, "", "a first key is made only once");
  const answer = await fetch(`${second.apiUrl}/models`, { headers: { authorization: `Bearer ${first.key}` } });
  assert.equal(answer.status, 200);
  await second.dispose();
});
