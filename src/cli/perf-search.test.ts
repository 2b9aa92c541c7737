/** The commands that a search prints, run: they show the figures that it found. And the control API answers as the CLI does. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { EventEmitter } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { perfRoutes } from "../api/routes/perf.ts";
import type { RawAsk } from "../api/route.ts";

const bin = fileURLToPath(new URL("../../bin/tokenworks.mjs", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "tokenworks-perf-search-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** By a shell, as somebody who copies the line would run it. */
async function shell(command: string): Promise<string> {
  assert.match(command, /^tokenworks perf /);
  const line = `'${process.execPath}' '${bin}' ${command.slice("tokenworks ".length)}`;
  const child = spawn("sh", ["-c", line], { stdio: ["ignore", "pipe", "pipe"] });
  const closed = new Promise<number | null>((resolve) => child.once("close", resolve));
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
  assert.equal(code, 0, `${command}: ${err}`);
  return out;
}

type Percentiles = { readonly p90: number };
type Found = {
  readonly command: string;
  readonly deployment: string;
  readonly concurrency: number;
  readonly ttftMs: Percentiles;
  readonly tpotMs: Percentiles;
  readonly outputTokensPerSecondPerAccelerator: number;
  readonly tokensPerSecondPerUser: number;
  readonly usdPerMillionOutputTokens: number;
  readonly joulesPerOutputToken: number;
  readonly wholeTrace?: Omit<Found, "wholeTrace"> & { readonly replicas: number };
};

async function search(args: string): Promise<{ byCost: readonly Found[]; byEnergy: readonly Found[] }> {
  return JSON.parse(await shell(`tokenworks perf search ${args} --json`)) as Awaited<ReturnType<typeof search>>;
}

async function shown(command: string) {
  return JSON.parse(await shell(`${command} --json`)) as Omit<Found, "usdPerMillionOutputTokens"> & {
    readonly usdPerMillionOutputTokens: number;
    readonly points: readonly (Pick<Found, "outputTokensPerSecondPerAccelerator" | "tokensPerSecondPerUser"> & {
      readonly steadyTtftMs: Percentiles;
      readonly steadyTpotMs: Percentiles;
      readonly usd: { readonly perMillionOutputTokens: { readonly value: number } };
      readonly joulesPerOutputToken: { readonly value: number };
    })[];
  };
}

async function isShownBy(found: Found): Promise<void> {
  const { points } = await shown(found.command);
  const [point] = points;
  assert.ok(point !== undefined);
  assert.deepEqual(
    {
      ttft: point.steadyTtftMs.p90,
      tpot: point.steadyTpotMs.p90,
      perAccelerator: point.outputTokensPerSecondPerAccelerator,
      perUser: point.tokensPerSecondPerUser,
      usd: point.usd.perMillionOutputTokens.value,
      joules: point.joulesPerOutputToken.value,
    },
    {
      ttft: found.ttftMs.p90,
      tpot: found.tpotMs.p90,
      perAccelerator: found.outputTokensPerSecondPerAccelerator,
      perUser: found.tokensPerSecondPerUser,
      usd: found.usdPerMillionOutputTokens,
      joules: found.joulesPerOutputToken,
    },
    found.command,
  );
}

test("every finalist's command shows the figures that the search found, in one piece and of two pools", async () => {
  for (const args of [
    "--model llama-3.1-70b --chips h100,b200 --engines vllm,sglang --osl 128 --slo ttft=1s,tpot=40ms --top 3",
    "--model gpt-oss-120b --chips h200 --engines vllm --dp 1,2 --kv bf16 --osl 96 --mode both --accelerators 8",
  ]) {
    const { byCost, byEnergy } = await search(args);
    assert.ok(byCost.length > 2 && byEnergy.length > 0);
    for (const one of [...byCost.slice(0, 2), byEnergy[0]!]) await isShownBy(one);
  }
});

test("under a trace they are replays: of one so much faster, and of the whole trace by as many as it takes", async () => {
  const trace = join(folder, "it's a load.csv");
  const lines = Array.from(
    { length: 400 },
    (_, at) => `${at / 40},${200 + ((at * 37) % 700)},${20 + ((at * 53) % 200)}`,
  );
  writeFileSync(trace, `arrival_seconds,prompt_tokens,output_tokens\n${lines.join("\n")}\n`);
  const quoted = `'${trace.replace("'", String.raw`'\''`)}'`;
  const { byCost } = await search(
    `--model llama-3.1-70b --chips h100 --engines vllm --tp 2,4 --trace ${quoted} --speed 2 --requests 300`,
  );
  const [best] = byCost;
  assert.ok(best?.wholeTrace !== undefined && best.wholeTrace.replicas > 1);
  for (const found of [best, best.wholeTrace]) {
    const replayed = await shown(found.command);
    assert.equal(replayed.ttftMs.p90, found.ttftMs.p90, found.command);
    assert.equal(replayed.tpotMs.p90, found.tpotMs.p90);
    assert.equal(replayed.usdPerMillionOutputTokens, found.usdPerMillionOutputTokens);
    assert.equal(replayed.joulesPerOutputToken, found.joulesPerOutputToken);
  }
  assert.match(best.wholeTrace.command, /--requests 300 --speed 2$/);
});

async function api<Answer>(path: string, body: unknown): Promise<Answer> {
  const route = perfRoutes.find((one) => one.path === path);
  const principal = { role: "viewer" } as NonNullable<RawAsk["principal"]>;
  const response = new EventEmitter();
  const asked = { query: {}, params: {}, principal, response, readBody: async () => body } as unknown as RawAsk;
  const answer = await route?.handle(asked);
  assert.ok(typeof answer === "object");
  return answer.body as Answer;
}

test("the API estimates and searches as the command line does when nothing else is said", async () => {
  for (const model of ["llama-3.1-8b", "gpt-oss-120b"]) {
    type Estimates = { deployments: { points: { tpotMs: unknown; ttftMs: unknown }[] }[] };
    const { deployments } = await api<Estimates>("/api/perf/estimate", {
      model,
      deployments: [{ chip: "h100" }],
      concurrency: [16],
    });
    const { points } = JSON.parse(
      await shell(`tokenworks perf estimate --model ${model} --chip h100 --concurrency 16 --json`),
    ) as Estimates["deployments"][number];
    const [one, other] = [deployments[0]?.points[0], points[0]];
    assert.deepEqual([one?.ttftMs, one?.tpotMs], [other?.ttftMs, other?.tpotMs], model);
    type Search = { candidates: number; byCost: { deployment: string; usdPerMillionOutputTokens: number }[] };
    const searched = await api<Search>("/api/perf/search", { model, chips: ["h100"], engines: ["vllm"] });
    const found = JSON.parse(
      await shell(`tokenworks perf search --model ${model} --chips h100 --engines vllm --json`),
    ) as Search;
    const told = ({ candidates, byCost }: Search) => [
      candidates,
      byCost.slice(0, 8).map(({ deployment, usdPerMillionOutputTokens: usd }) => [deployment, usd]),
    ];
    assert.deepEqual(told(searched), told(found), model);
  }
});
