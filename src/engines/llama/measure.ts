/**
 * Measures an engine of this computer as its clients see it, over its socket: prompts by their length, decodes by how
 * many run at once and how long their contexts are, and a mixed load beside which predictions can be held.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { type IncomingMessage, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text as readText } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { Fault } from "../../stack/fault.ts";
import { readModelCard } from "../gguf.ts";

const entry = fileURLToPath(new URL("main.ts", import.meta.url));

export type Plan = {
  readonly file: string;
  /** Sequences at once. */
  readonly parallel: number;
  readonly gpu: "auto" | "off";
  /** Where a GPU's build of the engine may be. */
  readonly dataDir: string;
  /** Times that each measurement is taken; its median counts. */
  readonly rounds: number;
  /** Requests of the mixed load. */
  readonly mixedRequests: number;
  readonly onProgress: (share: number, doing: string) => void;
  readonly signal: AbortSignal;
};

export type Decoding = { readonly sequences: number; readonly contextTokens: number; readonly seconds: number };
export type Prompting = { readonly tokens: number; readonly firstTokenSeconds: number };

/** One request of the mixed load, in the order in which they were sent. */
export type Mixed = {
  readonly promptTokens: number;
  readonly outputTokens: number;
  readonly ttftSeconds: number;
  readonly tpotSeconds: number;
  readonly e2eSeconds: number;
};

export type Measurements = {
  readonly parameters: number;
  readonly weightBytes: number;
  /** Width of a token's vector; null where the file does not say. */
  readonly hidden: number | null;
  readonly contextTokens: number;
  readonly isOnGpu: boolean;
  readonly decodes: readonly Decoding[];
  readonly prompts: readonly Prompting[];
  readonly mixed: { readonly clients: number; readonly requests: readonly Mixed[] };
};

const decodedTokens = 24;
/** Ids that every vocabulary has, past its first, which may be special. */
const tokenIds = { least: 3, count: 250 } as const;

export async function measureEngine(plan: Plan): Promise<Measurements> {
  const card = readModelCard(plan.file);
  const folder = mkdtempSync(join(tmpdir(), "tokenworks-calibrate-"));
  const socket = join(folder, "engine.sock");
  const args = ["--socket", socket, "--model", plan.file, "--name", "calibrated", "--parallel", String(plan.parallel)];
  const engine = spawn(process.execPath, [entry, ...args, "--gpu", plan.gpu, "--data", plan.dataDir], {
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const failure = readText(engine.stderr!);
  const ended = once(engine, "exit");
  try {
    plan.onProgress(0, "loading");
    const ready = await readiness(engine.stdout!);
    if (ready === undefined) {
      throw new Fault("invalid_value", { message: (await failure).trim() || "The engine ended before it was ready." });
    }
    const measured = await take(socket, ready.contextTokens, plan);
    return {
      parameters: card.parameters ?? statSync(plan.file).size,
      weightBytes: statSync(plan.file).size,
      hidden: card.dimensions,
      contextTokens: ready.contextTokens,
      isOnGpu: ready.isOnGpu,
      ...measured,
    };
  } finally {
    if (engine.connected) engine.disconnect();
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

type Ready = { readonly contextTokens: number; readonly isOnGpu: boolean };

async function readiness(lines: NodeJS.ReadableStream): Promise<Ready | undefined> {
  for await (const line of createInterface({ input: lines })) {
    if (line.startsWith('{"ready":true')) return JSON.parse(line) as Ready;
  }
  return undefined;
}

async function take(
  socket: string,
  contextTokens: number,
  { parallel, rounds, mixedRequests, onProgress, signal }: Plan,
): Promise<Pick<Measurements, "decodes" | "prompts" | "mixed">> {
  const draw = drawing();
  const ask = (promptTokens: number, outputTokens: number) =>
    generate(socket, Array.from({ length: promptTokens }, draw), outputTokens, signal);
  const most = contextTokens - decodedTokens - 8;
  const lengths = [16, 64, 128, 256, 512, 1024].filter((tokens) => tokens <= most);
  const batches = powersTo(parallel);
  const contexts = [...new Set([16, Math.min(256, most), Math.min(768, most)])];
  const all = lengths.length + batches.length * contexts.length + 1;
  let done = 0;
  const tell = (doing: string) => onProgress(done++ / all, doing);
  // The first answers of a process are slower than all others.
  await Promise.all(Array.from({ length: parallel }, () => ask(32, 8)));

  const prompts: Prompting[] = [];
  for (const tokens of lengths) {
    tell(`prompts of ${tokens} tokens`);
    const times: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const { sent, tokens: arrivals } = await ask(tokens, 1);
      times.push((arrivals[0]! - sent) / 1e3);
    }
    prompts.push({ tokens, firstTokenSeconds: median(times) });
  }

  const decodes: Decoding[] = [];
  for (const sequences of batches) {
    for (const length of contexts) {
      tell(`${sequences} at once after ${length} tokens`);
      const gaps: number[] = [];
      for (let round = 0; round < rounds; round += 1) {
        const streams = await Promise.all(Array.from({ length: sequences }, () => ask(length, decodedTokens)));
        gaps.push(...togetherGaps(streams.map(({ tokens }) => tokens)));
      }
      if (gaps.length > 0)
        decodes.push({ sequences, contextTokens: length + decodedTokens / 2, seconds: median(gaps) });
    }
  }

  tell("a mixed load");
  const clients = Math.ceil(parallel * 1.5);
  const longest = Math.min(384, Math.floor(most / 2));
  const wanted = Array.from({ length: mixedRequests }, () => ({
    promptTokens: 16 + ((draw() * 7919) % (longest - 15)),
    outputTokens: 8 + (draw() % 25),
  }));
  const requests: Mixed[] = [];
  let next = 0;
  const client = async () => {
    while (next < wanted.length) {
      const at = next++;
      const { promptTokens, outputTokens } = wanted[at]!;
      const { sent, tokens } = await ask(promptTokens, outputTokens);
      const [first = Number.NaN, last = Number.NaN] = [tokens[0], tokens.at(-1)];
      requests[at] = {
        promptTokens,
        outputTokens: tokens.length,
        ttftSeconds: (first - sent) / 1e3,
        tpotSeconds: (last - first) / 1e3 / (tokens.length - 1),
        e2eSeconds: (last - sent) / 1e3,
      };
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  onProgress(1, "done");
  return { decodes, prompts, mixed: { clients, requests } };
}

/** Gaps between tokens while all of the streams were decoding. */
function togetherGaps(streams: readonly (readonly number[])[]): number[] {
  const from = Math.max(...streams.map((tokens) => tokens[0] ?? Infinity));
  const to = Math.min(...streams.map((tokens) => tokens.at(-1) ?? 0));
  return streams.flatMap((tokens) =>
    tokens.flatMap((at, index) => {
      const before = tokens[index - 1];
      return before !== undefined && before >= from && at <= to ? [(at - before) / 1e3] : [];
    }),
  );
}

/** When it was sent, and when each token came, in milliseconds. */
type Stream = { readonly sent: number; readonly tokens: readonly number[] };

async function generate(
  socket: string,
  prompt: readonly number[],
  maxTokens: number,
  signal: AbortSignal,
): Promise<Stream> {
  const body = JSON.stringify({
    model: "calibrated",
    prompt,
    max_tokens: maxTokens,
    ignore_eos: true,
    temperature: 0,
    stream: true,
  });
  const sent = performance.now();
  const asked = request({ socketPath: socket, path: "/v1/completions", method: "POST", signal });
  asked.end(body);
  const [answer] = (await once(asked, "response")) as [IncomingMessage];
  if (answer.statusCode !== 200) {
    throw new Fault("upstream_error", { message: `The engine refused: ${await readText(answer)}` });
  }
  const tokens: number[] = [];
  for await (const line of createInterface({ input: answer })) {
    // One event a token; the last has none but the reason why it is over.
    if (line.startsWith("data: {") && tokens.length < maxTokens) tokens.push(performance.now());
  }
  if (tokens.length === 0) throw new Fault("upstream_error", { message: "The engine answered without a token." });
  return { sent, tokens };
}

/** Token ids, the same each time. */
function drawing(): () => number {
  let state = 20_261_127;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return tokenIds.least + ((state >>> 8) % tokenIds.count);
  };
}

function powersTo(most: number): number[] {
  const found = [];
  for (let power = 1; power < most; power *= 2) found.push(power);
  return [...found, most];
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}
