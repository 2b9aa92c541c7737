/**
 * `npm run bench:perf`: every bench of predictions, one after the other. Each is a script of its own that writes a CSV
 * and a picture to bench/perf/out/, and says where the measurements come from when they are not there.
 *
 *   node bench/perf/run.ts [--data ../shared/data/perf]
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** In the order in which they run. */
const benches = [
  "kernels.ts",
  "deployments.ts",
  "coverage.ts",
  "cliff.ts",
  "ranking.ts",
  "published.ts",
  "compare-pages.ts",
  "requests.ts",
  "mlperf.ts",
  "power.ts",
  "disaggregated.ts",
  "prefix.ts",
  "search.ts",
  "speed.ts",
];

let failed = 0;
for (const bench of benches) {
  console.log(`\n── ${bench}`);
  const path = fileURLToPath(new URL(bench, import.meta.url));
  const { status } = spawnSync(process.execPath, [path, ...process.argv.slice(2)], { stdio: "inherit" });
  if (status !== 0) failed += 1;
}
process.exit(failed === 0 ? 0 : 1);
