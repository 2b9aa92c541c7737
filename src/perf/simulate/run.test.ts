import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Deployment } from "./deployment.ts";
import { deployments, schedulers, table, workloads } from "./plain/fixture.ts";
import { simulatePlainly } from "./plain/plain.ts";
import { simulate } from "./run.ts";
import type { Workload } from "../loads/workload.ts";

const isClose = (one: number, other: number): boolean => Math.abs(one - other) <= 1e-9 * Math.max(1, Math.abs(other));

function agrees(workload: Workload, deployment: Deployment): void {
  const plain = simulatePlainly(workload, deployment);
  const run = simulate(workload, deployment);
  const { disaggregation, table } = deployment;
  assert.equal(run.preemptions, plain.preemptions);
  for (let request = 0; request < run.requests; request++) {
    const handedOver = disaggregation && workload.outputTokens[request]! > 1;
    const deliver = (handedOver ? disaggregation.decode.table : table).deliverSeconds;
    const arrival = plain.arrival[request]!;
    const first = plain.first[request]! + table.deliverSeconds - arrival;
    const last = plain.last[request]! + deliver - arrival;
    const of = `request ${request}`;
    assert.ok(
      isClose(run.arrivalSeconds[request]!, arrival),
      `${of} sent at ${run.arrivalSeconds[request]}, ${arrival}`,
    );
    assert.ok(isClose(run.ttftSeconds[request]!, first), `${of} TTFT ${run.ttftSeconds[request]}, ${first}`);
    assert.ok(isClose(run.e2eSeconds[request]!, last), `${of} whole ${run.e2eSeconds[request]}, ${last}`);
  }
  assert.equal(run.steps, plain.steps);
}

for (const [name, scheduler] of Object.entries(schedulers)) {
  test(`${name}: steps taken at once come out as if each had been taken by itself`, () => {
    fc.assert(fc.property(workloads, deployments(scheduler), agrees), { numRuns: 500 });
  });
}

test("prompts that have no place do not wait for more of their kind, whatever steps are taken at once meanwhile", () => {
  const workload: Workload = {
    arrivals: { type: "closed", concurrency: 3 },
    promptTokens: Int32Array.from([2, 2, 2, 1, 1]),
    outputTokens: Int32Array.from([4, 1, 5, 1, 1]),
  };
  agrees(workload, {
    table,
    blockTokens: 4,
    kvBlocks: 32,
    prefixCache: false,
    replicas: 2,
    router: "round-robin",
    scheduler: {
      type: "tensorrt-llm",
      maxStepTokens: 90,
      maxSequences: 2,
      policy: "guaranteed-no-evict",
      chunked: false,
      batchWait: { share: 0.1, steps: 1 },
    },
  });
});

test("of those who finish at one step, who started first gives its blocks back first, though it came to decode later", () => {
  const workload: Workload = {
    arrivals: { type: "closed", concurrency: 10 },
    promptTokens: Int32Array.from([17, 15, 38, 31, 1, 6, 25, 32, 2, 12]),
    outputTokens: Int32Array.from([11, 20, 7, 19, 3, 24, 5, 12, 1, 1]),
    prefix: {
      unitTokens: 4,
      offsets: Int32Array.from([0, 1, 2, 2, 2, 2, 3, 3, 4, 4, 4]),
      units: Int32Array.from([3, 2, 2, 3]),
    },
  };
  const pool = { table, blockTokens: 4, kvBlocks: 24, prefixCache: true };
  const disaggregation = {
    decode: { ...pool, scheduler: { type: "sglang", maxStepTokens: 12, maxSequences: 4, receiveSteps: 6 } },
    transferSeconds: (tokens: number) => 0.0021 + 1.3e-5 * tokens,
    firstTokenAfterTransfer: false,
  } as const;
  agrees(workload, { ...pool, scheduler: { type: "sglang", maxStepTokens: 13, maxSequences: 2 }, disaggregation });
});
