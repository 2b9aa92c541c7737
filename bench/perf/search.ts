/**
 * How fast a search is, and whether one thread finds the same as two. It searches over 10,000 deployments of DeepSeek R1: every chip
 * with a price, three engines, FP8 and FP4, all splits over up to 64 accelerators, three step budgets. A second search has pools for
 * prompts and answers, on GB200 only.
 *
 *   node bench/perf/search.ts [--threads 2] [--json]
 *
 * A CSV of the front and a picture go to bench/perf/out/.
 */
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { searchInThreads } from "../../src/api/race-threads.ts";
import { chips } from "../../src/catalog/chips.ts";
import { modelNamed } from "../../src/catalog/models.ts";
import { frontSvg } from "../../src/cli/perf-svg.ts";
import { engineNames } from "../../src/perf/deployment.ts";
import { nameOf, type Search } from "../../src/perf/search/space.ts";
import { csvOf, keep } from "./data.ts";

const { values } = parseArgs({
  options: {
    threads: { type: "string", default: "2" },
    json: { type: "boolean", default: false },
    /** Measured sets are of no use here; taken so that all benches can be run alike. */
    data: { type: "string" },
  },
});

const priced = chips.filter(({ rentUsdPerHour }) => rentUsdPerHour !== undefined);
const search: Search = {
  model: modelNamed("deepseek-r1"),
  chips: priced,
  engines: engineNames,
  weights: ["fp8", "fp4"],
  kv: "fp8",
  tensorParallel: [1, 2, 4, 8],
  attentionParallel: [1, 2, 4, 8],
  expertParallel: [1, 4, 8, 16],
  stepTokens: [2048, 8192, 16384],
  mode: "aggregated",
  acceleratorsMost: 64,
  load: { type: "lengths", promptTokens: 1024, outputTokens: 512 },
  objective: { ttftMs: 1000, tpotMs: 30 },
  usdPerHour: Object.fromEntries(priced.map(({ name, rentUsdPerHour }) => [name, Number(rentUsdPerHour?.value)])),
  finalists: 10,
};

async function timed(threads: number, of: Search = search) {
  const [startedMs, { user: before }] = [performance.now(), process.cpuUsage()];
  const findings = await searchInThreads(of, { threads });
  const cpuSeconds = (process.cpuUsage().user - before) / 1e6;
  return { findings, seconds: (performance.now() - startedMs) / 1e3, cpuSeconds };
}

const many = await timed(Number(values.threads));
const one = await timed(1);
const gb200 = priced.filter(({ name }) => name === "gb200");
const apart = await timed(Number(values.threads), { ...search, chips: gb200, mode: "disaggregated" });
const { candidates, simulated, front, byCost } = many.findings;
const isSame = JSON.stringify(one.findings) === JSON.stringify(many.findings);
const per10k = (many.seconds / candidates) * 10_000;
/** What it takes where nobody else asks for the processors: their time, shared by two. */
const per10kOf = ({ cpuSeconds, findings }: typeof many) =>
  (cpuSeconds / Math.min(2, Number(values.threads)) / findings.candidates) * 10_000;
const per10kAlone = per10kOf(many);
const per10kApart = per10kOf(apart);
const verdicts = [
  { what: "seconds for 10,000 deployments, by the clock", value: per10k, target: 10, reached: per10k <= 10 },
  { what: "the same by processor time on two cores", value: per10kAlone, target: 10, reached: per10kAlone <= 10 },
  { what: "of 10,000 pairs of pools, likewise", value: per10kApart, target: 10, reached: per10kApart <= 10 },
  { what: "findings of one thread that differ", value: isSame ? 0 : 1, target: 0, reached: isSame },
];

keep(
  "search.csv",
  csvOf(
    front.map(({ candidate, point }) => ({
      deployment: `"${nameOf(candidate)}"`,
      clients: point.concurrency,
      tokens_per_second_per_user: point.tokensPerSecondPerUser.toFixed(2),
      tokens_per_second_per_accelerator: point.outputTokensPerSecondPerAccelerator.toFixed(2),
    })),
  ),
);
keep("search.svg", frontSvg(front, search.model.title));

const best = byCost[0];
if (values.json) console.log(JSON.stringify({ candidates, simulated, seconds: many.seconds, verdicts }));
else {
  console.log(`${cpus().length} × ${cpus()[0]?.model ?? "?"}, Node ${process.version}`);
  console.log(
    `${candidates} deployments in ${many.seconds.toFixed(1)} s on ${values.threads} threads (${many.cpuSeconds.toFixed(1)} s of processors), in ${one.seconds.toFixed(1)} s on one; ${simulated} simulated.`,
  );
  if (best !== undefined) console.log(`Cheapest: ${nameOf(best.candidate)}.`);
  const pools = apart.findings;
  console.log(
    `${pools.candidates} pairs of pools on GB200 in ${apart.seconds.toFixed(1)} s (${apart.cpuSeconds.toFixed(1)} s of processors); ${pools.simulated} simulated.`,
  );
  if (pools.byCost[0] !== undefined) console.log(`Cheapest: ${nameOf(pools.byCost[0].candidate)}.`);
  for (const { what, value, target, reached } of verdicts) {
    console.log(`${reached ? "reached" : "MISSED"}: ${what} ${value.toFixed(1)} (target ${target})`);
  }
}
