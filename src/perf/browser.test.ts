/** The performance model is a library that runs in a browser too: bundled for one, it needs nothing of Node. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { createContext, runInContext } from "node:vm";
import { build } from "vite";

const folder = mkdtempSync(join(tmpdir(), "tokenworks-bundle-"));
after(() => rmSync(folder, { recursive: true, force: true }));

test("bundled for a browser it holds nothing of Node's, and predicts and searches where there is no process", async () => {
  const src = (path: string) => JSON.stringify(fileURLToPath(new URL(path, import.meta.url)));
  const entry = join(folder, "entry.ts");
  writeFileSync(
    entry,
    `export { chipNamed } from ${src("../catalog/chips.ts")};
export { modelNamed } from ${src("../catalog/models.ts")};
export { cliffOf, estimateAt } from ${src("estimate.ts")};
export { predictPoint } from ${src("points/predict-point.ts")};
export { Course } from ${src("search/course.ts")};
export { race } from ${src("search/race.ts")};
export { parseTrace } from ${src("loads/trace.ts")};
`,
  );
  const built = await build({
    root: folder,
    configFile: false,
    logLevel: "silent",
    build: { write: false, minify: false, lib: { entry, formats: ["iife"], name: "perf" } },
  });
  const [bundle] = (Array.isArray(built) ? built : [built]) as { output: { code?: string }[] }[];
  const code = bundle?.output[0]?.code ?? "";
  assert.ok(code.length > 10_000);
  assert.doesNotMatch(code, /__vite-browser-external|["']node:|require\(/);
  const answer = runInContext(
    `${code}
const served = { chip: perf.chipNamed("h200"), model: perf.modelNamed("llama-3.1-8b"), engine: "vllm", tensorParallel: 1,
  expertParallel: 1, attentionParallel: 1, weights: "fp8", kv: "fp8" };
const question = { served, promptTokens: 512, outputTokens: 64, sharedShare: 0, seed: 1, settings: {}, usdPerHour: 2 };
const course = new perf.Course({ model: served.model, chips: [served.chip], engines: ["vllm"], weights: ["fp8"], kv: "fp8",
  tensorParallel: [1, 2], expertParallel: [1], attentionParallel: [1], stepTokens: [8192],
  load: { type: "lengths", promptTokens: 512, outputTokens: 64 }, objective: { ttftMs: 1000, tpotMs: 50 },
  usdPerHour: { h200: 2 }, finalists: 2, mode: "both", acceleratorsMost: 16 });
const running = perf.race(course);
let turn = running.next();
while (!turn.done) turn = running.next(turn.value.tasks.map((task) => course.carryOut(task)));
JSON.stringify({ tpotMs: perf.estimateAt(question, 8).tpotMs.mean, best: turn.value.byCost.length });`,
    createContext({}),
  ) as string;
  const { tpotMs, best } = JSON.parse(answer) as { tpotMs: number; best: number };
  assert.ok(tpotMs > 0 && best > 0);
});
