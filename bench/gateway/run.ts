/**
 * `npm run bench:gateway`: Tokenworks beside nginx as the limit and its peers, in one run, in front of one mock.
 *
 *   node bench/gateway/run.ts [--quick] [--peers nginx,portkey,litellm,bifrost] [--requests 200000] [--json]
 *
 * The gateway has core 0 to itself, with one worker; the mock and the load share core 1. Tokenworks has authentication,
 * every kind of limit, metering to disk before the end of each answer and costs all on, and its shipper posts into
 * Postgres meanwhile, at low priority on core 1. The peers do none of that. Rounds are interleaved; medians are shown.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type Contender, contenders, type Mock, type Mode, type Running, startNginx } from "./contenders.ts";
import { latencyAt, type Shot, steadyStreams, throughput } from "./load.ts";
import { picture } from "./picture.ts";
import { answers, cpuMicroseconds, end, freePort, residentMiB, startOn } from "./process.ts";
import { jsonAnswer } from "./upstream.ts";
import { type Figures, table, targets } from "./verdict.ts";

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    peers: { type: "string", default: "nginx,portkey,litellm,bifrost" },
    requests: { type: "string", default: "200000" },
    json: { type: "boolean", default: false },
  },
});
const rounds = values.quick ? 1 : 3;
const seconds = values.quick ? 3 : 8;
const loadCore = 1;
const say = (line: string) => (values.json ? console.error(line) : console.log(line));
const scratch = mkdtempSync(join(tmpdir(), "tokenworks-bench-load-"));

const wanted = ["tokenworks", ...values.peers.split(",")];
const here: Contender[] = [];
for (const contender of contenders.filter(({ name }) => wanted.includes(name))) {
  const reason = contender.missing();
  if (reason === undefined) here.push(contender);
  else say(`${contender.name}: left out, ${reason}.`);
}

// The load that this process makes runs beside the mock, too.
execFileSync("taskset", ["-a", "-p", "-c", String(loadCore), String(process.pid)], { stdio: "ignore" });
const { mock, stop: stopMock } = await startMock();
const figures = new Map<string, Figures>();
try {
  say(
    `${cpus()[0]?.model ?? "a processor"}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`,
  );
  const direct = await measureDirect();
  say(
    `the mock alone: ${Math.round(direct.json)} JSON and ${Math.round(direct.stream)} streams a second at 32 connections`,
  );
  for (let round = 1; round <= rounds; round += 1) {
    for (const contender of here) {
      say(`round ${round} of ${rounds}: ${contender.name} ${contender.version()}`);
      const running = await contender.start(mock);
      try {
        merge(contender.name, await measure(contender, running, round === rounds));
      } finally {
        await running.stop();
      }
    }
  }
  const result = Object.fromEntries([...figures].map(([name, figure]) => [name, medians(figure)]));
  const verdicts = targets(result);
  if (values.json) console.log(JSON.stringify({ figures: result, targets: verdicts }));
  else console.log(`\n${table(result)}\n\n${verdicts.map(({ text }) => text).join("\n")}`);
  const out = fileURLToPath(new URL("out/", import.meta.url));
  mkdirSync(out, { recursive: true });
  const names = [...new Set(Object.values(result).flatMap((figure) => Object.keys(figure)))];
  const rows = Object.entries(result).map(([name, figure]) =>
    [name, ...names.map((key) => figure[key] ?? "")].join(","),
  );
  writeFileSync(join(out, "gateway.csv"), `${["gateway", ...names].join(",")}\n${rows.join("\n")}\n`);
  writeFileSync(join(out, "gateway.svg"), picture(result));
  say(`\nAlso in ${out}: gateway.csv, gateway.svg`);
} finally {
  await stopMock();
  rmSync(scratch, { recursive: true });
}

async function startMock(): Promise<{ mock: Mock; stop: () => Promise<void> }> {
  const [jsonPort, streamPort] = [await freePort(), await freePort()];
  const location = `location / { default_type application/json; return 200 '${jsonAnswer}'; }`;
  const json = startNginx(loadCore, scratch, jsonPort, "", location);
  const streams = startOn(loadCore, process.execPath, [
    fileURLToPath(new URL("upstream.ts", import.meta.url)),
    String(streamPort),
  ]);
  await answers(`http://127.0.0.1:${jsonPort}/`, { method: "POST" }, 10_000);
  await answers(`http://127.0.0.1:${streamPort}/`, { method: "POST" }, 10_000);
  return {
    mock: {
      json: `http://127.0.0.1:${jsonPort}/v1`,
      stream: `http://127.0.0.1:${streamPort}/v1`,
      paced: `http://127.0.0.1:${streamPort}/pace=10/v1`,
    },
    stop: async () => {
      await end(json);
      await end(streams);
    },
  };
}

/** A request of 1 KiB. */
function shotAt(url: string, headers: Record<string, string>, model: string, isStream: boolean): Shot {
  const without = { model, stream: isStream, max_tokens: 128, messages: [{ role: "user", content: "" }] };
  const padding = 1024 - JSON.stringify(without).length;
  const body = JSON.stringify({
    ...without,
    messages: [{ role: "user", content: "word ".repeat(300).slice(0, padding) }],
  });
  return { url, headers, body };
}

function directShot(mode: Mode): Shot {
  return shotAt(`${mock[mode]}/chat/completions`, { "content-type": "application/json" }, mode, mode !== "json");
}

function shotOf(running: Running, mode: Mode): Shot {
  return shotAt(running.url(mode), running.headers(mode), running.model(mode), mode !== "json");
}

async function measureDirect() {
  const json = await throughput(directShot("json"), 32, seconds, 0, scratch);
  const stream = await throughput(directShot("stream"), 32, seconds, 0, scratch);
  return { json: json.requestsPerSecond, stream: stream.requestsPerSecond };
}

async function measure(contender: Contender, running: Running, isLast: boolean): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  const timed = async (name: string, mode: Mode, connections: number) => {
    const shot = shotOf(running, mode);
    await throughput(shot, connections, 1, loadCore, scratch);
    const [cpuBefore, elseBefore] = [cpuMicroseconds(running.pids), cpuMicroseconds(running.background)];
    const got = await throughput(shot, connections, seconds, loadCore, scratch);
    if (got.failed > got.requests / 100) {
      say(`  ${contender.name} fails ${got.failed} of ${got.requests} ${name} requests: not counted`);
      return;
    }
    found[`${name}.rps`] = got.requestsPerSecond;
    found[`${name}.cpuMicroseconds`] = (cpuMicroseconds(running.pids) - cpuBefore) / got.requests;
    if (running.background.length > 0) {
      found[`${name}.backgroundCpuMicroseconds`] = (cpuMicroseconds(running.background) - elseBefore) / got.requests;
    }
  };
  for (const connections of [32, 256]) {
    await timed(`json${connections}`, "json", connections);
    await timed(`stream${connections}`, "stream", connections);
  }
  await added(running, found);
  await streamed(contender, running, found);
  if (isLast && contender.name === "tokenworks") await soak(running, found);
  return found;
}

/** What the gateway adds at half its load, against the mock alone at the same rate, in turn. */
async function added(running: Running, found: Record<string, number>): Promise<void> {
  // One open loop cannot send more than this without being the bottleneck itself.
  const half = Math.min((found["json32.rps"] ?? 0) / 2, 10_000);
  if (half === 0) return;
  await running.settled?.();
  const alone = await latencyAt(directShot("json"), half, seconds);
  const through = await latencyAt(shotOf(running, "json"), half, seconds);
  found["added.p50Ms"] = through.p50Ms - alone.p50Ms;
  found["added.p99Ms"] = through.p99Ms - alone.p99Ms;
  found["added.rate"] = half;
}

async function streamed(contender: Contender, running: Running, found: Record<string, number>): Promise<void> {
  const before = cpuMicroseconds(running.pids);
  const { chunks, failed } = await steadyStreams(shotOf(running, "paced"), 100, seconds);
  if (failed > 0) say(`  ${contender.name} fails ${failed} paced streams`);
  else found["steady.cpuMicrosecondsPerChunk"] = (cpuMicroseconds(running.pids) - before) / chunks;
}

/** Memory while many requests pass: at each tenth, so that growth shows. */
async function soak(running: Running, found: Record<string, number>): Promise<void> {
  const total = Number(values.requests);
  const sizes: number[] = [];
  for (let done = 0; done < total;) {
    const { requests } = await throughput(shotOf(running, "json"), 64, 3, loadCore, scratch);
    if (requests === 0) throw new Error("Nothing went through while memory was watched.");
    done += requests;
    sizes.push(residentMiB(running.pids));
  }
  const half = sizes.slice(Math.floor(sizes.length / 2));
  found["memory.afterMiB"] = sizes.at(-1) ?? 0;
  found["memory.growthMiB"] = (half.at(-1) ?? 0) - (half[0] ?? 0);
}

function merge(name: string, found: Record<string, number>): void {
  const all = figures.get(name) ?? {};
  for (const [key, value] of Object.entries(found)) all[key] = [...(all[key] ?? []), value];
  figures.set(name, all);
}

function medians(figure: Figures): Record<string, number> {
  return Object.fromEntries(
    Object.entries(figure).map(([key, list]) => [
      key,
      list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0,
    ]),
  );
}
