import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { PassThrough } from "node:stream";
import { buffer } from "node:stream/consumers";
import { test } from "node:test";
import { parse } from "yaml";
import { z } from "zod";
import { evaluateDeal, type DealEvaluation } from "../../planner/deal/evaluate.ts";
import { Fault } from "../../stack/fault.ts";
import { readDeal } from "../deal-file.ts";
import { type RawAsk, streamed } from "../route.ts";
import { dealRoutes } from "./deals.ts";

const example = (name: string) =>
  readFileSync(new URL(`../../../docs/examples/deals/${name}.yaml`, import.meta.url), "utf8");
const iren = example("iren-microsoft");
const nebius = example("nebius-microsoft");

/** Asks as a viewer; these routes look at nothing but the body. */
async function ask(path: string, body: unknown): Promise<unknown> {
  const route = dealRoutes.find((one) => one.path === path);
  assert.ok(route?.answer instanceof z.ZodType);
  const answer = await route.handle(asked(body));
  assert.ok(typeof answer === "object");
  return route.answer.parse(JSON.parse(JSON.stringify(answer.body)));
}

function asked(body: unknown): RawAsk {
  const principal = { role: "viewer" } as NonNullable<RawAsk["principal"]>;
  return { query: {}, params: {}, principal, readBody: async () => body } as unknown as RawAsk;
}

test("a deal as text and as an object gives what the planner gives, whole by its schema", async () => {
  const few = { draws: 100, seed: 4 };
  const expected: unknown = JSON.parse(JSON.stringify(evaluateDeal(readDeal(iren, "deal.yaml"), few)));
  assert.deepEqual(await ask("/api/deals/evaluate", { yaml: iren, ...few }), expected);
  assert.deepEqual(await ask("/api/deals/evaluate", { deal: parse(iren), ...few }), expected);
});

test("deals asked for at once are each answered with their own", async () => {
  const names = ["iren-microsoft", "long-tail-seller", "long-tail-buyer", "nebius-microsoft"];
  const answers = await Promise.all(
    names.map((name) => ask("/api/deals/evaluate", { yaml: example(name), draws: 20 })),
  );
  assert.deepEqual(
    answers.map((answer) => (answer as DealEvaluation).name),
    names,
  );
});

test("deals are compared and added up", async () => {
  const { deals } = (await ask("/api/deals/compare", { yamls: [iren, nebius], draws: 20 })) as { deals: unknown[] };
  assert.equal(deals.length, 2);
  const all = (await ask("/api/deals/portfolio", { yamls: [iren, nebius] })) as { committedUsd: string };
  assert.equal(all.committedUsd, "27100000000");
});

test("a report is a PDF file to keep, of one deal and of all", async () => {
  const route = dealRoutes.find(({ path }) => path === "/api/deals/report");
  assert.equal(route?.answer, "application/pdf");
  for (const kind of ["deal", "comparison", "portfolio"]) {
    const written = new PassThrough();
    const headers: Record<string, unknown> = {};
    const response = Object.assign(written, { writeHead: (_: number, given: object) => Object.assign(headers, given) });
    const body = { kind, yamls: [iren, nebius], draws: 20 };
    const raw = { ...asked(body), context: { now: () => Date.UTC(2026, 10, 27) }, response } as unknown as RawAsk;
    assert.equal(await route?.handle(raw), streamed);
    const bytes = await buffer(written);
    assert.equal(bytes.subarray(0, 5).toString(), "%PDF-");
    assert.equal(headers["content-length"], bytes.length);
    assert.equal(headers["content-disposition"], `attachment; filename="${kind}.pdf"`);
  }
});

test("a mistake is told with its deal, its line and its field", async () => {
  const refused = (path: string, body: unknown, message: RegExp) =>
    assert.rejects(ask(path, body), (error) => {
      assert.ok(error instanceof Fault);
      assert.equal(error.code, "invalid_value");
      assert.match(error.message, message);
      return true;
    });
  const wrong = nebius.replace("termMonths: 60", "termMonths: 0");
  await refused("/api/deals/evaluate", { yaml: wrong }, /^deal\.yaml:\d+:3: capacity\.termMonths: /);
  await refused("/api/deals/portfolio", { yamls: [iren, wrong] }, /^deal-2\.yaml:\d+:3: capacity\.termMonths: /);
  await refused(
    "/api/deals/evaluate",
    { deal: { ...parse(iren), to: "2020-01-01" } },
    /deal\.to: The contract ends before/,
  );
  await refused("/api/deals/evaluate", {}, /Give either yaml or deal/);
  await refused("/api/deals/compare", { yamls: [iren] }, /yamls/);
  await refused("/api/deals/evaluate", { yaml: iren, draws: 1e9 }, /draws/);
});
