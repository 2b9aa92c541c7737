/**
 * How fast one engine makes tokens for one client and for eight at once, over its socket: time to the first token,
 * tokens per second, and what eight gain by being decoded together.
 *
 *     node bench/engine/run.ts [--model FILE] [--tokens 200] [--threads N] [--clients 8] [--json]
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { type IncomingMessage, request } from "node:http";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const repository = fileURLToPath(new URL("../../", import.meta.url));
const { values } = parseArgs({
  options: {
    model: { type: "string", default: join(repository, "models/tokenworks-tiny.gguf") },
    tokens: { type: "string", default: "200" },
    threads: { type: "string" },
    clients: { type: "string", default: "8" },
    json: { type: "boolean", default: false },
  },
});
const clients = Number(values.clients);
const tokens = Number(values.tokens);

const folder = mkdtempSync(join(tmpdir(), "tokenworks-bench-"));
const socket = join(folder, "engine.sock");
const args = ["--socket", socket, "--model", values.model, "--name", "bench", "--parallel", String(clients)];
if (values.threads !== undefined) args.push("--threads", values.threads);
const startedMs = performance.now();
const engine = spawn(process.execPath, [join(repository, "src/engines/llama/main.ts"), ...args], {
  stdio: ["ignore", "pipe", "inherit", "ipc"],
});
try {
  for await (const line of createInterface({ input: engine.stdout! })) if (line.startsWith('{"ready"')) break;
  const readyMs = performance.now() - startedMs;
  await stream("warm up", 8);
  const alone = [];
  for (let round = 0; round < 5; round += 1)
    alone.push(await stream(`Round ${round}: what is a token factory?`, tokens));
  const wallMs = performance.now();
  const together = await Promise.all(
    Array.from({ length: clients }, (_, client) => stream(`Client ${client}: what is a token factory?`, tokens)),
  );
  const togetherMs = performance.now() - wallMs;
  const one = median(alone.map(({ totalMs }) => totalMs));
  const result = {
    processor: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    readyMs: Math.round(readyMs),
    firstTokenMs: {
      one: round(median(alone.map((run) => run.firstTokenMs))),
      together: round(median(together.map((run) => run.firstTokenMs))),
    },
    tokensPerSecond: {
      one: Math.round(median(alone.map((run) => (run.tokens / run.totalMs) * 1000))),
      together: Math.round((together.reduce((sum, run) => sum + run.tokens, 0) / togetherMs) * 1000),
    },
    /** Eight in turn would take eight times as long as one. */
    timesAsLongAsOne: round(togetherMs / one),
  };
  if (values.json) console.log(JSON.stringify(result));
  else {
    console.log(`${result.processor}, ${result.cores} cores; ready in ${result.readyMs} ms`);
    console.log(
      `one client      ${result.tokensPerSecond.one} tokens/s, first token after ${result.firstTokenMs.one} ms`,
    );
    console.log(
      `${clients} clients       ${result.tokensPerSecond.together} tokens/s, first token after ${result.firstTokenMs.together} ms`,
    );
    console.log(
      `${clients} at once take ${result.timesAsLongAsOne} times as long as one; in turn it would be ${clients}.`,
    );
  }
} finally {
  engine.disconnect();
  await once(engine, "exit");
  rmSync(folder, { recursive: true });
}

async function stream(content: string, maxTokens: number) {
  const body = {
    model: "bench",
    messages: [{ role: "user", content }],
    max_tokens: maxTokens,
    ignore_eos: true,
    stream: true,
  };
  const sentMs = performance.now();
  const asked = request({ socketPath: socket, path: "/v1/chat/completions", method: "POST" });
  asked.end(JSON.stringify(body));
  const [answer] = (await once(asked, "response")) as [IncomingMessage];
  let firstTokenMs = 0;
  let made = 0;
  for await (const line of createInterface({ input: answer })) {
    // The one with the role brings no token.
    if (!line.startsWith("data: {") || !line.includes('"content":') || line.includes('"role"')) continue;
    made += 1;
    if (made === 1) firstTokenMs = performance.now() - sentMs;
  }
  return { firstTokenMs, tokens: made, totalMs: performance.now() - sentMs };
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
