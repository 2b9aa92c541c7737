/** Who is measured: each is started as its own documentation says, in front of the same mock, on core 0. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { createKey } from "../../src/store/keys.ts";
import { openStore } from "../../src/store/open.ts";
import { applyResources } from "../../src/store/resources.ts";
import { resource } from "../../src/stack/resource.ts";
import { answers, end, freePort, startOn } from "./process.ts";

export type Mock = {
  /** OpenAI's API with a JSON answer, up to and with /v1. */
  readonly json: string;
  /** The same with streams. */
  readonly stream: string;
  readonly paced: string;
};

export type Mode = keyof Mock;

export type Running = {
  /** Where to send a request of a mode. */
  readonly url: (mode: Mode) => string;
  readonly headers: (mode: Mode) => Record<string, string>;
  readonly model: (mode: Mode) => string;
  /** Processes that serve: the ones on core 0. */
  readonly pids: readonly number[];
  /** Processes that do other work for each request, elsewhere. */
  readonly background: readonly number[];
  /** Waits until what was asked so far leaves no work behind. */
  readonly settled?: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

export type Contender = {
  readonly name: string;
  /** Why it cannot be had here; undefined when it can. Installs what it needs. */
  readonly missing: () => string | undefined;
  readonly version: () => string;
  readonly start: (mock: Mock) => Promise<Running>;
};

const core = 0;
const cache = join(homedir(), ".cache", "tokenworks-bench");
const probe = (model: string, stream = false) => ({
  method: "POST",
  body: JSON.stringify({ model, stream, messages: [{ role: "user", content: "hi" }] }),
});
const plain = { "content-type": "application/json" };

function sh(command: string): string {
  return execFileSync("sh", ["-c", command], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
}

function has(command: string): boolean {
  try {
    sh(`command -v ${command}`);
    return true;
  } catch {
    return false;
  }
}

export const tokenworks: Contender = {
  name: "tokenworks",
  missing: () => undefined,
  version: () =>
    (JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as { version: string }).version,
  start: async (mock) => {
    const dataDir = mkdtempSync(join(tmpdir(), "tokenworks-bench-"));
    const [port, consolePort] = [await freePort(), await freePort()];
    const bin = fileURLToPath(new URL("../../bin/tokenworks.mjs", import.meta.url));
    const args = [
      bin,
      "up",
      "--json",
      "--data",
      dataDir,
      "--port",
      String(port),
      "--console-port",
      String(consolePort),
      "--workers",
      "1",
    ];
    const factory = startOn(1, process.execPath, args);
    const url = `http://127.0.0.1:${port}/v1/chat/completions`;
    const status = join(dataDir, "run", "factory.json");
    while (!existsSync(status)) await sleep(50);
    const key = await declare(dataDir, mock);
    const headers = { ...plain, authorization: `Bearer ${key}` };
    for (const mode of ["json", "stream", "paced"])
      await answers(url, { ...probe(mode, mode !== "json"), headers }, 30_000);
    const { processes } = JSON.parse(readFileSync(status, "utf8")) as { processes: { name: string; pid: number }[] };
    const worker = processes.find(({ name }) => name.startsWith("gateway"))?.pid ?? 0;
    const shipper = processes.find(({ name }) => name.includes("shipper"))?.pid ?? 0;
    sh(`taskset -a -p -c ${core} ${worker}`);
    return {
      url: () => url,
      headers: () => headers,
      model: (mode) => mode,
      pids: [worker],
      background: [shipper],
      settled: () => caughtUp(join(dataDir, "run", "shipper.json")),
      stop: async () => {
        await end(factory);
        rmSync(dataDir, { recursive: true, force: true });
      },
    };
  },
};

/** Waits until everything that was metered is in the ledger. */
async function caughtUp(status: string): Promise<void> {
  for (const sinceMs = Date.now(); Date.now() - sinceMs < 120_000; await sleep(200)) {
    const { caughtUpAtMs } = JSON.parse(readFileSync(status, "utf8")) as { caughtUpAtMs: number | null };
    if (caughtUpAtMs !== null && caughtUpAtMs > sinceMs) return;
  }
  throw new Error("The shipper has not caught up in two minutes.");
}

/** A model for each mode of the mock, and a key with every kind of limit on it, none of which is ever reached. */
async function declare(dataDir: string, mock: Mock): Promise<string> {
  const store = await openStore({ dataDir, startEmbedded: false });
  const from = "2020-01-01T00:00:00Z";
  const modes = Object.entries(mock);
  const prices = modes.map(([model]) => ({ model, from, inputUsdPerMillion: "0.1", outputUsdPerMillion: "0.4" }));
  const limits = {
    requestsPerMinute: 1e9,
    tokensPerMinute: 1e12,
    concurrency: 100_000,
    budget: { amountUsd: "1000000000", period: "month" as const },
  };
  const resources = [
    { kind: "Source", type: "upstream", name: "mock", prices },
    { kind: "PriceBook", name: "bench", prices },
    { kind: "Tenant", name: "bench", limits, priceBook: "bench", projects: [{ name: "bench", limits }] },
    ...modes.flatMap(([name, url]) => [
      { kind: "Model", name, contextTokens: 131_072 },
      { kind: "Deployment", name, model: name, source: "mock", engine: { type: "openai", url } },
    ]),
  ].map((one) => ({ change: "put" as const, resource: resource.parse(one) }));
  try {
    await applyResources(store.db, resources, "bench");
    return (await createKey(store.db, { tenant: "bench", project: "bench", name: "bench", role: "developer", limits }))
      .secret;
  } finally {
    await store.close();
  }
}

export const nginx: Contender = {
  name: "nginx",
  missing: () => (has("nginx") ? undefined : "apt-get install nginx"),
  version: () => sh("nginx -v 2>&1").replace("nginx version: ", ""),
  start: async (mock) => {
    const port = await freePort();
    const place = mkdtempSync(join(tmpdir(), "tokenworks-nginx-"));
    const locations = Object.entries(mock).map(([mode, url]) => {
      const { host, pathname } = new URL(url);
      return {
        upstream: `upstream ${mode} { server ${host}; keepalive 512; }`,
        location: `location /${mode}/ { proxy_pass http://${mode}${pathname}/; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off; }`,
      };
    });
    const child = startNginx(
      core,
      place,
      port,
      locations.map(({ upstream }) => upstream).join("\n"),
      locations.map(({ location }) => location).join("\n"),
    );
    const url = (mode: Mode) => `http://127.0.0.1:${port}/${mode}/chat/completions`;
    await answers(url("json"), { ...probe("json"), headers: plain }, 10_000);
    return {
      url,
      headers: () => plain,
      model: (mode) => mode,
      pids: workersOf(child.pid ?? 0),
      background: [],
      stop: async () => {
        await end(child);
        rmSync(place, { recursive: true });
      },
    };
  },
};

/** nginx with one worker and nothing of the distribution's configuration. */
export function startNginx(onCore: number, place: string, port: number, upstreams: string, locations: string) {
  writeFileSync(
    join(place, "nginx.conf"),
    `daemon off; worker_processes 1; pid ${place}/pid; error_log ${place}/error.log;
events { worker_connections 4096; }
http { access_log off; keepalive_requests 100000000; client_body_temp_path ${place}/body; proxy_temp_path ${place}/proxy;
fastcgi_temp_path ${place}/f; uwsgi_temp_path ${place}/u; scgi_temp_path ${place}/s;
${upstreams}
server { listen 127.0.0.1:${port} backlog=1024; ${locations} } }`,
  );
  return startOn(onCore, "nginx", ["-c", join(place, "nginx.conf"), "-e", join(place, "error.log")]);
}

function workersOf(master: number): number[] {
  return readFileSync(`/proc/${master}/task/${master}/children`, "utf8").trim().split(" ").map(Number);
}

export const portkey: Contender = {
  name: "portkey",
  missing: () => {
    const place = join(cache, "portkey");
    if (existsSync(join(place, "node_modules/@portkey-ai/gateway"))) return undefined;
    mkdirSync(place, { recursive: true });
    try {
      sh(`cd ${place} && npm init -y && npm install --no-audit --no-fund @portkey-ai/gateway@1.15.2`);
      return undefined;
    } catch {
      return "npm cannot install @portkey-ai/gateway";
    }
  },
  version: () => "1.15.2",
  start: async (mock) => {
    const port = await freePort();
    const entry = join(cache, "portkey/node_modules/@portkey-ai/gateway/build/start-server.js");
    const child = startOn(core, process.execPath, [entry, `--port=${port}`, "--headless"]);
    const url = `http://127.0.0.1:${port}/v1/chat/completions`;
    const headers = (mode: Mode) => ({
      ...plain,
      authorization: "Bearer sk-mock",
      "x-portkey-provider": "openai",
      "x-portkey-custom-host": mock[mode],
    });
    await answers(url, { ...probe("gpt-4o"), headers: headers("json") }, 30_000);
    return {
      url: () => url,
      headers,
      model: () => "gpt-4o",
      pids: [child.pid ?? 0],
      background: [],
      stop: () => end(child),
    };
  },
};

export const litellm: Contender = {
  name: "litellm",
  missing: () => {
    const place = join(cache, "litellm");
    if (existsSync(join(place, "bin/litellm"))) return undefined;
    try {
      sh(`python3 -m venv ${place} && ${place}/bin/pip install -q 'litellm[proxy]'`);
      return undefined;
    } catch {
      return "pip cannot install litellm[proxy]";
    }
  },
  version: () => sh(`${join(cache, "litellm/bin/pip")} show litellm | sed -n 's/^Version: //p'`),
  start: async (mock) => {
    const port = await freePort();
    const place = mkdtempSync(join(tmpdir(), "tokenworks-litellm-"));
    const models = Object.entries(mock).map(([name, url]) => ({
      model_name: name,
      litellm_params: { model: "openai/gpt-4o", api_base: url, api_key: "sk-mock" },
    }));
    writeFileSync(
      join(place, "config.yaml"),
      JSON.stringify({ model_list: models, general_settings: { master_key: "sk-bench" } }),
    );
    const bin = join(cache, "litellm/bin/litellm");
    const child = startOn(
      core,
      bin,
      ["--config", join(place, "config.yaml"), "--port", String(port), "--host", "127.0.0.1", "--num_workers", "1"],
      {
        env: {
          ...process.env,
          LITELLM_LOCAL_MODEL_COST_MAP: "True",
          LITELLM_LOG: "ERROR",
          DO_NOT_TRACK: "1",
          LITELLM_TELEMETRY: "False",
        },
      },
    );
    const url = `http://127.0.0.1:${port}/v1/chat/completions`;
    const headers = { ...plain, authorization: "Bearer sk-bench" };
    await answers(url, { ...probe("json"), headers }, 90_000);
    return {
      url: () => url,
      headers: () => headers,
      model: (mode) => mode,
      pids: [child.pid ?? 0],
      background: [],
      stop: async () => {
        await end(child);
        rmSync(place, { recursive: true });
      },
    };
  },
};

export const bifrost: Contender = {
  name: "bifrost",
  missing: () => {
    const place = join(cache, "bifrost");
    const bin = join(place, "bifrost-http");
    if (existsSync(bin)) return undefined;
    if (!has("go"))
      return "its npm package downloads a binary from a host of its own, and there is no Go here to build it";
    mkdirSync(place, { recursive: true });
    try {
      sh(`GOBIN=${place} timeout 600 go install github.com/maximhq/bifrost/transports/bifrost-http@latest`);
      return undefined;
    } catch {
      return "its npm package downloads a binary from a host of its own, and `go install` of its module does not build (its web assets are not in it)";
    }
  },
  version: () => "latest of the Go module proxy",
  start: async (mock) => {
    const port = await freePort();
    const place = mkdtempSync(join(tmpdir(), "tokenworks-bifrost-"));
    const base = new URL(mock.json).origin;
    writeFileSync(
      join(place, "config.json"),
      JSON.stringify({
        client: { enable_logging: false, drop_excess_requests: false, initial_pool_size: 500 },
        providers: {
          openai: {
            keys: [{ name: "k", value: "sk-mock", weight: 1, models: [] }],
            network_config: { base_url: base },
          },
        },
      }),
    );
    const child = startOn(
      core,
      join(cache, "bifrost/bifrost-http"),
      ["-port", String(port), "-host", "127.0.0.1", "-app-dir", place],
      {
        env: { ...process.env, GOMAXPROCS: "1" },
      },
    );
    const url = `http://127.0.0.1:${port}/v1/chat/completions`;
    await answers(url, { ...probe("openai/gpt-4o"), headers: plain }, 60_000);
    return {
      url: () => url,
      headers: () => plain,
      model: () => "openai/gpt-4o",
      pids: [child.pid ?? 0],
      background: [],
      stop: () => end(child),
    };
  },
};

export const contenders: readonly Contender[] = [nginx, tokenworks, portkey, litellm, bifrost];
