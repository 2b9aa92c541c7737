import assert from "node:assert/strict";
import { test } from "node:test";
import { chipNamed } from "../../catalog/chips.ts";
import { modelNamed } from "../../catalog/models.ts";
import { poissonArrivals } from "../simulate/workload.ts";
import { Course, race } from "./race.ts";
import { nameOf, type Search } from "./space.ts";
import { missOf, trialOf } from "./trial.ts";

const search: Search = {
  model: modelNamed("llama-3.1-70b"),
  chips: ["h100", "h200", "b200"].map(chipNamed),
  engines: ["vllm", "sglang"],
  weights: ["fp8", "fp4"],
  kv: "fp8",
  tensorParallel: [1, 2, 3, 4, 8],
  expertParallel: [1],
  attentionParallel: [1],
  stepTokens: [2048, 8192],
  load: { type: "lengths", promptTokens: 1024, outputTokens: 256 },
  objective: { ttftMs: 800, tpotMs: 25 },
  usdPerHour: { h100: 1.5, h200: 1.8, b200: 2.9 },
  finalists: 4,
};

function run(of: Search) {
  const course = new Course(of);
  const running = race(course);
  let turn = running.next();
  while (!turn.done) turn = running.next(turn.value.tasks.map((task) => course.carryOut(task)));
  return { course, findings: turn.value };
}

test("the cheapest is what simulating every candidate finds, and every candidate is accounted for", () => {
  const { course, findings } = run(search);
  const all = course.candidates
    .map((candidate) => trialOf(search, candidate, 64, "long"))
    .flatMap(({ best }) => best?.usdPerMillionOutputTokens ?? []);
  const found = findings.byCost[0]?.best;
  // A short heat chooses the step budget, which it may miss by a hair.
  assert.ok((found?.usdPerMillionOutputTokens ?? Infinity) < Math.min(...all) * 1.005);
  assert.ok(found !== undefined && missOf(found, search.objective) === "");
  assert.equal(findings.candidates, 120);
  const ids = [
    ...findings.byCost.map(({ candidate }) => candidate.id),
    ...findings.losers.map(({ candidate }) => candidate.id),
  ];
  assert.deepEqual(
    ids.toSorted((one, other) => one - other),
    course.candidates.map(({ id }) => id),
  );
  assert.ok(findings.simulated < findings.candidates / 2, `${findings.simulated} simulated`);
  assert.ok(findings.isComplete);
});

test("the front is that of every candidate with 1, 2, 4, 8 … clients, within its margin", () => {
  const { course, findings } = run(search);
  const points = course.candidates.flatMap((candidate) =>
    [1, 4, 16, 64].flatMap(
      (near) => trialOf({ ...search, objective: { ttftMs: 1e9, tpotMs: 0.001 } }, candidate, near, "short").points,
    ),
  );
  for (const point of points.filter(({ concurrency }) => Number.isInteger(Math.log2(concurrency)))) {
    const level = findings.front.findLast(
      (one) => one.point.tokensPerSecondPerUser >= point.tokensPerSecondPerUser * 0.97,
    );
    assert.ok(
      level !== undefined &&
        level.point.outputTokensPerSecondPerAccelerator >= point.outputTokensPerSecondPerAccelerator * 0.97,
      `${point.tokensPerSecondPerUser} tok/s/user, ${point.outputTokensPerSecondPerAccelerator} tok/s/accelerator`,
    );
  }
  for (const [index, { point }] of findings.front.entries()) {
    const next = findings.front[index + 1]?.point;
    if (next === undefined) break;
    assert.ok(next.tokensPerSecondPerUser <= point.tokensPerSecondPerUser);
    assert.ok(next.outputTokensPerSecondPerAccelerator > point.outputTokensPerSecondPerAccelerator);
  }
});

test("each loser says why: what cannot be, what misses the objective, what is dearer", () => {
  const { findings } = run(search);
  const why = (pattern: RegExp) => findings.losers.find((one) => pattern.test(one.why));
  assert.match(nameOf(why(/64 attention heads, which 3 accelerators cannot share/)!.candidate), /tp3/);
  assert.equal(why(/GB on each of 1 H100/)?.loss, "impossible");
  assert.ok(
    findings.losers.some(({ loss, why: text }) => loss !== "impossible" && /\$\d|faster user|wanted/.test(text)),
  );
  const none = run({ ...search, objective: { ttftMs: 800, tpotMs: 0.5 } }).findings;
  assert.equal(none.byCost.length, 0);
  assert.equal(none.losses.impossible + none.losses.roofline, none.candidates);
});

test("under a trace the finalists carry its bursts, and a chip without a price is ranked by energy alone", () => {
  const count = 400;
  const workload = {
    promptTokens: Int32Array.from({ length: count }, (_, at) => 200 + ((at * 37) % 900)),
    outputTokens: Int32Array.from({ length: count }, (_, at) => 20 + ((at * 53) % 300)),
    arrivals: poissonArrivals(count, 3),
  };
  const { findings } = run({ ...search, load: { type: "trace", workload }, usdPerHour: { h100: 1.5, h200: 1.8 } });
  const best = findings.byCost[0]?.best;
  assert.ok(best !== undefined && best.requestsPerSecond > 0 && missOf(best, search.objective) === "");
  assert.ok(
    findings.byCost.some(
      ({ candidate, best: { usdPerMillionOutputTokens } }) =>
        candidate.served.chip.name === "b200" && usdPerMillionOutputTokens === undefined,
    ),
  );
  const joules = findings.byEnergy.map((one) => one.best.joulesPerOutputToken ?? Infinity);
  assert.deepEqual(
    joules,
    joules.toSorted((one, other) => one - other),
  );
});
