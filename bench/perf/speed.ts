/**
 * How fast the simulator is: requests a second on one core, with prefix cache and preemption. The plain simulator
 * (src/perf/simulate/plain/plain.ts) runs beside it. Also the memory for a million requests, and whether one and two worker threads come to
 * the same digest.
 *
 *   node bench/perf/speed.ts [--requests 1000000] [--traces ../shared/data/traces] [--json]
 *
 * Lengths are those of Azure's conversations of 2023. A CSV goes to bench/perf/out/.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import type { Deployment } from "../../src/perf/simulate/deployment.ts";
import { simulatePlainly } from "../../src/perf/simulate/plain/plain.ts";
import { type Result } from "../../src/perf/simulate/result.ts";
import { simulate } from "../../src/perf/simulate/run.ts";
import { parseTrace } from "../../src/perf/loads/trace.ts";
import { drawLengths, poissonArrivals, sharedSystemPrompts, type Workload } from "../../src/perf/loads/workload.ts";
import type { StepTable } from "../../src/perf/simulate/step-table.ts";

const filled = (length: number, of: (at: number) => number): Float64Array =>
  Float64Array.from({ length }, (_, at) => of(at));

/** About a dense model of 70 billion weights on four H100. */
const table: StepTable = {
  decodeSeconds: filled(257, (n) => 0.0135 + 1.1e-5 * n),
  contextSeconds: filled(257, () => 3.1e-8),
  mixedSeconds: filled(2049, (n) => Math.max(0.0145, 4.2e-5 * n)),
  mixedDecodeSeconds: filled(257, (n) => 1.3e-6 * n),
  prefillAttention: { strideTokens: 512, seconds: filled(64, (n) => 2.6e-4 * n * n) },
  ingestSeconds: 0.012,
  ingestSecondsPerToken: 2e-7,
  deliverSeconds: 0.0008,
};

type Case = {
  readonly name: string;
  readonly prefixCache: boolean;
  readonly kvBlocks: number;
  readonly requestsPerSecond: number;
};

const cases: readonly Case[] = [
  { name: "prefix cache, preemption", prefixCache: true, kvBlocks: 6_000, requestsPerSecond: 12 },
  { name: "prefix cache, overloaded, preemption", prefixCache: true, kvBlocks: 6_000, requestsPerSecond: 40 },
  { name: "prefix cache, moderate load", prefixCache: true, kvBlocks: 30_000, requestsPerSecond: 8 },
  { name: "neither", prefixCache: false, kvBlocks: 30_000, requestsPerSecond: 12 },
];
const everything = cases[0]!;

const { values } = parseArgs({
  options: {
    requests: { type: "string", default: "1000000" },
    traces: { type: "string", default: "../shared/data/traces" },
    json: { type: "boolean", default: false },
    /** Measured sets are of no use here; taken so that all benches can be run alike. */
    data: { type: "string" },
    /** Within: the child whose memory is measured. */
    child: { type: "boolean", default: false },
  },
});

if (!isMainThread) work();
else if (values.child) {
  const run = simulate(workloadOf(everything, Number(values.requests), 1), deploymentOf(everything));
  console.log(JSON.stringify({ peakMegabytes: process.resourceUsage().maxRSS / 1e3, digest: run.digest }));
} else await bench();

function readLengths(): Workload {
  const path = join(values.traces, "azure-2023/AzureLLMInferenceTrace_conv.csv");
  if (!existsSync(path)) {
    console.error(
      `${path} is not there. It is in https://github.com/Azure/AzurePublicDataset; --traces names its folder's folder.`,
    );
    process.exit(2);
  }
  return parseTrace(readFileSync(path, "utf8"));
}

/** Every request has one of 500 system prompts of up to 512 tokens. */
function workloadOf({ requestsPerSecond }: Case, requests: number, seed: number): Workload {
  const lengths = drawLengths(readLengths(), requests, seed);
  const prefix = sharedSystemPrompts(lengths.promptTokens, { prompts: 500, units: 32, unitTokens: 16, seed });
  return { ...lengths, arrivals: poissonArrivals(requests, requestsPerSecond, seed), prefix };
}

function deploymentOf({ kvBlocks, prefixCache }: Case): Deployment {
  const scheduler = { type: "vllm-v1", maxStepTokens: 2048, maxSequences: 256 } as const;
  return { table, scheduler, kvBlocks, blockTokens: 16, prefixCache };
}

async function bench(): Promise<void> {
  const requests = Number(values.requests);
  if (!(Number.isInteger(requests) && requests > 0))
    throw new RangeError(`--requests ${values.requests} is not a whole number.`);
  const warm = Math.min(requests, 50_000);
  for (const one of cases) simulate(workloadOf(one, warm, 9), deploymentOf(one));
  const rows = cases.map((one) => measured(one, requests));
  // The plain one looks at every request at every step: fewer will do.
  const few = Math.min(requests, 3_000);
  const plainWorkload = workloadOf(everything, few, 1);
  simulatePlainly(workloadOf(everything, 200, 9), deploymentOf(everything));
  const startedMs = performance.now();
  const plain = simulatePlainly(plainWorkload, deploymentOf(everything));
  const plainPerSecond = few / ((performance.now() - startedMs) / 1e3);
  const same = simulate(plainWorkload, deploymentOf(everything));
  if (plain.steps !== same.steps)
    throw new Error(`The plain simulator takes ${plain.steps} steps, the fast one ${same.steps}.`);

  const child = spawnSync(
    process.execPath,
    [...process.execArgv, import.meta.filename, "--child", "--requests", "1000000", "--traces", values.traces],
    { encoding: "utf8" },
  );
  if (child.status !== 0) throw new Error(child.stderr);
  const { peakMegabytes } = JSON.parse(child.stdout) as { peakMegabytes: number };
  const one = await inWorkers(1);
  const two = await inWorkers(2);

  const verdicts = [
    verdict(
      "requests/s of a core, prefix cache and preemption on",
      rows[0]!.perSecond,
      rows[0]!.perSecond >= 300_000,
      "at least 300000",
    ),
    verdict("MB for a million requests", peakMegabytes, peakMegabytes < 1000, "under 1000"),
    verdict(
      "digests of 1 and 2 threads that differ",
      one.digests.filter((digest, index) => digest !== two.digests[index]).length,
      one.digests.join() === two.digests.join(),
      "0",
    ),
  ];
  const cited = [{ name: "Vidur (cited from studies of it on the same trace, not run here)", perSecond: "400–1000" }];
  report();

  function report(): void {
    const out = join(import.meta.dirname, "out");
    mkdirSync(out, { recursive: true });
    const lines = [
      ...rows,
      {
        name: "told plainly: prefix cache, preemption",
        requests: few,
        perSecond: plainPerSecond,
        steps: plain.steps,
        preemptions: plain.preemptions,
        cachedShare: Number.NaN,
      },
    ];
    const columns = ["name", "requests", "perSecond", "steps", "preemptions", "cachedShare"] as const;
    const csv = [
      columns.join(","),
      ...lines.map((line) => columns.map((name) => (name === "name" ? `"${line.name}"` : line[name])).join(",")),
    ];
    writeFileSync(join(out, "speed.csv"), `${csv.join("\n")}\n`);
    if (values.json) {
      console.log(JSON.stringify({ rows: lines, cited, peakMegabytes, threads: { one, two }, verdicts }, null, 2));
      return;
    }
    const processors = cpus();
    console.log(`${processors.length} × ${processors[0]?.model ?? "?"}, Node ${process.version}\n`);
    console.table(
      lines.map((line) => ({
        what: line.name,
        requests: line.requests,
        "requests/s": Math.round(line.perSecond),
        steps: line.steps,
        preempted: line.preemptions,
        "cached share": Number.isNaN(line.cachedShare) ? "" : line.cachedShare.toFixed(2),
      })),
    );
    console.log(`${cited[0]!.name}: ${cited[0]!.perSecond} requests/s.`);
    console.log(
      `${(rows[0]!.perSecond / plainPerSecond).toFixed(0)} times the plain simulator, which takes the same steps.`,
    );
    console.log(`Eight runs in one thread ${one.seconds.toFixed(2)} s, in two ${two.seconds.toFixed(2)} s.`);
    for (const { said } of verdicts) console.log(said);
  }
}

function measured(of: Case, requests: number) {
  const workload = workloadOf(of, requests, 1);
  const startedMs = performance.now();
  const run: Result = simulate(workload, deploymentOf(of));
  const seconds = (performance.now() - startedMs) / 1e3;
  const cachedShare = run.cachedTokens / (run.cachedTokens + run.prefilledTokens);
  return {
    name: of.name,
    requests,
    perSecond: requests / seconds,
    steps: run.steps,
    preemptions: run.preemptions,
    cachedShare,
  };
}

function verdict(what: string, value: number, reached: boolean, target: string) {
  return {
    what,
    value,
    reached,
    said: `${reached ? "reached" : "MISSED"}: ${what} ${Math.round(value)} (target ${target})`,
  };
}

/** Eight runs, dealt out to so many threads; their digests in the order of the runs. */
async function inWorkers(threads: number): Promise<{ seconds: number; digests: string[] }> {
  const startedMs = performance.now();
  const digests: string[] = [];
  await Promise.all(
    Array.from({ length: threads }, async (_, thread) => {
      const seeds = Array.from({ length: 8 }, (_, index) => index + 1).filter((seed) => seed % threads === thread);
      const worker = new Worker(new URL(import.meta.url), { workerData: seeds, argv: ["--traces", values.traces] });
      for (const [seed, digest] of await answer(worker)) digests[seed - 1] = digest;
    }),
  );
  return { seconds: (performance.now() - startedMs) / 1e3, digests };
}

function answer(worker: Worker): Promise<[seed: number, digest: string][]> {
  return new Promise((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
  });
}

function work(): void {
  const digests = (workerData as number[]).map((seed) => {
    const of = cases[seed % cases.length]!;
    return [seed, simulate(workloadOf(of, 50_000, seed), deploymentOf(of)).digest];
  });
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port, not a window
  parentPort!.postMessage(digests);
}
