import assert from "node:assert/strict";
import { test } from "node:test";
import { chipNamed } from "../../catalog/chips.ts";
import { modelNamed } from "../../catalog/models.ts";
import { boundsOf } from "./bounds.ts";
import { Course } from "./course.ts";
import { race } from "./race.ts";
import { nameOf, type Objective, type Search } from "./space.ts";
import { type Point, trialOf } from "./trial.ts";

/** By how much a simulation may be above a bound: lengths as they are drawn are not quite the mean ones. */
const tolerance = 1.03;
/** By how much the cheapest may be missed: the short heat chooses among few requests. */
const missedMost = 0.03;

const spaces: readonly (readonly [model: string, chip: string, attentionParallel: readonly number[]])[] = [
  ["llama-3.1-8b", "h100", [1]],
  ["llama-3.1-70b", "h200", [1]],
  ["gpt-oss-120b", "h100", [1, 2]],
  ["deepseek-r1", "b200", [1, 8]],
];

/** Mostly answers, mostly prompts, and in between; objectives that leave little time and much. */
const asked: readonly (readonly [promptTokens: number, outputTokens: number, Objective])[] = [
  [1024, 512, { ttftMs: 1000, tpotMs: 30 }],
  [6000, 64, { ttftMs: 500, tpotMs: 15 }],
  [2000, 28, { ttftMs: 3000, tpotMs: 60 }],
  [100, 300, { ttftMs: Infinity, tpotMs: 40 }],
];

for (const [model, chip, attentionParallel] of spaces) {
  for (const [promptTokens, outputTokens, objective] of asked) {
    const search: Search = {
      model: modelNamed(model),
      chips: [chipNamed(chip)],
      engines: ["vllm", "sglang"],
      weights: ["fp8"],
      tensorParallel: [1, 2, 8],
      attentionParallel,
      expertParallel: [1, 8],
      stepTokens: [2048, 8192],
      mode: "aggregated",
      acceleratorsMost: 8,
      load: { type: "lengths", promptTokens, outputTokens },
      objective,
      usdPerHour: { [chip]: 2 },
      finalists: 6,
    };
    const of = `${model} on ${chip}, ${promptTokens} in and ${outputTokens} out, TTFT ${objective.ttftMs} and TPOT ${objective.tpotMs} ms`;

    test(`${of}: no bound excludes what a simulation finds, and the cheapest of all is found`, () => {
      const course = new Course(search);
      let least = Infinity;
      for (const group of course.groups) {
        const { bounds } = boundsOf(group, course.means, objective, "aggregated");
        for (const [index, candidate] of group.candidates.entries()) {
          const { lost, best: bound } = bounds[index]!;
          // Not a matter of speed.
          if (lost?.loss === "impossible") continue;
          const best: Point | undefined = trialOf(search, candidate, 32, "long").best;
          if (best === undefined) continue;
          assert.equal(lost, undefined, nameOf(candidate));
          const { outputTokensPerSecondPerAccelerator: tokens } = best;
          const most = bound!.tokensPerSecondPerAccelerator;
          assert.ok(tokens <= most * tolerance, `${nameOf(candidate)}: ${tokens} tokens/s, ${most} at best`);
          least = Math.min(least, best.usdPerMillionOutputTokens!);
        }
      }
      const running = race(course);
      let turn = running.next();
      while (!turn.done) turn = running.next(turn.value.tasks.map((task) => course.carryOut(task)));
      const found = turn.value.byCost[0]?.best.usdPerMillionOutputTokens ?? Infinity;
      assert.ok(found === least || found < least * (1 + missedMost), `$${found}, $${least} at best`);
    });
  }
}
