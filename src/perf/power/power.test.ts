import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Chip } from "../../catalog/chip.ts";
import { chipNamed } from "../../catalog/chips.ts";
import { modelNamed } from "../../catalog/models.ts";
import type { Activity } from "./activity.ts";
import { usdPerMillionTokens } from "../cost.ts";
import type { Served } from "../deployment.ts";
import { acceleratorWatts, hostWatts, powerOf } from "./power.ts";
import { predict } from "../predict.ts";
import { closedLoop, poissonArrivals } from "../loads/workload.ts";

const b200 = chipNamed("b200");
const served: Served = {
  chip: b200,
  model: modelNamed("llama-3.1-8b"),
  engine: "vllm",
  tensorParallel: 1,
  expertParallel: 1,
  attentionParallel: 1,
  weights: "fp8",
  kv: "fp8",
};
const share = fc.double({ min: 0, max: 1, noNaN: true });
const activity = (seconds: number): fc.Arbitrary<Activity> =>
  fc.record({ seconds: fc.constant(seconds), tensor: share, memory: share, link: share, host: share });
const isClose = (one: number, other: number) => Math.abs(one - other) <= 1e-9 * Math.abs(other);

test("joules close with power and time, and phases with the whole, for any activity", () => {
  fc.assert(
    fc.property(
      activity(3),
      activity(5),
      fc.integer({ min: 1, max: 4 }),
      fc.constantFrom(1, 2, 8),
      fc.double({ min: 1, max: 2, noNaN: true }),
      (prefill, decode, replicas, each, pue) => {
        const run = { accelerators: replicas * each, replicas, seconds: 10, promptTokens: 700, outputTokens: 300 };
        const power = powerOf(b200, { prefill, decode }, run, pue);
        assert.ok(power.type === "predicted");
        const phases = Object.values(power.byPhase);
        assert.ok(isClose(power.joules, power.watts * run.seconds * run.accelerators));
        assert.ok(
          isClose(
            phases.reduce((sum, { joules }) => sum + joules, 0),
            power.joules,
          ),
        );
        assert.ok(
          isClose(
            phases.reduce((sum, { seconds }) => sum + seconds, 0),
            run.seconds * replicas,
          ),
        );
        assert.ok(isClose(power.joulesPerOutputToken * 300, power.joules));
        assert.ok(isClose(power.joulesPerToken * 1000, power.joules));
        assert.ok(isClose((power.acceleratorWatts + hostWatts) * pue, power.watts));
      },
    ),
  );
});

test("an accelerator draws no less than idle and no more than its TDP, and more the busier it is", () => {
  fc.assert(
    fc.property(activity(1), share, (one, more) => {
      const watts = acceleratorWatts(b200, one)!;
      assert.ok(watts > b200.idleWatts!.value && watts <= b200.tdpWatts!.value);
      const busier = { ...one, memory: Math.min(1, one.memory + more) };
      assert.ok(acceleratorWatts(b200, busier)! >= watts);
    }),
  );
  assert.equal(acceleratorWatts(b200, "idle"), b200.idleWatts?.value);
});

test("an A100 that decodes Llama 2 70B draws what Splitwise measured", () => {
  // TP 2, one sequence: 69 GB of weights in 54.8 ms are 0.62 of the bandwidth; 0.736 of the TDP over all of it.
  const watts = acceleratorWatts(chipNamed("a100"), { seconds: 1, tensor: 0, memory: 0.62, link: 0, host: 0 });
  assert.ok(Math.abs(watts! / 400 / 0.73 - 1) < 0.03, `${watts} W`);
});

test("a chip whose idle power nobody has published has no power, and says so", () => {
  const { idleWatts: _, ...rest } = b200;
  const unknown: Chip = rest;
  const busy = { seconds: 1, tensor: 0.5, memory: 0.5, link: 0, host: 0 };
  const run = { accelerators: 1, replicas: 1, seconds: 2, promptTokens: 10, outputTokens: 10 };
  const power = powerOf(unknown, { prefill: busy, decode: busy }, run);
  assert.ok(power.type === "unavailable");
  assert.match(power.reason, /idle power of B200/);
});

test("a prediction's joules a token times its tokens a second are its watts; $/Mtok likewise", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 64 }), fc.integer({ min: 1, max: 3 }), (concurrency, replicas) => {
      const prediction = predict(served, closedLoop({ concurrency, promptTokens: 300, outputTokens: 100 }), {
        replicas,
      });
      const { power, outputTokensPerSecond, outputTokensPerSecondPerAccelerator } = prediction;
      assert.ok(power.type === "predicted");
      assert.ok(isClose(power.joulesPerOutputToken * outputTokensPerSecond, power.watts * replicas));
      const usd = usdPerMillionTokens(2, outputTokensPerSecondPerAccelerator);
      assert.ok(isClose((usd * outputTokensPerSecondPerAccelerator * 3600) / 1e6, 2));
    }),
    { numRuns: 30 },
  );
});

test("a deployment that mostly waits draws little more than idle, and its tokens take more joules", () => {
  const requests = 200;
  const load = (perSecond: number) => ({
    arrivals: poissonArrivals(requests, perSecond),
    promptTokens: new Int32Array(requests).fill(500),
    outputTokens: new Int32Array(requests).fill(100),
  });
  const [lazy, busy] = [predict(served, load(0.05)).power, predict(served, load(20)).power];
  assert.ok(lazy.type === "predicted" && busy.type === "predicted");
  assert.ok(lazy.acceleratorWatts < b200.idleWatts!.value * 1.2);
  assert.ok(lazy.joulesPerOutputToken > 20 * busy.joulesPerOutputToken);
  assert.ok(lazy.byPhase.idle.joules > 0.8 * lazy.joules);
});
