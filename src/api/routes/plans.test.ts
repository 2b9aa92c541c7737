import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { buffer, text } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import { after, test } from "node:test";
import { stringify } from "yaml";
import { z } from "zod";
import { smallDocument } from "../../planner/capacity/fixture.ts";
import { Fault } from "../../stack/fault.ts";
import { PlanRuns } from "../plan-runs.ts";
import { type Method, type RawAsk, streamed } from "../route.ts";
import { planRoutes } from "./plans.ts";

const plans = new PlanRuns();
after(() => plans.close());
const yaml = stringify(smallDocument);
const base = "/api/plan/capacity/runs";

function asked(params: Record<string, string>, body: unknown, response?: PassThrough): RawAsk {
  const principal = { role: "viewer" } as NonNullable<RawAsk["principal"]>;
  const context = { plans, now: () => 0 };
  return { context, query: {}, params, principal, readBody: async () => body, response } as unknown as RawAsk;
}

const found = (method: Method, path: string) => {
  const route = planRoutes.find((one) => one.method === method && one.path === path);
  assert.ok(route);
  return route;
};

async function ask<Body = { id: string; state: string; plan: unknown }>(
  method: Method,
  path: string,
  params: Record<string, string> = {},
  body: unknown = {},
): Promise<Body> {
  const route = found(method, path);
  assert.ok(route.answer instanceof z.ZodType);
  const answer = await route.handle(asked(params, body));
  assert.ok(typeof answer === "object");
  return route.answer.parse(JSON.parse(JSON.stringify(answer.body))) as Body;
}

async function bytesOf(path: string, id: string): Promise<PassThrough> {
  const response = Object.assign(new PassThrough(), { writeHead: () => undefined });
  assert.equal(await found("GET", path).handle(asked({ id }, {}, response)), streamed);
  return response;
}

test("a plan is asked for, watched, and taken away as a report and a table", async () => {
  const { id } = await ask("POST", base, {}, { yaml, objective: "cost" });
  let run = await ask<{ state: string; objective: string; plan: { summary: { supplies: string[] } } }>(
    "GET",
    `${base}/:id`,
    { id },
  );
  while (run.state === "queued" || run.state === "running") {
    await pause(20);
    run = await ask("GET", `${base}/:id`, { id });
  }
  assert.equal(run.state, "done");
  assert.equal(run.objective, "cost");
  assert.ok(run.plan.summary.supplies.length > 0);
  const { runs } = await ask<{ runs: { id: string }[] }>("GET", base);
  assert.equal(runs[0]?.id, id);
  assert.equal((await buffer(await bytesOf(`${base}/:id/report`, id))).subarray(0, 5).toString(), "%PDF-");
  assert.match(await text(await bytesOf(`${base}/:id/csv`, id)), /^future,probability,quarter,measure/);
});

test("a mistake in a scenario is told with its line, and a run that is not known as not found", async () => {
  const wrong = yaml.replace("quarters: 4", "quarters: -4");
  const refusals: [Promise<unknown>, string, RegExp][] = [
    [ask("POST", base, {}, { yaml: wrong }), "invalid_value", /scenario\.yaml:3.*quarters/],
    [ask("POST", base, {}, {}), "invalid_value", /either yaml or scenario/],
    [ask("GET", `${base}/:id`, { id: "none" }), "not_found", /no run none/],
  ];
  for (const [refused, code, message] of refusals) {
    await assert.rejects(refused, (error: unknown) => {
      assert.ok(error instanceof Fault);
      assert.equal(error.code, code);
      assert.match(error.message, message);
      return true;
    });
  }
});
