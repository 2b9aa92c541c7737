import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { chunkSeconds, type StepTable } from "../step-table.ts";
import { type Deployment, type Run, type Scheduler, simulate } from "./run.ts";
import { closedLoop, poisson, type Workload } from "./workload.ts";

const filled = (size: number, value: (index: number) => number) =>
  Float64Array.from({ length: size }, (_, i) => value(i));

/** A table with every term in it, none of which is the same as another. */
const table: StepTable = {
  decodeSeconds: filled(300, (n) => 0.008 + n * 2e-5),
  contextSeconds: filled(300, (n) => 2e-8 + n * 1e-11),
  mixedSeconds: filled(9000, (n) => 0.009 + n * 4e-6),
  mixedDecodeSeconds: filled(300, (n) => n * 1e-5),
  prefillAttention: { strideTokens: 64, seconds: filled(40, (n) => n * n * 1e-6 + 1e-5) },
  ingestSeconds: 0.004,
  ingestSecondsPerToken: 1e-7,
  deliverSeconds: 0.001,
};

type One = { id: number; prompt: number; output: number; generated: number; done: number; decodes: boolean };

/** The same engine, written as one would tell it: one step at a time, each request an object. */
function plainly({ promptTokens, outputTokens, arrivals }: Workload, deployment: Deployment) {
  const { scheduler, kvBlocks, blockTokens } = deployment;
  const { type, maxStepTokens, maxSequences } = scheduler;
  const reserves = type === "tensorrt-llm";
  const all: One[] = Array.from(promptTokens, (prompt, id) => ({
    id,
    prompt,
    output: outputTokens[id]!,
    generated: 0,
    done: 0,
    decodes: false,
  }));
  const arrival = all.map(({ id }) =>
    arrivals.type === "open" ? arrivals.seconds[id]! : id < arrivals.concurrency ? 0 : Infinity,
  );
  const [first, last] = [all.map(() => 0), all.map(() => 0)];
  let [now, steps, preemptions, asked] = [
    0,
    0,
    0,
    arrivals.type === "open" ? all.length : Math.min(all.length, arrivals.concurrency),
  ];
  const queue = [...all];
  const waiting: One[] = [];
  let running: One[] = [];
  const blocks = (tokens: number) => Math.ceil(tokens / blockTokens);
  const held = (one: One) => (reserves ? blocks(one.prompt + one.output) : blocks(one.done));
  const free = () => kvBlocks - running.reduce((sum, one) => sum + held(one), 0);
  let spokenFor = 0;
  const isDecoding = (one: One) => one.decodes;
  const ready = (one: One) => arrival[one.id]! + table.ingestSeconds + table.ingestSecondsPerToken * one.prompt;
  const makeRoom = () => {
    let has = false;
    if (reserves) return false;
    const wanted = () => running.filter((one) => isDecoding(one) && one.done % blockTokens === 0).length;
    while (free() < wanted()) {
      const victim = running.pop()!;
      victim.done = 0;
      victim.decodes = false;
      waiting.unshift(victim);
      preemptions += 1;
      has = true;
    }
    return has;
  };
  const token = (one: One) => {
    one.generated += 1;
    one.decodes = true;
    if (one.generated === 1) first[one.id] = now + table.deliverSeconds;
    if (one.generated < one.output) return;
    last[one.id] = now + table.deliverSeconds;
    running = running.filter((other) => other !== one);
    if (arrivals.type === "closed" && asked < all.length) arrival[asked++] = last[one.id]!;
  };
  while (last.includes(0)) {
    while (queue[0] !== undefined && ready(queue[0]) <= now) waiting.push(queue.shift()!);
    const decoding = () => running.filter(isDecoding);
    const preempted = type !== "sglang" && decoding().length > 0 && makeRoom();
    let tokens = type === "sglang" ? 0 : decoding().length;
    const chunks: [One, number][] = [];
    const take = (one: One) => {
      const chunk = Math.min(one.prompt + one.generated - one.done, maxStepTokens - tokens);
      if (chunk === 0 || (!reserves && blocks(one.done + chunk) - blocks(one.done) > free() - spokenFor)) return;
      chunks.push([one, chunk]);
      one.done += chunk;
      tokens += chunk;
    };
    const decodes = decoding();
    spokenFor = reserves || type === "sglang" ? 0 : decodes.filter(({ done }) => done % blockTokens === 0).length;
    for (const one of running.filter((other) => !isDecoding(other))) take(one);
    const isPartial = () => running.some((one) => one.done < one.prompt + one.generated && !decodes.includes(one));
    for (;;) {
      const one = waiting[0];
      if (one === undefined || preempted || isPartial() || tokens === maxStepTokens) break;
      if (running.length >= maxSequences) break;
      const first = Math.min(one.prompt + one.generated, maxStepTokens - tokens);
      if (free() - spokenFor < blocks(reserves ? one.prompt + one.output : first)) break;
      running.push(waiting.shift()!);
      take(one);
    }
    if (chunks.length > 0) {
      const alone = type === "sglang" || decodes.length === 0;
      const attention = chunks.reduce(
        (sum, [one, chunk]) => sum + chunkSeconds(table.prefillAttention, chunk, one.done - chunk),
        0,
      );
      let seconds = table.mixedSeconds[tokens]! + attention;
      if (!alone) {
        const context = decodes.reduce((sum, one) => sum + one.done + 1, 0);
        seconds += table.mixedDecodeSeconds[decodes.length]! + table.contextSeconds[decodes.length]! * context;
      }
      now += seconds;
      steps += 1;
      if (!alone) for (const one of decodes) one.done += 1;
      // Whoever began first ends first.
      if (!alone) for (const one of decodes) token(one);
      for (const [one] of chunks) if (one.done === one.prompt + one.generated) token(one);
    } else if (decodes.length > 0) {
      if (type === "sglang") makeRoom();
      const still = decoding();
      if (still.length === 0) continue;
      const context = still.reduce((sum, one) => sum + one.done + 1, 0);
      now += table.decodeSeconds[still.length]! + table.contextSeconds[still.length]! * context;
      steps += 1;
      for (const one of still) one.done += 1;
      for (const one of still) token(one);
    } else now = ready(queue[0]!);
  }
  return { first, last, steps, preemptions };
}

const schedulers: fc.Arbitrary<Scheduler> = fc.record({
  type: fc.constantFrom("vllm", "tensorrt-llm", "sglang"),
  maxStepTokens: fc.integer({ min: 64, max: 2_000 }),
  maxSequences: fc.integer({ min: 1, max: 60 }),
});
const workloads: fc.Arbitrary<Workload> = fc
  .record({
    requests: fc.integer({ min: 1, max: 60 }),
    promptTokens: fc.integer({ min: 1, max: 900 }),
    outputTokens: fc.integer({ min: 1, max: 200 }),
    ratio: fc.constantFrom(0.1, 0.8, 1),
    seed: fc.nat(),
    load: fc.oneof(
      fc.record({ concurrency: fc.integer({ min: 1, max: 50 }) }),
      fc.record({ perSecond: fc.double({ min: 0.2, max: 200, noNaN: true }) }),
    ),
  })
  .map(({ requests, seed, load, ...lengths }) =>
    "concurrency" in load
      ? closedLoop(load.concurrency, requests, lengths, seed)
      : poisson(load.perSecond, requests, lengths, seed),
  );

const close = (one: number, other: number) => Math.abs(one - other) <= 1e-9 * Math.max(1, Math.abs(other));

test("steps that are taken at once come out as if each had been taken by itself", () => {
  fc.assert(
    fc.property(workloads, schedulers, fc.integer({ min: 72, max: 400 }), (workload, scheduler, kvBlocks) => {
      const deployment = { table, scheduler, kvBlocks, blockTokens: 16 };
      const run = simulate(workload, deployment);
      const plain = plainly(workload, deployment);
      assert.equal(run.steps, plain.steps);
      assert.equal(run.preemptions, plain.preemptions);
      for (const [index, seconds] of plain.first.entries()) {
        assert.ok(
          close(run.firstToken[index]!, seconds),
          `first token of ${index}: ${run.firstToken[index]}, ${seconds}`,
        );
        assert.ok(close(run.lastToken[index]!, plain.last[index]!), `last token of ${index}`);
      }
    }),
    { numRuns: 400 },
  );
});

const tokens = (array: Int32Array) => array.reduce((sum, one) => sum + one, 0);

test("every request gets its tokens, in time's order, within the cache", () => {
  fc.assert(
    fc.property(workloads, schedulers, fc.integer({ min: 72, max: 400 }), (workload, scheduler, kvBlocks) => {
      const run = simulate(workload, { table, scheduler, kvBlocks, blockTokens: 16 });
      assert.ok(run.kvBlocksMost <= kvBlocks);
      // Each prefill gives one token, each decode one.
      const prefills = workload.promptTokens.length + run.preemptions;
      assert.ok(run.decodeTokens + prefills >= tokens(workload.outputTokens));
      if (run.preemptions === 0) {
        assert.equal(run.decodeTokens + prefills, tokens(workload.outputTokens));
        assert.equal(run.prefillTokens, tokens(workload.promptTokens));
      }
      for (let index = 0; index < prefills - run.preemptions; index += 1) {
        assert.ok(run.arrival[index]! < run.firstToken[index]! && run.firstToken[index]! <= run.lastToken[index]!);
      }
    }),
  );
});

test("Little's law: requests in the system are arrivals per second times the time that each is in it", () => {
  const concurrency = 24;
  const run = simulate(closedLoop(concurrency, 2_400, { promptTokens: 300, outputTokens: 100, ratio: 0.8 }), {
    table,
    scheduler: { type: "vllm", maxStepTokens: 2_048, maxSequences: 256 },
    kvBlocks: 4_000,
    blockTokens: 16,
  });
  const inSystem = meanIn(run) * (2_400 / run.endSeconds);
  assert.ok(Math.abs(inSystem / concurrency - 1) < 0.02, `${inSystem}`);
});

test("one server with fixed service: the wait is that of M/D/1 (Pollaczek and Khinchine)", () => {
  const still: StepTable = {
    ...table,
    mixedSeconds: filled(9000, () => 0.1),
    prefillAttention: { strideTokens: 1024, seconds: filled(2, () => 0) },
    ingestSeconds: 0,
    ingestSecondsPerToken: 0,
    deliverSeconds: 0,
  };
  for (const load of [0.3, 0.6, 0.8]) {
    const run = simulate(poisson(load / 0.1, 200_000, { promptTokens: 100, outputTokens: 1, ratio: 1 }, 7), {
      table: still,
      scheduler: { type: "sglang", maxStepTokens: 100, maxSequences: 1 },
      kvBlocks: 100,
      blockTokens: 16,
    });
    const expected = 0.1 + (0.1 * load) / (2 * (1 - load));
    assert.ok(Math.abs(meanIn(run) / expected - 1) < 0.03, `at ${load}: ${meanIn(run)}, expected ${expected}`);
  }
});

test("a request that could never fit is refused, and told what there is room for", () => {
  const deployment = {
    table,
    scheduler: { type: "vllm", maxStepTokens: 64, maxSequences: 4 },
    kvBlocks: 10,
    blockTokens: 16,
  } as const;
  assert.throws(() => simulate(closedLoop(1, 1, { promptTokens: 150, outputTokens: 20, ratio: 1 }), deployment), {
    code: "invalid_value",
    message: /170 tokens.*room for 160/,
  });
});

function meanIn({ arrival, lastToken }: Run): number {
  return lastToken.reduce((sum, seconds, index) => sum + seconds - arrival[index]!, 0) / arrival.length;
}
