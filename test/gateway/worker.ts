/** A gateway worker as a process of its own, on a factory that a test declares, and what its meter has recorded. */
import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { WorkerConfig } from "../../src/gateway/worker.ts";
import type { KeyRecord, SnapshotData } from "../../src/gateway/snapshot.ts";
import { WriterReader } from "../../src/meter/read.ts";
import type { Resource } from "../../src/stack/resource.ts";
import type { Usage } from "../../src/stack/usage.ts";

const entry = fileURLToPath(new URL("../../src/gateway/worker.ts", import.meta.url));

export const secret = "tw-test-developer";
export const viewerSecret = "tw-test-viewer";
export const revokedSecret = "tw-test-revoked";
export const expiredSecret = "tw-test-expired";
export const otherSecret = "tw-test-other-tenant";

const timeouts = { firstByteMs: 600, betweenBytesMs: 600, totalMs: 3_000 };

export function key(of: string, fields: Partial<KeyRecord> = {}): KeyRecord {
  return {
    id: `key-${of}`,
    hash: createHash("sha256").update(of).digest("hex"),
    tenant: "acme",
    project: "main",
    role: "developer",
    limits: {},
    expiresAtMs: null,
    revokedAtMs: null,
    ...fields,
  };
}

export const keys: readonly KeyRecord[] = [
  key(secret),
  key(viewerSecret, { role: "viewer" }),
  key(revokedSecret, { revokedAtMs: 1 }),
  key(expiredSecret, { expiresAtMs: 1 }),
  key(otherSecret, { tenant: "other" }),
];

export function model(name: string, fields: object = {}): Resource {
  const capabilities = ["chat", "completions", "embeddings"];
  return { kind: "Model", name, description: "", contextTokens: 4096, capabilities, ...fields } as Resource;
}

export function deployment(name: string, of: string, url: string, fields: object = {}, engine: object = {}): Resource {
  const upstream = { type: "openai", url, timeouts, ...engine };
  return {
    kind: "Deployment",
    name,
    model: of,
    source: "up",
    engine: upstream,
    weight: 1,
    priority: 0,
    ...fields,
  } as Resource;
}

/** What every factory of these tests has. */
export function factory(...resources: Resource[]): Resource[] {
  const project = { name: "main", limits: {} };
  return [
    { kind: "Tenant", name: "acme", displayName: "", limits: {}, projects: [project], priceBook: "acme" },
    { kind: "Tenant", name: "other", displayName: "", limits: {}, projects: [project] },
    { kind: "PriceBook", name: "list", prices: pricesOf("m", "flaky", "spread", "own", "limited") },
    { kind: "PriceBook", name: "acme", prices: pricesOf("secret-model") },
    ...resources,
  ];
}

function pricesOf(...models: string[]) {
  return models.map((of) => ({
    model: of,
    from: "2020-01-01T00:00:00Z",
    inputUsdPerMillion: "1",
    outputUsdPerMillion: "2",
  }));
}

export class TestWorker {
  readonly dataDir: string;
  readonly #file: string;
  readonly #isGuest: boolean;
  #child: ChildProcess | undefined;
  #port = 0;
  #epoch = 0;
  #stderr = "";

  /** In a data folder of its own, or in another's. */
  constructor(dataDir?: string) {
    this.#isGuest = dataDir !== undefined;
    this.dataDir = dataDir ?? mkdtempSync(join(tmpdir(), "tw-gateway-"));
    this.#file = join(this.dataDir, "factory.json");
  }

  /** On a factory declared here. */
  async start(resources: Resource[], config: Partial<WorkerConfig> = {}, ownKeys = keys): Promise<this> {
    this.declare(resources, ownKeys);
    return this.#spawn({ snapshotFile: this.#file, ...config });
  }

  /** On the store of the data folder. */
  async startOnStore(config: Partial<WorkerConfig> = {}): Promise<this> {
    return this.#spawn(config);
  }

  async #spawn(config: Partial<WorkerConfig>): Promise<this> {
    const full: WorkerConfig = { host: "127.0.0.1", port: 0, dataDir: this.dataDir, ...config };
    const child = spawn(process.execPath, [entry], {
      env: { ...process.env, TOKENWORKS_WORKER: JSON.stringify(full), TEST_UPSTREAM_KEY: "upstream-secret" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = child;
    child.stderr.setEncoding("utf8").on("data", (text: string) => (this.#stderr += text));
    const lines = createInterface({ input: child.stdout });
    const dies = once(child, "exit").then(() => Promise.reject(new Error(`The worker died: ${this.#stderr}`)));
    const [line] = (await Promise.race([once(lines, "line"), dies])) as [string];
    dies.catch(() => {});
    this.#port = (JSON.parse(line) as { port: number }).port;
    return this;
  }

  /** What it said on standard error. */
  get said(): string {
    return this.#stderr;
  }

  get port(): number {
    return this.#port;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** The factory and its keys from now on. */
  declare(resources: Resource[], ownKeys: readonly KeyRecord[] = keys): void {
    this.#epoch += 1;
    const data: SnapshotData = {
      epoch: this.#epoch,
      keys: ownKeys,
      resources,
      modelsSinceMs: { m: 1_700_000_000_000 },
    };
    writeFileSync(`${this.#file}.new`, JSON.stringify(data));
    renameSync(`${this.#file}.new`, this.#file);
  }

  post(path: string, body: unknown, headers: Record<string, string> = {}, signal?: AbortSignal): Promise<Response> {
    return fetch(this.baseUrl + path, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${secret}`, ...headers },
      body: typeof body === "string" || body instanceof Uint8Array ? (body as string) : JSON.stringify(body),
      ...(signal === undefined ? {} : { signal }),
    });
  }

  chat(fields: object = {}, headers: Record<string, string> = {}, signal?: AbortSignal): Promise<Response> {
    const body = { model: "m", messages: [{ role: "user", content: "Count to three." }], ...fields };
    return this.post("/v1/chat/completions", body, headers, signal);
  }

  get(path: string, bearer = secret): Promise<Response> {
    return fetch(this.baseUrl + path, { headers: { authorization: `Bearer ${bearer}` } });
  }

  /** The final account of a request, as soon as the meter has it. */
  async usageOf(id: string | null): Promise<Usage> {
    for (let tries = 0; tries < 200; tries += 1) {
      const found = this.usages().filter((one) => one.id === id);
      if (found.length > 1) throw new Error(`${id} was settled ${found.length} times.`);
      if (found[0] !== undefined) return found[0];
      await sleep(20);
    }
    throw new Error(`The meter never settled ${id}.`);
  }

  /** What would be billed of the requests in flight if the worker died now. */
  ifItDied(): Usage[] {
    const folder = join(this.dataDir, "meter");
    return readdirSync(folder).flatMap((writer) => {
      const reader = new WriterReader(join(folder, writer));
      while (!reader.read().isAtEnd);
      return reader.recover();
    });
  }

  /** Every settled request, in the order of the log. */
  usages(): Usage[] {
    const folder = join(this.dataDir, "meter");
    if (!existsSync(folder)) return [];
    return readdirSync(folder).flatMap((writer) => {
      const reader = new WriterReader(join(folder, writer));
      const usages: Usage[] = [];
      for (;;) {
        const read = reader.read();
        usages.push(...read.usages);
        if (read.isAtEnd) return usages;
      }
    });
  }

  /** Asks it to stop, and waits until it has. */
  async terminate(): Promise<number | null> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null) return child?.exitCode ?? null;
    const exit = once(child, "exit");
    child.kill("SIGTERM");
    await exit;
    return child.exitCode;
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (child !== undefined && child.exitCode === null && child.signalCode === null) {
      const exit = once(child, "exit");
      child.kill("SIGKILL");
      await exit;
    }
    if (!this.#isGuest) rmSync(this.dataDir, { recursive: true, force: true });
  }
}

/** The data of a stream's events, in order. */
export async function eventsOf(response: Response): Promise<string[]> {
  return (await response.text())
    .split(/\r?\n\r?\n/)
    .filter((one) => one.startsWith("data:"))
    .map((one) => one.slice(5).trim());
}

export type ErrorBody = {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly param: string | null;
    readonly code: string;
  };
};

export async function errorOf(response: Response): Promise<ErrorBody["error"]> {
  return ((await response.json()) as ErrorBody).error;
}
