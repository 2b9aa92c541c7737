import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

const bin = fileURLToPath(new URL("../../bin/tokenworks.mjs", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "tokenworks-calibrate-test-"));
after(() => rmSync(folder, { recursive: true, force: true }));

function perf(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, "perf", ...args, "--data", folder], {
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

function json(...args: string[]): Record<string, unknown> {
  const { status, stdout, stderr } = perf(...args, "--json");
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout) as Record<string, unknown>;
}

test("this computer's engine is measured, fitted, held against a load that was not, and is a chip from then on", () => {
  const none = perf("estimate", "--chip", "this-cpu", "--model", "tokenworks-tiny");
  assert.equal(none.status, 2);
  assert.match(none.stderr, /has not been measured.*tokenworks perf calibrate/);

  const few = ["--parallel", "2", "--rounds", "1", "--requests", "8", "--gpu", "off"];
  const { calibration, measurements, mixed, path } = json("calibrate", ...few) as {
    calibration: { model: { name: string }; curve: Record<string, number>; quality: { decode: number } };
    measurements: {
      prompts: unknown[];
      decodes: { sequences: number; seconds: number }[];
      mixed: { requests: { ttftSeconds: number }[] };
    };
    mixed: { name: string; measuredMs: { mean: number }; predictedMs: { mean: number }; error: number }[];
    path: string;
  };
  assert.equal(calibration.model.name, "tokenworks-tiny");
  assert.ok(Object.values(calibration.curve).every((value) => value >= 0));
  assert.ok(measurements.prompts.length >= 5);
  assert.deepEqual([...new Set(measurements.decodes.map(({ sequences }) => sequences))], [1, 2]);
  assert.equal(measurements.mixed.requests.length, 8);
  assert.ok(measurements.mixed.requests.every(({ ttftSeconds }) => ttftSeconds > 0));
  assert.deepEqual(
    mixed.map(({ name }) => name),
    ["TTFT", "TPOT", "end to end"],
  );
  for (const { measuredMs, predictedMs, error } of mixed) {
    assert.ok(measuredMs.mean > 0 && predictedMs.mean > 0);
    assert.ok(Math.abs(predictedMs.mean / measuredMs.mean - 1 - error) < 1e-9);
  }
  assert.deepEqual(JSON.parse(readFileSync(path, "utf8")), calibration);

  const lengths = ["--isl", "128", "--osl", "32", "--concurrency", "1,2,8"];
  const found = json("estimate", "--chip", "this-cpu", "--model", "tokenworks-tiny", ...lengths) as {
    provenance: string;
    points: { ttftMs: { mean: number; band: { low: number; high: number } } }[];
  };
  assert.equal(found.provenance, "silicon");
  for (const { ttftMs } of found.points) assert.ok(ttftMs.band.low < ttftMs.mean && ttftMs.mean < ttftMs.band.high);
  const other = perf("estimate", "--chip", "this-cpu", "--model", "llama-3.1-8b", "--precision", "int4", ...lengths);
  assert.equal(other.status, 0, other.stderr);
  assert.match(other.stdout, /known +transferred/);
  assert.match(other.stdout, /beyond +its weights are \d+ times/);
  const load = join(folder, "load.csv");
  const lines = Array.from({ length: 20 }, (_, index) => `${index * 0.05},${20 + index},${5 + (index % 7)}`);
  writeFileSync(load, `arrival_seconds,prompt_tokens,output_tokens\n${lines.join("\n")}\n`);
  const here = ["--chip", "this-cpu", "--model", "tokenworks-tiny", "--trace", load, "--factory", folder];
  const replayed = json("replay", ...here, "--slo", "ttft=60s,tpot=10s") as {
    requests: number;
    provenance: string;
    goodput: { share: number };
    pools: { moments: { running: number }[] }[];
  };
  assert.deepEqual([replayed.requests, replayed.provenance, replayed.goodput.share], [20, "silicon", 1]);
  assert.ok(replayed.pools[0]!.moments.some(({ running }) => running > 0));
  const two = perf("replay", ...here, "--replicas", "2", "--router", "least-loaded", "--slo", "ttft=60s,tpot=10s");
  assert.equal(two.status, 0, two.stderr);
  assert.match(two.stdout, /20 requests in .* on 2 computers like this one/);
  const apart = perf("replay", ...here, "--prefill-replicas", "1", "--slo", "ttft=60s,tpot=10s");
  assert.equal(apart.status, 2);
  assert.match(apart.stderr, /computes prompts and answers in one/);
  const search = perf("search", "--model", "llama-3.1-8b", "--chips", "h200,this-cpu", "--slo", "ttft=1s,tpot=50ms");
  assert.equal(search.status, 2);
  assert.match(search.stderr, /nothing to choose between.*perf replay --chip this-cpu/s);
  const long = perf("estimate", "--chip", "this-cpu", "--model", "tokenworks-tiny", "--isl", "100000");
  assert.equal(long.status, 2);
  assert.match(long.stderr, /do not fit the engine's context/);
});

test("where nothing could be kept nothing is measured, and a file that is no calibration is told in a sentence", () => {
  const taken = join(folder, "taken");
  writeFileSync(taken, "a file");
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [bin, "perf", ...args], { encoding: "utf8", timeout: 60_000 });
  const calibrated = run("calibrate", "--data", taken);
  assert.equal(calibrated.status, 2, calibrated.stderr);
  assert.match(calibrated.stderr, /this-cpu\.json cannot be written \(ENOTDIR\).*--data/);
  mkdirSync(join(folder, "odd/perf"), { recursive: true });
  writeFileSync(join(folder, "odd/perf/this-cpu.json"), '{"version": 1}');
  const asked = run("estimate", "--chip", "this-cpu", "--model", "tokenworks-tiny", "--data", join(folder, "odd"));
  assert.equal(asked.status, 2);
  assert.match(asked.stderr, /^error: .*this-cpu\.json is no calibration: chip: .*calibrate` again\.\n$/);
});
