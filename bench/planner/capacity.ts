/**
 * `npm run bench:planner`: a capacity plan of the size that a large operator has, and how it grows.
 *
 *   node bench/planner/capacity.ts [--sites 12,24,40] [--json]
 *
 * Targets: 12 sites × 24 quarters × 8 sources × 6 accelerators × 3 futures to a gap of 1 % in 60 s on two cores, in less than
 * 3 GB, its root relaxation within 1.5 times that of HiGHS's own build. Each size runs in a process of its own, so that its
 * peak of memory is its own. The comparison needs `pip install highspy` for PYTHON; without, it says so.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { caseOf } from "../../src/planner/capacity/case.ts";
import { formulate } from "../../src/planner/capacity/formulate.ts";
import { planCapacity } from "../../src/planner/capacity/plan-capacity.ts";
import { openSession } from "../../src/planner/optimise/session.ts";
import { instance } from "./instance.ts";
import { solveNatively } from "./native.ts";
import { growthPicture } from "./picture.ts";

const target = { seconds: 60, gap: 0.01, peakMegabytes: 3000, rootRatio: 1.5 };
const [quarters, futures, seed] = [24, 3, 7];

export type Run = {
  readonly sites: number;
  readonly columns: number;
  readonly rows: number;
  readonly wholeNumbers: number;
  readonly rootSeconds: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly gap: number | null;
  readonly peakMegabytes: number;
  readonly brokenRules: number;
};

const { values } = parseArgs({
  options: {
    sites: { type: "string", default: "12,24,40" },
    one: { type: "string" },
    json: { type: "boolean", default: false },
  },
});

if (values.one === undefined) await compare();
else console.log(JSON.stringify(await run(Number(values.one))));

async function run(sites: number): Promise<Run> {
  const scenario = instance({ sites, quarters, futures, seed });
  const started = performance.now();
  const { solved, problems } = await planCapacity(scenario, { gap: target.gap, timeLimitSeconds: 900 });
  const { user, system } = process.cpuUsage();
  return {
    sites,
    columns: solved.columns,
    rows: solved.rows,
    wholeNumbers: solved.wholeNumbers,
    rootSeconds: solved.rootSeconds,
    seconds: (performance.now() - started) / 1000,
    cpuSeconds: (user + system) / 1e6,
    gap: solved.gap,
    peakMegabytes: process.resourceUsage().maxRSS / 1000,
    brokenRules: problems.length,
  };
}

async function compare(): Promise<void> {
  const load = loadavg().map((value) => value.toFixed(1));
  const runs = values.sites.split(",").map((sites): Run => {
    const args = [fileURLToPath(import.meta.url), "--one", sites];
    const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: "utf8" });
    if (status !== 0) throw new Error(stderr);
    return JSON.parse(stdout) as Run;
  });
  const roots = await compareRoots();
  if (values.json) console.log(JSON.stringify({ load, runs, roots }, null, 2));
  else show(load, runs, roots);
  const out = fileURLToPath(new URL("out/", import.meta.url));
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, "capacity.csv"), csv(runs));
  writeFileSync(join(out, "capacity.svg"), growthPicture(runs));
  if (!values.json) console.log(`Also in ${out}: capacity.csv, capacity.svg`);
}

type Roots = {
  readonly wasmSeconds: number;
  readonly wasmCpuSeconds: number;
  readonly objective: number;
  readonly native: ReturnType<typeof solveNatively>;
};

/** The same relaxation by the same method, one after the other. */
async function compareRoots(): Promise<Roots> {
  const { model } = formulate(caseOf(instance({ sites: 12, quarters, futures, seed })), { integerQuarters: Infinity });
  const session = await openSession(model.program(), () => false);
  const [started, before] = [performance.now(), process.cpuUsage()];
  session.solve("ipm");
  const wasmSeconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(before);
  const wasmCpuSeconds = (user + system) / 1e6;
  const objective = session.objective();
  const native = solveNatively(session.mps(), "ipm");
  session.dispose();
  return { wasmSeconds, wasmCpuSeconds, objective, native };
}

function show(
  load: readonly string[],
  runs: readonly Run[],
  { wasmSeconds, wasmCpuSeconds, objective, native }: Roots,
): void {
  console.log(
    `Capacity plans of ${quarters} quarters, 8 sources, 6 accelerators, ${futures} futures, to ${target.gap * 100} %; ` +
      `${cpus().length} cores, load before ${load.join(", ")}`,
  );
  console.table(
    runs.map(({ sites, columns, rows, wholeNumbers, rootSeconds, seconds, cpuSeconds, gap, peakMegabytes }) => ({
      sites,
      columns,
      rows,
      "whole numbers": wholeNumbers,
      "root s": Number(rootSeconds.toFixed(1)),
      s: Number(seconds.toFixed(1)),
      "cpu s": Number(cpuSeconds.toFixed(1)),
      "gap %": gap === null ? null : Number((gap * 100).toFixed(2)),
      "peak MB": Math.round(peakMegabytes),
    })),
  );
  const [first] = runs;
  if (first === undefined) return;
  const verdict = (what: string, isMet: boolean) => console.log(`${isMet ? "PASS" : "MISS"}  ${what}`);
  if (first.sites === 12) {
    verdict(
      `${target.gap * 100} % in ${target.seconds} s: ${first.seconds.toFixed(1)} s`,
      first.seconds <= target.seconds,
    );
    verdict(`gap ${((first.gap ?? 1) * 100).toFixed(2)} %`, (first.gap ?? 1) <= target.gap);
    verdict(`peak ${Math.round(first.peakMegabytes)} MB`, first.peakMegabytes < target.peakMegabytes);
  }
  verdict(
    "no plan breaks a rule of the independent check",
    runs.every(({ brokenRules }) => brokenRules === 0),
  );
  if (typeof native === "string") {
    console.log(`SKIP  root relaxation against HiGHS's own build: ${native}`);
    return;
  }
  // Of processor time: both use one thread, and a busy machine would measure its other work.
  const ratio = wasmCpuSeconds / native.cpuSeconds;
  const same = Math.abs(native.objective - objective) <= 1e-6 * Math.abs(objective);
  verdict(
    `root relaxation ${wasmCpuSeconds.toFixed(1)} s of a core, HiGHS ${native.version} itself ${native.cpuSeconds.toFixed(1)} s: ` +
      `${ratio.toFixed(2)} times (${wasmSeconds.toFixed(1)} and ${native.seconds.toFixed(1)} s by the clock)`,
    ratio <= target.rootRatio,
  );
  verdict(`both find the same optimum: ${objective.toFixed(3)} and ${native.objective.toFixed(3)}`, same);
}

function csv(runs: readonly Run[]): string {
  const [first] = runs;
  if (first === undefined) return "";
  const titles = Object.keys(first) as (keyof Run)[];
  return `${[titles.join(","), ...runs.map((one) => titles.map((title) => one[title]).join(","))].join("\n")}\n`;
}
