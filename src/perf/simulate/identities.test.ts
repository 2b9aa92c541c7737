import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Deployment } from "./deployment.ts";
import { deployments, schedulers, serviceTable, table, workloads } from "./plain/fixture.ts";
import type { ReplicaUse, Result } from "./result.ts";
import { simulate } from "./run.ts";
import { closedLoop, poissonArrivals } from "../loads/workload.ts";

const anyScheduler = fc.oneof(...Object.values(schedulers));
const sum = (values: Iterable<number>): number => Array.from(values).reduce((total, value) => total + value, 0);
const uses = (run: Result): ReplicaUse[] => run.pools.flatMap(({ replicas }) => replicas);

test("every request gets its first token after it was sent and its last not before; no rank holds more than its blocks", () => {
  fc.assert(
    fc.property(workloads, deployments(anyScheduler), (workload, deployment) => {
      const run = simulate(workload, deployment);
      for (const use of run.pools[0]!.replicas) assert.ok(use.kvBlocksMost <= deployment.kvBlocks);
      for (const use of run.pools[1]?.replicas ?? []) {
        assert.ok(use.kvBlocksMost <= deployment.disaggregation!.decode.kvBlocks);
      }
      for (const [request, output] of workload.outputTokens.entries()) {
        assert.ok(run.ttftSeconds[request]! > 0);
        assert.ok(run.e2eSeconds[request]! >= run.ttftSeconds[request]!);
        assert.equal(Number.isNaN(run.tpotSeconds[request]!), output === 1);
      }
    }),
  );
});

test("work is conserved: each output token is made once, each prompt token computed or found cached", () => {
  fc.assert(
    fc.property(workloads, deployments(anyScheduler), (workload, deployment) => {
      const run = simulate(workload, deployment);
      fc.pre(run.preemptions === 0);
      const decoded = sum(uses(run).map(({ decodedTokens }) => decodedTokens));
      assert.equal(decoded, sum(workload.outputTokens) - run.requests);
      assert.equal(run.prefilledTokens + run.cachedTokens, sum(workload.promptTokens));
    }),
  );
});

test("the gaps between tokens add up to the times from first tokens to last", () => {
  fc.assert(
    fc.property(workloads, deployments(anyScheduler), (workload, deployment) => {
      const run = simulate(workload, deployment);
      const gaps = sum(workload.outputTokens) - run.requests;
      if (gaps === 0) assert.ok(Number.isNaN(run.itl.mean));
      else {
        const between = sum(run.e2eSeconds) - sum(run.ttftSeconds);
        assert.ok(Math.abs(run.itl.mean * gaps - between) < 1e-9 * (1 + between), `${run.itl.mean * gaps}, ${between}`);
      }
    }),
  );
});

test("Little's law: clients at work are requests a second times the time of each", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), anyScheduler, (concurrency, scheduler) => {
      const workload = closedLoop({ concurrency, promptTokens: 40, outputTokens: 30, requests: 40 * concurrency });
      const run = simulate(workload, { table, scheduler, kvBlocks: 4000, blockTokens: 4 });
      const atWork = run.requestsPerSecond * run.e2e.mean;
      // All but the end, when the last answers leave clients without anything to ask.
      assert.ok(atWork <= concurrency * (1 + 1e-9) && atWork > concurrency * 0.9, `${atWork} of ${concurrency}`);
    }),
    { numRuns: 40 },
  );
});

test("one server with a fixed time of service: the wait is that of M/D/1 (Pollaczek and Khinchine)", () => {
  const service = 0.1;
  const requests = 400_000;
  const ones = new Int32Array(requests).fill(1);
  for (const [seed, load] of [0.2, 0.5, 0.8].entries()) {
    const deployment: Deployment = {
      table: serviceTable(service),
      scheduler: { type: "vllm-v1", maxStepTokens: 8, maxSequences: 1 },
      kvBlocks: 8,
      blockTokens: 4,
    };
    const arrivals = poissonArrivals(requests, load / service, seed + 1);
    const run = simulate({ arrivals, promptTokens: ones, outputTokens: ones }, deployment);
    const expected = service + (service * load) / (2 * (1 - load));
    assert.ok(Math.abs(run.ttft.mean / expected - 1) < 0.02, `at ${load}: ${run.ttft.mean} s, expected ${expected} s`);
    const [use] = uses(run);
    assert.ok(Math.abs(use!.prefillSeconds - requests * service) < 1e-3);
  }
});

test("the same workload gives the same digest again, another seed another", () => {
  const of = (seed: number): string =>
    simulate(closedLoop({ concurrency: 8, promptTokens: 100, outputTokens: 50, seed }), {
      table,
      scheduler: { type: "vllm-v1", maxStepTokens: 64, maxSequences: 16 },
      kvBlocks: 200,
      blockTokens: 4,
    }).digest;
  assert.equal(of(1), of(1));
  assert.notEqual(of(1), of(2));
});

test("goodput counts what met the objective", () => {
  const workload = closedLoop({ concurrency: 30, promptTokens: 100, outputTokens: 50 });
  const deployment: Deployment = {
    table,
    scheduler: { type: "vllm-v1", maxStepTokens: 64, maxSequences: 16 },
    kvBlocks: 800,
    blockTokens: 4,
  };
  const all = simulate(workload, deployment, { slo: { ttftSeconds: 1e9 } });
  assert.equal(all.goodput?.share, 1);
  assert.equal(all.goodput?.outputTokensPerSecond, all.outputTokensPerSecond);
  const half = simulate(workload, deployment, { slo: { ttftSeconds: all.ttft.p50 } });
  assert.ok(Math.abs(half.goodput!.share - 0.5) < 0.01);
  assert.equal(simulate(workload, deployment).goodput, undefined);
});

test("an engine that decodes several steps at a time lets a prompt wait for the last of them", () => {
  const arrivals = { type: "open", seconds: new Float64Array([0, 1e-9]) } as const;
  const workload = { arrivals, promptTokens: new Int32Array([8, 8]), outputTokens: new Int32Array([40, 40]) };
  const second = (decodeSteps: number) => {
    const scheduler = { type: "vllm-v0", maxStepTokens: 64, maxSequences: 4, decodeSteps } as const;
    return simulate(workload, { table, scheduler, kvBlocks: 100, blockTokens: 4 }).ttftSeconds[1]!;
  };
  assert.ok(second(1) < second(2));
  // By one step of the first request more, which reads a token of context more than the one before.
  const steps = [2, 3, 4, 5].map((count) => second(count + 1) - second(count));
  for (const [at, seconds] of steps.entries()) {
    assert.ok(seconds > table.decodeSeconds[1]!, `${seconds} s`);
    if (at > 0) assert.ok(Math.abs(seconds - steps[at - 1]! - table.contextSeconds[1]!) < 1e-9, `${seconds} s`);
  }
});

test("an engine that admits nobody for some steps after prompts lets a request wait for each, once enough are running", () => {
  const arrivals = { type: "open", seconds: new Float64Array([0, 1e-9]) } as const;
  const workload = { arrivals, promptTokens: new Int32Array([8, 8]), outputTokens: new Int32Array([40, 40]) };
  const second = (steps: number, sequences: number) => {
    const decodesBetween = { steps, sequences };
    const scheduler = { type: "vllm-v1", maxStepTokens: 64, maxSequences: 4, decodesBetween } as const;
    return simulate(workload, { table, scheduler, kvBlocks: 100, blockTokens: 4 }).ttftSeconds[1]!;
  };
  for (const steps of [1, 2, 3, 4]) {
    assert.ok(second(steps + 1, 1) - second(steps, 1) > table.decodeSeconds[1]!);
    assert.equal(second(steps, 2), second(0, 1));
  }
});

test("a request that could never run is refused, with the field and what would fit", () => {
  const workload = closedLoop({ concurrency: 1, promptTokens: 150, outputTokens: 20, ratio: 1 });
  const deployment: Deployment = {
    table,
    scheduler: { type: "vllm-v1", maxStepTokens: 64, maxSequences: 4 },
    kvBlocks: 10,
    blockTokens: 16,
  };
  assert.throws(() => simulate(workload, deployment), {
    code: "invalid_value",
    param: "promptTokens[0]",
    message: /150 \+ 20 tokens.*room for 160.*11 blocks/,
  });
  assert.throws(
    () =>
      simulate(workload, {
        ...deployment,
        kvBlocks: 100,
        scheduler: { type: "vllm-v0", maxStepTokens: 64, maxSequences: 4 },
      }),
    {
      code: "invalid_value",
      param: "scheduler.maxStepTokens",
      message: /at least 170/,
    },
  );
  assert.throws(() => simulate(workload, { ...deployment, kvBlocks: 0 }), { code: "invalid_value", param: "kvBlocks" });
  assert.throws(() => simulate(workload, { ...deployment, scheduler: { type: "orca", maxSequences: 500 } }), {
    code: "invalid_value",
    param: "scheduler.maxSequences",
    message: /up to 64 sequences/,
  });
});

test("times that go back, and lengths below one, are refused by name", () => {
  const deployment: Deployment = { table, scheduler: { type: "orca", maxSequences: 4 }, kvBlocks: 100, blockTokens: 4 };
  const two = new Int32Array([2, 2]);
  const backward = { type: "open", seconds: new Float64Array([1, 0.5]) } as const;
  const negative = { type: "open", seconds: new Float64Array([-1, 0.5]) } as const;
  for (const [arrivals, param] of [
    [backward, "arrivals.seconds[1]"],
    [negative, "arrivals.seconds[0]"],
  ] as const) {
    const workload = { arrivals, promptTokens: two, outputTokens: two };
    assert.throws(() => simulate(workload, deployment), { code: "invalid_value", param });
  }
  const workload = {
    arrivals: { type: "closed", concurrency: 1 },
    promptTokens: two,
    outputTokens: new Int32Array([1, 0]),
  } as const;
  assert.throws(() => simulate(workload, deployment), { code: "invalid_value", param: "outputTokens[1]" });
});
