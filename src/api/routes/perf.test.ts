import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { test } from "node:test";
import { z } from "zod";
import { Fault } from "../../stack/fault.ts";
import type { RawAsk } from "../route.ts";
import { perfRoutes } from "./perf.ts";

/** Asks as a viewer; these routes look at nothing but the body. What is answered must be what the schema says. */
async function ask(path: string, body?: unknown, response = new EventEmitter()): Promise<Record<string, unknown>> {
  const route = perfRoutes.find((one) => one.path === path);
  assert.ok(route?.answer instanceof z.ZodType);
  const principal = { role: "viewer" } as NonNullable<RawAsk["principal"]>;
  const asked = { query: {}, params: {}, principal, response, readBody: async () => body } as unknown as RawAsk;
  const answer = await route.handle(asked);
  assert.ok(typeof answer === "object");
  return route.answer.parse(JSON.parse(JSON.stringify(answer.body))) as Record<string, unknown>;
}

type Point = {
  concurrency: number;
  kvShare: number;
  ttftMs: { mean: number; band: { low: number; high: number } };
  usdPerMillionOutputTokens: { value: number };
  buildUp: { energyUsd: number; hostingUsd: number; chipsUsd: number; totalUsd: number };
};
type Deployment = { chip: string; points: Point[]; refusal?: string; kv: { tokens: number; fullAt?: number } };

test("deployments are estimated side by side, and what cannot be says why while the others stand", async () => {
  const { deployments } = (await ask("/api/perf/estimate", {
    model: "meta-llama/Llama-3.1-70B",
    deployments: [{ chip: "h200", tensorParallel: 4 }, { chip: "H100", tensorParallel: 2 }, { chip: "l40s" }],
    concurrency: [1, 32],
  })) as { deployments: Deployment[] };
  const [h200, h100, l40s] = deployments;
  assert.deepEqual(
    deployments.map(({ chip }) => chip),
    ["h200", "h100", "l40s"],
  );
  for (const one of [h200, h100]) {
    assert.deepEqual(
      one?.points.map(({ concurrency }) => concurrency),
      [1, 32],
    );
    for (const { ttftMs, buildUp } of one?.points ?? []) {
      assert.ok(ttftMs.band.low < ttftMs.mean && ttftMs.mean < ttftMs.band.high);
      const { energyUsd, hostingUsd, chipsUsd, totalUsd } = buildUp;
      assert.ok(energyUsd > 0 && Math.abs(energyUsd + hostingUsd + chipsUsd - totalUsd) < 1e-9);
    }
  }
  assert.ok((h100?.kv.fullAt ?? 0) > 32);
  assert.match(l40s?.refusal ?? "", /GB on each of 1 L40S/);
  assert.deepEqual(l40s?.points, []);
});

test("a search answers with the best by cost and energy, the front, and why others lost", async () => {
  const found = (await ask("/api/perf/search", {
    model: "llama-3.1-8b",
    chips: ["h100", "l40s"],
    engines: ["vllm"],
    precisions: ["fp8"],
    tensorParallel: [1, 2],
    objective: { ttftMs: 500, tpotMs: 30 },
    outputTokens: 128,
  })) as {
    complete: boolean;
    byCost: { usdPerMillionOutputTokens?: number }[];
    front: unknown[];
    losers: { why: string }[];
  };
  assert.equal(found.complete, true);
  const costs = found.byCost.flatMap(({ usdPerMillionOutputTokens }) => usdPerMillionOutputTokens ?? []);
  assert.ok(costs.length > 0);
  assert.deepEqual(
    costs,
    costs.toSorted((one, other) => one - other),
  );
  assert.ok(found.front.length > 1 && found.losers.every(({ why }) => why.length > 5));
});

test("a search finds pools of prompts and answers apart, and says how many workers of each", async () => {
  const found = (await ask("/api/perf/search", {
    model: "llama-3.1-8b",
    chips: ["h100"],
    engines: ["vllm"],
    precisions: ["fp8"],
    tensorParallel: [1, 2],
    mode: "disaggregated",
    acceleratorsMost: 6,
    promptTokens: 4000,
    outputTokens: 200,
  })) as {
    candidates: number;
    byCost: { deployment: string; accelerators: number; prefill: Pool; decode: Pool }[];
    losers: { deployments: number }[];
  };
  type Pool = { workers: number; tensorParallel: number };
  const [best] = found.byCost;
  assert.ok(best !== undefined);
  const { prefill, decode, accelerators } = best;
  assert.equal(prefill.workers * prefill.tensorParallel + decode.workers * decode.tensorParallel, accelerators);
  assert.ok(accelerators <= 6);
  assert.match(best.deployment, /\d × tp\d prefill \+ \d × tp\d decode/);
  // Two splits of three step budgets for prompts, each with two splits for answers.
  assert.equal(found.candidates, 12);
  assert.equal(found.losers.reduce((sum, { deployments }) => sum + deployments, 0) + found.byCost.length, 12);
});

test("a search whose asker has left ends, and the next one need not wait for it", async () => {
  const asker = new EventEmitter();
  const many = { model: "deepseek-r1", chips: ["b200", "gb300"], mode: "both" };
  const abandoned = ask("/api/perf/search", many, asker);
  const next = ask("/api/perf/search", { model: "llama-3.1-8b", chips: ["h100"], tensorParallel: [1] });
  setImmediate(() => asker.emit("close"));
  assert.equal((await abandoned)["complete"], false);
  assert.equal((await next)["complete"], true);
});

test("an engine's version and its share of the memory decide how much its cache holds", async () => {
  const one = { chip: "h100", tensorParallel: 2 };
  const { deployments } = (await ask("/api/perf/estimate", {
    model: "llama-3.1-70b",
    deployments: [one, { ...one, engineVersion: "0.12" }, { ...one, memoryShare: 0.95 }],
    concurrency: [1],
  })) as { deployments: Deployment[] };
  const [newest = 0, old = 0, more = 0] = deployments.map(({ kv }) => kv.tokens);
  assert.ok(old < newest && newest < more, `${old} ${newest} ${more}`);
  await assert.rejects(
    ask("/api/perf/estimate", { model: "llama-3.1-70b", deployments: [{ ...one, engineVersion: "new" }] }),
    /A version is like 0\.19/,
  );
});

test("pools are estimated with the accelerators of both", async () => {
  const one = { chip: "h200", tensorParallel: 2, workers: 2, prefill: { workers: 5 } };
  const { deployments } = (await ask("/api/perf/estimate", {
    model: "llama-3.1-70b",
    deployments: [one],
    concurrency: [16],
  })) as { deployments: { accelerators: number; points: { ttftMs: { mean: number } }[] }[] };
  assert.equal(deployments[0]?.accelerators, 9);
  assert.ok((deployments[0]?.points[0]?.ttftMs.mean ?? 0) > 0);
});

test("prices that are given take the place of the catalog's, and each phase has its share of a token's energy", async () => {
  const body = { model: "llama-3.1-8b", concurrency: [8] };
  const { deployments } = (await ask("/api/perf/estimate", {
    ...body,
    deployments: [{ chip: "mi355x" }, { chip: "mi355x", capitalUsd: 30_000 }],
  })) as { deployments: { points: (Point & Phased)[] }[] };
  type Phased = {
    joulesPerOutputToken: { value: number };
    phases: Record<"prefill" | "decode" | "idle", { joulesPerOutputToken: number }>;
  };
  const [unpriced, priced] = deployments.map(({ points }) => points[0]);
  assert.equal(unpriced?.buildUp, undefined);
  assert.ok((priced?.buildUp.chipsUsd ?? 0) > 0);
  const phases = Object.values(priced?.phases ?? {});
  const sum = phases.reduce((all, { joulesPerOutputToken }) => all + joulesPerOutputToken, 0);
  assert.ok(Math.abs(sum - (priced?.joulesPerOutputToken.value ?? 0)) < 1e-9);

  const asked = { model: "llama-3.1-8b", chips: ["trainium2"], tensorParallel: [1], precisions: ["fp8"] };
  type Found = { byCost: { usdPerMillionOutputTokens?: number }[] };
  const without = (await ask("/api/perf/search", asked)) as Found;
  const given = (await ask("/api/perf/search", { ...asked, usdPerHour: { Trainium2: 1.5 } })) as Found;
  assert.equal(without.byCost[0]?.usdPerMillionOutputTokens, undefined);
  assert.ok((given.byCost[0]?.usdPerMillionOutputTokens ?? 0) > 0);
});

test("names that nobody knows and questions without bounds are refused by field", async () => {
  const refused = (path: string, body: object, message: RegExp) =>
    assert.rejects(ask(path, body), (error) => {
      assert.ok(error instanceof Fault);
      assert.match(error.message, message);
      return true;
    });
  const one = { model: "llama-3.1-8b", deployments: [{ chip: "h100" }] };
  await refused(
    "/api/perf/estimate",
    { ...one, model: "lama-3.1-8b" },
    /no model "lama-3.1-8b".*Nearest: llama-3.1-8b/,
  );
  await refused("/api/perf/estimate", { ...one, deployments: [{ chip: "h1000" }] }, /no chip "h1000"/);
  await refused("/api/perf/estimate", { ...one, concurrency: [100_000] }, /concurrency/);
  const wide = {
    model: "deepseek-r1",
    chips: ["h100", "h200", "b200", "b300", "gb200", "gb300", "mi300x", "mi325x", "mi355x"],
  };
  const splits = [1, 2, 4, 8, 16, 32, 64];
  await refused(
    "/api/perf/search",
    {
      ...wide,
      tensorParallel: splits,
      attentionParallel: splits,
      expertParallel: splits,
      stepTokens: [1024, 2048, 8192, 16384],
    },
    /These are \d+ deployments\. Ask for 20000/,
  );
});

test("the models of the catalog are listed", async () => {
  const { models } = (await ask("/api/perf/models")) as { models: { name: string }[] };
  assert.ok(models.some(({ name }) => name === "deepseek-r1"));
});
