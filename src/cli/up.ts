/** `tokenworks up`: a running token factory on this computer, from one command. */
import { EventEmitter, once } from "node:events";
import { createServer } from "node:net";
import { accessSync, constants, existsSync, mkdirSync } from "node:fs";
import { availableParallelism, totalmem } from "node:os";
import { join, resolve } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { defaultFactory, deploymentFor, priceUnpriced } from "../catalog/local.ts";
import { describeModel, modelsFolder } from "../engines/models.ts";
import { takeLock } from "../store/lock.ts";
import { Fault } from "../stack/fault.ts";
import type { Deployment, Model } from "../stack/resource.ts";
import { createKey, listKeys } from "../store/keys.ts";
import { migrate } from "../store/migrate.ts";
import { openStore, type Store } from "../store/open.ts";
import { applyResources, listResources } from "../store/resources.ts";
import { Factory } from "./factory.ts";
import { version } from "./version.ts";

type UpOptions = {
  readonly data: string;
  readonly host: string;
  readonly port: number;
  readonly consolePort: number;
  readonly workers: number;
  readonly model: readonly string[];
  readonly databaseUrl?: string;
  readonly valkeyUrl?: string;
  readonly json?: boolean;
};

type Say = (line: string) => void;

/** A long context costs memory for every sequence; `factory.yaml` may ask for more. */
const contextTokensDefault = 8192;

export const upCommand = new Command("up")
  .summary("run the token factory on this computer")
  .description("Runs the token factory: gateway, engines, ledger and console. Ctrl-C stops it; nothing is lost.")
  .addOption(dataOption())
  .option("--host <address>", "address to listen on", "127.0.0.1")
  .option("--port <port>", "port of the token service; 0 for any", parsePort, 8600)
  .option("--console-port <port>", "port of the console; 0 for any", parsePort, 8601)
  .option("--workers <n>", "gateway worker processes", parseWorkers, 2)
  .option("--model <file>", "also serve this GGUF (a file, or one that was pulled); may be repeated", collect, [])
  .addOption(
    new Option("--database-url <url>", "Postgres 15 or later, in place of the embedded one").env("DATABASE_URL"),
  )
  .addOption(new Option("--valkey-url <url>", "Valkey or Redis that shares limits between machines").env("VALKEY_URL"))
  .option("--json", "print one line of JSON when it is ready")
  .addHelpText(
    "after",
    `
Examples:
  $ tokenworks up
  $ tokenworks up --model ~/models/qwen3-8b-q4_k_m.gguf
  $ tokenworks up --host 0.0.0.0 --workers 4
  $ DATABASE_URL=postgres://… VALKEY_URL=redis://… tokenworks up    # one of several machines`,
  )
  .action(up);

async function up(options: UpOptions): Promise<void> {
  const dataDir = resolve(options.data);
  const say = (line: string) => console.error(line);
  makeDataDir(dataDir);
  const release = takeLock(join(dataDir, "run", "lock"), `The data folder ${dataDir}`);
  let factory: Factory | undefined;
  let store: Store | undefined;
  try {
    const port = await freePort(options.host, options.port, "--port");
    const consolePort = await freePort(options.host, options.consolePort, "--console-port");
    store = await openStore({ dataDir, databaseUrl: options.databaseUrl, supervise: true, say });
    await migrate(store);
    await declareDefaults(store, dataDir, options.model, say);
    const firstKey = await makeFirstKey(store);
    factory = new Factory(
      {
        dataDir,
        host: options.host,
        port,
        consolePort,
        workers: options.workers,
        databaseUrl: options.databaseUrl,
        valkeyUrl: options.valkeyUrl,
        version,
        say,
      },
      store,
    );
    const stopped = stopOnSignal(factory, say);
    await factory.start();
    greet(factory, firstKey, options);
    await stopped;
  } catch (error) {
    await (factory === undefined ? store?.close() : factory.stop());
    throw error;
  } finally {
    release();
  }
  // Idle handles of the cluster's primary would keep the process; everything is stopped and saved by now.
  process.exit(0);
}

function makeDataDir(dataDir: string): void {
  try {
    mkdirSync(join(dataDir, "run"), { recursive: true });
    accessSync(dataDir, constants.W_OK);
    accessSync(join(dataDir, "run"), constants.W_OK);
  } catch (error) {
    throw new Fault("store_unavailable", {
      message: `The data folder ${dataDir} cannot be written (${(error as NodeJS.ErrnoException).code}).`,
      remedy: "Name one that can with --data, or mend its permissions.",
    });
  }
}

/** The port itself when nobody listens on it, or one that is free for 0. */
function freePort(host: string, port: number, option: string): Promise<number> {
  return new Promise((resolvePort, reject) => {
    const probe = createServer();
    probe.once("error", (error: NodeJS.ErrnoException) => {
      const taken = error.code === "EADDRINUSE";
      reject(
        new Fault("conflict", {
          message: taken
            ? `Port ${port} on ${host} is taken by another program.`
            : `Tokenworks may not listen on ${host}:${port} (${error.code}).`,
          remedy: `Name another with ${option}${taken ? "" : " or --host"}.`,
        }),
      );
    });
    probe.listen({ host, port, exclusive: true }, () => {
      const address = probe.address();
      const found = typeof address === "object" && address !== null ? address.port : port;
      probe.close(() => resolvePort(found));
    });
  });
}

/** An empty factory gets the resources of this computer; `--model` adds to whatever is declared. */
async function declareDefaults(store: Store, dataDir: string, files: readonly string[], say: Say): Promise<void> {
  const declared = (await listResources(store.db)).map(({ spec }) => spec);
  const machine = { cpus: availableParallelism(), memoryGiB: totalmem() / 2 ** 30 };
  const first = declared.length === 0 ? defaultFactory(machine).resources : [];
  const served = await Promise.all(files.map((file) => deploymentOf(file, dataDir)));
  const models = served.map(([model]) => model.name);
  const priced = priceUnpriced([...declared, ...first], models);
  const changes = [...first.filter((one) => priced === undefined || one.kind !== "PriceBook"), ...served.flat()];
  if (priced !== undefined) {
    changes.push(priced);
    say(`The price of ${models.join(", ")} is an assumption: set yours with \`tokenworks prices set\`.`);
  }
  if (changes.length > 0) {
    await applyResources(
      store.db,
      changes.map((resource) => ({ change: "put", resource })),
      "up",
    );
  }
}

/** A file that is here, or one that was pulled; room for as many tokens as an engine takes by default. */
async function deploymentOf(file: string, dataDir: string): Promise<[Model, Deployment]> {
  const path = [resolve(file), join(modelsFolder(dataDir), file)].find((candidate) => existsSync(candidate));
  if (path === undefined) {
    throw new Fault("not_found", {
      message: `There is no model file ${file}, here or among those that were pulled.`,
      remedy: "`tokenworks models list` shows what there is, `tokenworks models pull` fetches more.",
    });
  }
  const { contextTokens } = await describeModel(path);
  return deploymentFor(path, Math.min(contextTokens ?? contextTokensDefault, contextTokensDefault));
}

/** The administrator's key of a factory that has none; its secret is known only now. */
async function makeFirstKey(store: Store): Promise<string | undefined> {
  const keys = await listKeys(store.db);
  if (keys.length > 0) return undefined;
  const key = { tenant: "default", project: "default", name: "first key", role: "admin" as const };
  return (await createKey(store.db, key, "up")).secret;
}

/** Resolves when the factory has stopped after a signal; a second signal does not wait for requests in flight. */
async function stopOnSignal(factory: Factory, say: Say): Promise<void> {
  const asked = new EventEmitter();
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => asked.emit("stop"));
  await once(asked, "stop");
  asked.once("stop", () => process.exit(130));
  say("Stopping: finishing what is in flight. Again to stop at once.");
  await factory.stop();
}

function greet(factory: Factory, firstKey: string | undefined, options: UpOptions): void {
  const failed = factory.engines.filter(({ state }) => state !== "ready");
  if (options.json) {
    const { apiUrl, consoleUrl } = factory;
    console.log(JSON.stringify({ ready: true, apiUrl, consoleUrl, key: firstKey ?? null, engines: factory.engines }));
    return;
  }
  const model = factory.engines[0]?.model ?? "tokenworks-tiny";
  const key = firstKey ?? "$TOKENWORKS_KEY";
  const line = `curl ${factory.apiUrl}/chat/completions -H "Authorization: Bearer ${key}" -H "Content-Type: application/json" \\
    -d '{"model":"${model}","messages":[{"role":"user","content":"What is a token factory?"}]}'`;
  console.log(`
  Tokenworks ${version} is running.

  Console   ${factory.consoleUrl}
  API       ${factory.apiUrl}
  Key       ${firstKey ?? "made before; another by: npx tokenworks keys create"}${firstKey ? "   (shown once: keep it)" : ""}

  Try       ${line}

  Then      npx tokenworks stack
`);
  for (const engine of failed) {
    console.error(
      `The engine of ${engine.deployment} is not ready (${engine.lastDeath ?? engine.state}); it is tried again.`,
    );
  }
}

function dataOption(): Option {
  return new Option("--data <folder>", "the data folder").env("TOKENWORKS_DATA").default(".tokenworks");
}

function collect(value: string, before: readonly string[]): string[] {
  return [...before, value];
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new InvalidArgumentError("A port is a number from 0 to 65535.");
  return port;
}

function parseWorkers(text: string): number {
  const workers = Number(text);
  if (!/^\d+$/.test(text) || workers < 1 || workers > 256) throw new InvalidArgumentError("From 1 to 256.");
  return workers;
}
