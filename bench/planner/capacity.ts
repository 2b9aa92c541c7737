/**
 * `npm run bench:planner`: a capacity plan of the size that a large operator has, and how it grows.
 *
 *   node bench/planner/capacity.ts [--sites 12,24,40] [--roots 5] [--json]
 *
 * Targets: 12 sites × 24 quarters × 8 sources × 6 accelerators × 3 futures to a gap of 1 % in 60 s on two cores, in less than
 * 3 GB, its root relaxation within 1.5 times that of HiGHS's own build: by processor time, taken by turns so that what else the
 * machine does falls on both. Each size runs in a process of its own, so that its peak of memory is its own, and so does each
 * relaxation, which finds no code compiled before it. The comparison needs `pip install highspy` for PYTHON; without, it says so.
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
import { openSession, type Session } from "../../src/planner/optimise/session.ts";
import { instance } from "./instance.ts";
import { type Native, solveNatively } from "./native.ts";
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
    roots: { type: "string", default: "5" },
    one: { type: "string" },
    root: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
});

if (values.root) console.log(JSON.stringify(await root()));
else if (values.one === undefined) await compare();
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
  const runs = values.sites === "" ? [] : values.sites.split(",").map((sites) => ofItsOwn("--one", sites) as Run);
  const roots = await compareRoots();
  if (values.json) console.log(JSON.stringify({ load, runs, roots }, null, 2));
  else show(load, runs, roots);
  const out = fileURLToPath(new URL("out/", import.meta.url));
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, "capacity.csv"), csv(runs));
  writeFileSync(join(out, "capacity.svg"), growthPicture(runs));
  if (!values.json) console.log(`Also in ${out}: capacity.csv, capacity.svg`);
}

/** What this file prints when a process of its own runs it. */
function ofItsOwn(...args: readonly string[]): unknown {
  const file = fileURLToPath(import.meta.url);
  const { stdout, stderr, status } = spawnSync(process.execPath, [file, ...args], { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

type Root = { readonly seconds: number; readonly cpuSeconds: number; readonly objective: number };

/** The relaxation of 12 sites, solved as the planner's thread solves it. */
async function root(): Promise<Root> {
  const session = await rootSession();
  const [started, before] = [performance.now(), process.cpuUsage()];
  session.solve("ipm");
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(before);
  return { seconds, cpuSeconds: (user + system) / 1e6, objective: session.objective() };
}

function rootSession(): Promise<Session> {
  const { model } = formulate(caseOf(instance({ sites: 12, quarters, futures, seed })), { integerQuarters: Infinity });
  return openSession(
    model.program(),
    () => false,
    () => Infinity,
  );
}

type Roots = { readonly ours: readonly Root[]; readonly native: readonly Native[] } | string;

/** The same relaxation by the same method, by turns. */
async function compareRoots(): Promise<Roots> {
  const session = await rootSession();
  const mps = session.mps();
  session.dispose();
  const [ours, native]: [Root[], Native[]] = [[], []];
  for (let turn = 0; turn < Number(values.roots); turn++) {
    const solved = solveNatively(mps, "ipm");
    if (typeof solved === "string") return solved;
    native.push(solved);
    ours.push(ofItsOwn("--root") as Root);
  }
  return { ours, native };
}

function verdict(what: string, isMet: boolean): void {
  console.log(`${isMet ? "PASS" : "MISS"}  ${what}`);
}

function median(of: readonly number[]): number {
  const sorted = of.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

function show(load: readonly string[], runs: readonly Run[], roots: Roots): void {
  console.log(
    `Capacity plans of ${quarters} quarters, 8 sources, 6 accelerators, ${futures} futures, to ${target.gap * 100} %; ` +
      `${cpus().length} cores, load before ${load.join(", ")}`,
  );
  if (runs.length > 0) showRuns(runs);
  showRoots(roots);
}

function showRuns(runs: readonly Run[]): void {
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
  if (first?.sites === 12) {
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
}

function showRoots(roots: Roots): void {
  if (typeof roots === "string") {
    console.log(`SKIP  root relaxation against HiGHS's own build: ${roots}`);
    return;
  }
  // Of processor time: both use one thread, and a busy machine would measure its other work.
  const [ours, native] = [roots.ours, roots.native].map((each) => median(each.map(({ cpuSeconds }) => cpuSeconds)));
  const ratio = ours! / native!;
  const each = roots.ours.map(({ cpuSeconds }, turn) => cpuSeconds / roots.native[turn]!.cpuSeconds);
  const [least, most] = [Math.min(...each), Math.max(...each)].map((value) => value.toFixed(2));
  verdict(
    `root relaxation ${ours!.toFixed(1)} s of a core, HiGHS ${roots.native[0]?.version} itself ${native!.toFixed(1)} s: ` +
      `${ratio.toFixed(2)} times (medians of ${each.length} turns, from ${least} to ${most})`,
    ratio <= target.rootRatio,
  );
  const objectives = [...roots.ours, ...roots.native].map(({ objective }) => objective);
  const [lowest, highest] = [Math.min(...objectives), Math.max(...objectives)];
  verdict(`all find the same optimum: ${lowest.toFixed(3)}`, highest - lowest <= 1e-6 * Math.abs(lowest));
}

function csv(runs: readonly Run[]): string {
  const [first] = runs;
  if (first === undefined) return "";
  const titles = Object.keys(first) as (keyof Run)[];
  return `${[titles.join(","), ...runs.map((one) => titles.map((title) => one[title]).join(","))].join("\n")}\n`;
}
