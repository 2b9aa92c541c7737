/** What the simulator's tests run: a made-up table, and random workloads and deployments. */
import fc from "fast-check";
import type { StepTable } from "../step-table.ts";
import type { Deployment, Pool, Router, Scheduler } from "../deployment.ts";
import type { Workload } from "../../loads/workload.ts";

const filled = (length: number, of: (at: number) => number): Float64Array =>
  Float64Array.from({ length }, (_, at) => of(at));

/** No digits that other sums could share: which of two equal times comes first is a matter of rounding. */
const odd = (n: number): number => 1 + 0.01 * Math.sin(n + 1);

/** Every term counts, and none is like another. */
export const table: StepTable = {
  decodeSeconds: filled(65, (n) => (0.011 + 1.3e-4 * n) * odd(n)),
  contextSeconds: filled(65, (n) => (1.1e-6 + 3e-9 * n) * odd(n)),
  mixedSeconds: filled(8193, (n) => (0.0137 + 2.9e-5 * n) * odd(n)),
  mixedDecodeSeconds: filled(65, (n) => 1.7e-5 * n * odd(n)),
  mixedContextSeconds: filled(65, (n) => (1.9e-6 + 7e-9 * n) * odd(n)),
  mixedLeastSeconds: 0.0141,
  capturedTokens: 30,
  capturedLeastSeconds: 0.0139,
  together: {
    decodeSeconds: (n) => (0.0021 + 4.3e-5 * n) * odd(n),
    mixedSeconds: (n) => (0.0029 + 1.1e-5 * n) * odd(n),
  },
  prefillAttention: { strideTokens: 32, seconds: filled(20, (n) => 3.1e-5 * n * n * odd(n)) },
  ingestSeconds: 0.0031,
  ingestSecondsPerToken: 2.3e-6,
  deliverSeconds: 0.0017,
};

/** The same with a host that prepares steps ahead, and at times is late. */
const aheadTable: StepTable = {
  ...table,
  ahead: { stepSeconds: 0.0061, sequenceSeconds: 9.1e-4, launchSeconds: 0.0123, replaySeconds: 0.0057 },
};

/** Nothing but a fixed time for a prompt. */
export function serviceTable(seconds: number): StepTable {
  const none = filled(65, () => 0);
  return {
    decodeSeconds: filled(65, () => seconds),
    contextSeconds: none,
    mixedSeconds: filled(65, () => seconds),
    mixedDecodeSeconds: none,
    prefillAttention: { strideTokens: 1024, seconds: filled(2, () => 0) },
    ingestSeconds: 0,
    ingestSecondsPerToken: 0,
    deliverSeconds: 0,
  };
}

const blockTokens = 4;
/** The longest context of the random workloads, in tokens. */
const longest = 90;

const sequences = fc.integer({ min: 1, max: 12 });
const chunks = fc.integer({ min: 12, max: 60 });
const wholes = fc.integer({ min: longest, max: 200 });
const limits = fc.record({ maxStepTokens: chunks, maxSequences: sequences });
const wholeLimits = fc.record({ maxStepTokens: wholes, maxSequences: sequences });

export const schedulers: Readonly<Record<string, fc.Arbitrary<Scheduler>>> = {
  "vllm-v1": fc
    .tuple(
      limits,
      fc.option(fc.record({ steps: fc.integer({ min: 1, max: 9 }), sequences: fc.integer({ min: 0, max: 8 }) })),
    )
    .map(([of, decodesBetween]) => ({ type: "vllm-v1" as const, ...of, ...(decodesBetween && { decodesBetween }) })),
  "vllm-v0": fc
    .tuple(wholeLimits, fc.option(fc.integer({ min: 1, max: 7 })))
    .map(([of, decodeSteps]) => ({ type: "vllm-v0" as const, ...of, ...(decodeSteps && { decodeSteps }) })),
  sglang: fc
    .tuple(limits, fc.option(fc.integer({ min: 1, max: 7 })))
    .map(([of, receiveSteps]) => ({ type: "sglang" as const, ...of, ...(receiveSteps && { receiveSteps }) })),
  sarathi: limits.map((of) => ({ type: "sarathi" as const, ...of })),
  orca: sequences.map((maxSequences) => ({ type: "orca" as const, maxSequences })),
  static: sequences.map((maxSequences) => ({ type: "static" as const, maxSequences })),
  "tensorrt-llm": fc
    .tuple(
      wholeLimits,
      fc.constantFrom("guaranteed-no-evict", "max-utilization"),
      fc.boolean(),
      fc.option(
        fc.record({ share: fc.double({ min: 0.1, max: 0.9, noNaN: true }), steps: fc.integer({ min: 1, max: 9 }) }),
      ),
      fc.option(fc.integer({ min: 1, max: 9 })),
      fc.integer({ min: 0, max: 3 }),
    )
    .map(([of, policy, chunked, batchWait, balanceSteps, gatherSteps]) => ({
      type: "tensorrt-llm" as const,
      ...of,
      policy,
      chunked,
      ...(batchWait && { batchWait }),
      ...(balanceSteps && { balanceSteps, gatherSteps }),
    })),
};

const arrivals = fc.oneof(
  fc.record({ type: fc.constant("closed"), concurrency: fc.integer({ min: 1, max: 20 }) }),
  fc.record({ type: fc.constant("open"), meanSeconds: fc.constantFrom(0.005, 0.02, 0.1, 0.5) }),
);

/** Up to 60 requests; half of the workloads share prefixes, in a tree of units of one or two blocks. */
export const workloads: fc.Arbitrary<Workload> = fc
  .record({
    arrivals,
    requests: fc.array(
      fc.record({
        prompt: fc.integer({ min: 1, max: 50 }),
        output: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constant(1)),
        gap: fc.double({ min: 0, max: 2, noNaN: true }),
        branches: fc.array(fc.integer({ min: 0, max: 1 }), { maxLength: 14, size: "max" }),
      }),
      { minLength: 1, maxLength: 60, size: "max" },
    ),
    shares: fc.boolean(),
    unitBlocks: fc.constantFrom(1, 2),
  })
  .map(({ arrivals, requests, shares, unitBlocks }) => {
    const promptTokens = Int32Array.from(requests, ({ prompt }) => prompt);
    let now = 0;
    const workload: Workload = {
      arrivals:
        "concurrency" in arrivals
          ? { type: "closed", concurrency: arrivals.concurrency }
          : { type: "open", seconds: Float64Array.from(requests, ({ gap }) => (now += gap * arrivals.meanSeconds)) },
      promptTokens,
      outputTokens: Int32Array.from(requests, ({ output }) => output),
    };
    if (!shares) return workload;
    // A unit stands for the path to it; few branches, so that many are shared.
    const paths = requests.map(({ branches }) =>
      branches.map((_, at) =>
        Number.parseInt(
          `1${branches
            .slice(0, at + 1)
            .map((b, i) => (i % 3 === 0 ? b : 0))
            .join("")}`,
          2,
        ),
      ),
    );
    const offsets = Int32Array.from({ length: requests.length + 1 }, (_, at) => paths.slice(0, at).flat().length);
    return {
      ...workload,
      prefix: { unitTokens: unitBlocks * blockTokens, offsets, units: Int32Array.from(paths.flat()) },
    };
  });

/** Nothing; a state and a window's keys; or what is left of a page, which grows and falls with the context. */
const besides = fc.oneof(
  fc.constant(undefined),
  fc.record({ blocks: fc.integer({ min: 0, max: 3 }), window: fc.integer({ min: 1, max: 40 }) }).map(
    ({ blocks, window }) =>
      (tokens: number) =>
        blocks + Math.ceil(Math.min(tokens, window) / (2 * blockTokens)),
  ),
  fc.constant((tokens: number) => 7 - (Math.ceil(tokens / blockTokens) % 7)),
);
/** The most that any of them comes to. */
const mostBesides = 8;

export function pools(scheduler: fc.Arbitrary<Scheduler>): fc.Arbitrary<Pool> {
  return fc
    .record({
      scheduler,
      kvBlocks: fc.integer({ min: Math.ceil(longest / blockTokens) + 1 + mostBesides, max: 60 }),
      sequenceBlocks: besides,
      prefixCache: fc.boolean(),
      replicas: fc.constantFrom(1, 1, 2, 3),
      ranks: fc.constantFrom(1, 1, 2),
      batches: fc.constantFrom(1, 1, 2),
      looksAhead: fc.boolean(),
      table: fc.constantFrom(table, aheadTable),
    })
    .map(({ sequenceBlocks, ...pool }) => ({ blockTokens, ...pool, ...(sequenceBlocks && { sequenceBlocks }) }));
}

export function deployments(scheduler: fc.Arbitrary<Scheduler>): fc.Arbitrary<Deployment> {
  const routers = fc.constantFrom<Router[]>("round-robin", "least-loaded", "prefix-aware");
  const decode = fc.option(pools(scheduler), { nil: undefined });
  return fc.tuple(pools(scheduler), routers, decode, fc.boolean()).map(([pool, router, decode, tells]) => ({
    ...pool,
    router,
    ...(decode && {
      disaggregation: {
        decode: { ...decode, scheduler: withoutHolding(decode.scheduler) },
        transferSeconds: (tokens: number) => (0.0021 + 1.3e-5 * tokens) * odd(tokens),
        decodeTellsFirst: tells,
      },
    }),
  }));
}

/** Decode replicas have no prompts to hold back. */
function withoutHolding(scheduler: Scheduler): Scheduler {
  if (scheduler.type === "vllm-v1") {
    const { decodesBetween: _, ...rest } = scheduler;
    return rest;
  }
  if (scheduler.type !== "tensorrt-llm") return scheduler;
  const { balanceSteps: _, ...rest } = scheduler;
  return rest;
}
