import assert from "node:assert/strict";
import { test } from "node:test";
import { chipNamed } from "../../catalog/chips.ts";
import { modelNamed } from "../../catalog/models.ts";
import { poissonArrivals } from "../loads/workload.ts";
import { Course } from "./course.ts";
import { race } from "./race.ts";
import { acceleratorsIn, nameOf, type Search } from "./space.ts";
import { missOf, pointAt, trialOf } from "./trial.ts";

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
  mode: "aggregated",
  acceleratorsMost: 64,
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
    [1, 2, 4, 8, 16, 32, 64].flatMap((concurrency) => pointAt(search, candidate, concurrency, "long") ?? []),
  );
  for (const point of points) {
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
    findings.losers.some(({ loss, why: text }) => loss !== "impossible" && /\$\d|faster user|limit/.test(text)),
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
  const { findings } = run({
    ...search,
    load: { type: "trace", workload, speed: 1 },
    usdPerHour: { h100: 1.5, h200: 1.8 },
  });
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

/** Few enough that every pair of pools can be simulated with every number of workers. */
const small: Search = {
  ...search,
  chips: [chipNamed("h200")],
  engines: ["vllm"],
  weights: ["fp8"],
  tensorParallel: [1, 2, 4],
  stepTokens: [8192],
  mode: "disaggregated",
  acceleratorsMost: 8,
  load: { type: "lengths", promptTokens: 4096, outputTokens: 256 },
  objective: { ttftMs: 1500, tpotMs: 25 },
};

test("pools apart: the best is near what simulating every split with every number of workers finds, and all are accounted for", () => {
  const { course, findings } = run(small);
  const costs = course.candidates.flatMap((prefill) =>
    course.candidates.flatMap((decode) => {
      const [one, other] = [acceleratorsIn(prefill), acceleratorsIn(decode)];
      const rooms = Array.from({ length: 7 }, (_, at) => at + 1);
      return rooms.flatMap((prefills) =>
        rooms
          .filter((decodes) => prefills * one + decodes * other <= small.acceleratorsMost)
          .flatMap((decodes) => {
            const candidate = course.candidateOf(course.pairId(prefill.id, decode.id), { prefills, decodes });
            return [16, 32, 64].flatMap((each) => {
              const point = pointAt(small, candidate, each);
              const isMet = point !== undefined && missOf(point, small.objective) === "";
              return isMet ? (point.usdPerMillionOutputTokens ?? []) : [];
            });
          }),
      );
    }),
  );
  const [best] = findings.byCost;
  assert.ok(best?.candidate.apart !== undefined && missOf(best.best, small.objective) === "");
  assert.ok(best.best.usdPerMillionOutputTokens! < Math.min(...costs) * 1.05, `${best.best.usdPerMillionOutputTokens}`);
  assert.ok(acceleratorsIn(best.candidate) <= small.acceleratorsMost);
  const { prefills, decodes } = best.candidate.apart;
  assert.match(
    nameOf(best.candidate),
    new RegExp(`^\\d × h200 vllm fp8, ${prefills} × tp\\d prefill \\+ ${decodes} × tp\\d decode, 8192 a step$`),
  );
  assert.equal(findings.candidates, 9);
  const out = findings.losers.reduce((sum, { count }) => sum + count, 0);
  assert.equal(out + findings.byCost.length, 9);
  assert.ok(findings.losers.every(({ why }) => why.length > 10));
});

test("both ways: the cheapest is the cheaper of either's, and where one worker of each is too many none is apart", () => {
  const cost = (mode: Search["mode"], acceleratorsMost = 8) => {
    const { findings } = run({ ...small, mode, acceleratorsMost, tensorParallel: [1, 2] });
    return findings.byCost[0]?.best.usdPerMillionOutputTokens;
  };
  const [whole, apart, both] = [cost("aggregated"), cost("disaggregated"), cost("both")];
  assert.ok(whole !== undefined && apart !== undefined);
  assert.equal(both, Math.min(whole, apart));
  const { findings } = run({ ...small, tensorParallel: [4], acceleratorsMost: 7 });
  assert.equal(findings.byCost.length, 0);
  assert.match(findings.losers[0]!.why, /one worker of each takes 8 accelerators, limit 7/);
});
