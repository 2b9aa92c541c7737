import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { caseFile, cases } from "../../planner/scenario/cases.ts";
import { chainValues, runChain } from "../../planner/stack-chain/chain.ts";
import { chains, stackChain } from "../../planner/stack-chain/chains.ts";
import type { RawAsk } from "../route.ts";
import { scenarioRoutes } from "./scenarios.ts";

/** Asks as a viewer, and holds the answer against its own schema. */
async function ask(path: string, body?: unknown, params: Readonly<Record<string, string>> = {}) {
  const route = scenarioRoutes.find((one) => one.path === path);
  assert.ok(route?.answer instanceof z.ZodType);
  const principal = { role: "viewer" } as NonNullable<RawAsk["principal"]>;
  const answer = await route.handle({ query: {}, params, principal, readBody: async () => body } as unknown as RawAsk);
  assert.ok(typeof answer === "object");
  return route.answer.parse(JSON.parse(JSON.stringify(answer.body))) as Record<string, never>;
}

test("every case is listed with what comes of it, and the headline figures beside the published ones", async () => {
  const { cases: listed, headlines } = (await ask("/api/scenarios")) as unknown as {
    cases: { name: string; run: { strategies: unknown[] } }[];
    headlines: { isReproduced: boolean }[];
  };
  assert.deepEqual(
    listed.map(({ name }) => name),
    cases.map(({ name }) => name),
  );
  assert.ok(listed.every(({ run }) => run.strategies.length === 3));
  assert.ok(headlines.every(({ isReproduced }) => isReproduced));
});

test("a case's file runs as the case does", async () => {
  const { yaml } = (await ask("/api/scenarios/:name", undefined, { name: "oracle" })) as unknown as { yaml: string };
  await assert.rejects(ask("/api/scenarios/:name", undefined, { name: "orcale" }), { code: "not_found" });
  const draws = { draws: 10, seed: 3 };
  const byName = await ask("/api/scenarios/run", { name: "oracle", ...draws });
  assert.deepEqual(await ask("/api/scenarios/run", { yaml, ...draws }), byName);
});

test("a file's mistakes come with their lines, and files of the machine are not read", async () => {
  const wrong = JSON.stringify({ ...caseFile("oracle"), to: "2020Q1" });
  await assert.rejects(
    ask("/api/scenarios/run", { yaml: wrong }),
    /scenario\.yaml:1:\d+: to: It ends before it begins/,
  );
  await assert.rejects(ask("/api/scenarios/run", { yaml: "extends: /etc/passwd.yaml" }), /cannot be read here/);
  await assert.rejects(ask("/api/scenarios/run", {}), /Give either name or yaml/);
  await assert.rejects(ask("/api/scenarios/run", { name: "orcale" }), /Nearest: oracle/);
});

test("a chain runs with what is set beside what it was, and refuses what cannot be", async () => {
  const { published, run } = (await ask("/api/stack-chains/run", {
    name: "h200",
    set: { utilisation: 0.6 },
  })) as unknown as {
    published: { marginUsd: number; lines: { published: number | null }[] };
    run: { marginUsd: number; lines: { published: number | null }[] };
  };
  const h200 = stackChain("h200");
  assert.equal(published.marginUsd, runChain(chainValues(h200)).marginUsd);
  assert.equal(run.marginUsd, runChain(chainValues(h200, { utilisation: 0.6 })).marginUsd);
  assert.ok(
    run.lines.every((line) => line.published === null),
    "nothing is held against what was not published",
  );
  await assert.rejects(
    ask("/api/stack-chains/run", { name: "h200", set: { utilisation: 2 } }),
    /utilisation: a number from/,
  );
  await assert.rejects(
    ask("/api/stack-chains/run", { name: "h200", set: { constructor: 2 } }),
    /no input "constructor"/,
  );
});

test("the industry's margins and the chains come with the source of every figure", async () => {
  const { margins, contracts } = (await ask("/api/industry")) as unknown as {
    margins: { layer: string }[];
    contracts: { seller: string; usdPerMwYear: number | null }[];
  };
  assert.equal(new Set(margins.map(({ layer }) => layer)).size, 5);
  // Worked out by the study from the same three figures: US$9.7 M a MW-year.
  assert.equal(contracts.find(({ seller }) => seller === "IREN")?.usdPerMwYear, 9.7e6);
  const answer = (await ask("/api/stack-chains")) as unknown as { chains: { name: string }[] };
  assert.deepEqual(
    answer.chains.map(({ name }) => name),
    chains.map(({ name }) => name),
  );
});
