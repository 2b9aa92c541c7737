/** A factory under trial: its load, its faults, and its books held against what was seen. */
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Fault } from "../../src/stack/fault.ts";
import { openStore } from "../../src/store/open.ts";
import { type RunningFactory, run, startFactory } from "../factory.ts";
import { ask, type Seen } from "./client.ts";
import { family, isWhole, type Killing, signal, victim } from "./faults.ts";
import { between, oneOf, type Random } from "./seed.ts";
import { type MockUpstream, startUpstream } from "./upstream.ts";
import { type Booked, verify } from "./verify.ts";

export const mockModel = "mock";
const ownModel = "tokenworks-tiny";
const recoverMs = 30_000;
const bookMs = 30_000;

/** Upstreams fail here on purpose and at once: no breaker is wanted, and the tokens of a try are known. */
function factoryFile(url: string): string {
  return JSON.stringify({
    resources: [
      {
        kind: "Source",
        type: "upstream",
        name: "mock",
        prices: [
          { model: mockModel, from: "2020-01-01T00:00:00Z", inputUsdPerMillion: "0.1", outputUsdPerMillion: "0.4" },
        ],
      },
      { kind: "Model", name: mockModel, contextTokens: 8192 },
      { kind: "Deployment", name: "mock", model: mockModel, source: "mock", engine: { type: "openai", url } },
      ...contracts(),
    ],
  });
}

/** What is delivered and bought here is under contracts, so that crashes hit their settlement too. */
function contracts(): object[] {
  const from = new Date().toISOString().slice(0, 10);
  const shared = { kind: "Contract", counterparty: "Trial", from, to: "2099-12-31", totalUsd: "0.01" };
  const tokens = [{ model: mockModel, inputUsdPerMillion: "0.1", outputUsdPerMillion: "0.5" }];
  const accelerators = { source: "this-computer", count: 1, usdPerAcceleratorHour: "0.01" };
  return [
    { ...shared, name: "sold", role: "seller", tenant: "default", tokens, accelerators, prepayment: { usd: "0.004" } },
    { ...shared, name: "bought", role: "buyer", source: "mock" },
  ];
}

export class Trial {
  readonly upstream: MockUpstream;
  readonly seen: Seen[] = [];
  #factory: RunningFactory;
  #key: string;

  private constructor(upstream: MockUpstream, factory: RunningFactory) {
    this.upstream = upstream;
    this.#factory = factory;
    this.#key = factory.key;
  }

  get dataDir(): string {
    return this.#factory.dataDir;
  }

  /** @param dataDir a folder that is there already, such as one on a small disk */
  static async start(dataDir?: string): Promise<Trial> {
    const upstream = await startUpstream();
    const factory = await startFactory(dataDir === undefined ? {} : { dataDir });
    const trial = new Trial(upstream, factory);
    await trial.#declare();
    return trial;
  }

  /** The resources of the factory, with the remembering upstream among them. */
  async #declare(): Promise<void> {
    const file = join(this.dataDir, "trial.yaml");
    const now = await run(this.dataDir, "get", "--json");
    const { resources } = JSON.parse(now.out) as { resources: { kind: string; name: string; prices?: object[] }[] };
    const list = resources.find(({ kind, name }) => kind === "PriceBook" && name === "list");
    list?.prices?.push({
      model: mockModel,
      from: "2020-01-01T00:00:00Z",
      inputUsdPerMillion: "0.2",
      outputUsdPerMillion: "0.8",
    });
    const added = (JSON.parse(factoryFile(this.upstream.url)) as { resources: object[] }).resources;
    writeFileSync(file, JSON.stringify({ resources: [...resources, ...added] }));
    const applied = await run(this.dataDir, "apply", "-f", file);
    if (applied.code !== 0) throw new Error(`The trial's factory could not be applied: ${applied.err}`);
    for (;;) {
      const first = await ask(this.#target, mockModel, 1, false);
      this.seen.push(first);
      if (first.status === 200) return;
      await sleep(50);
    }
  }

  get #target() {
    return { apiUrl: this.#factory.apiUrl, key: this.#key };
  }

  /** Requests spread over a time; resolves with what became of each. */
  async load(random: Random, requests: number, overMs: number): Promise<Seen[]> {
    const plans = Array.from({ length: requests }, () => ({
      afterMs: between(random, 0, overMs),
      model: random() < 0.15 ? ownModel : mockModel,
      streamed: random() < 0.65,
      tokens: Math.ceil(between(random, 1, 120)),
    }));
    const seen = await Promise.all(
      plans.map(async ({ afterMs, model, streamed, tokens }) => {
        await sleep(afterMs);
        return ask(this.#target, model, tokens, streamed);
      }),
    );
    this.seen.push(...seen);
    return seen;
  }

  /** Ends a process with kill -9; answers what was hit, if it was there. */
  kill(what: Killing, random: Random): string {
    const pid = victim(this.dataDir, what, random());
    if (pid === undefined) return `${what} (none there)`;
    signal(pid, "SIGKILL");
    return `${what} ${pid}`;
  }

  /** Waits until every process is there again and the gateway takes on work. */
  async recovered(): Promise<void> {
    for (const endMs = Date.now() + recoverMs; Date.now() < endMs; await sleep(25)) {
      if (isWhole(this.dataDir) && (await this.#isReady())) return;
    }
    throw new Error(`The factory did not recover within ${recoverMs / 1000} s.\n${this.#factory.errors()}`);
  }

  async #isReady(): Promise<boolean> {
    const url = new URL("/readyz", this.#factory.apiUrl);
    return fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
  }

  /**
   * What is wrong with the books of some requests, once everything that was metered has been shipped. Waits for that:
   * a loss is what stays wrong.
   */
  async wrongs(seen: readonly Seen[]): Promise<string[]> {
    let problems: string[] = ["the books could not be read"];
    for (const endMs = Date.now() + bookMs; Date.now() < endMs; await sleep(100)) {
      try {
        problems = verify(seen, await this.#booked(seen), this.upstream.sent, mockModel);
      } catch (error) {
        // The database was the victim, and is on its way back.
        if (!(error instanceof Fault) || error.code !== "store_unavailable") throw error;
        problems = [error.message];
      }
      if (problems.length === 0) return [];
    }
    return problems;
  }

  /** What every request so far did to the books, and the ledger's own proof. */
  async finalWrongs(): Promise<string[]> {
    const problems = await this.wrongs(this.seen);
    const unsettled = await this.#unsettled();
    const { code, out } = await run(this.dataDir, "ledger", "check", "--json");
    return [...problems, ...unsettled, ...(code === 0 ? [] : [`ledger check fails: ${out}`])];
  }

  /** Whether contracts were drawn by all that was delivered and bought under them, once it has been settled. */
  async #unsettled(): Promise<string[]> {
    const store = await openStore({ dataDir: this.dataDir, startEmbedded: false });
    try {
      const sums = `select
        (select coalesce(sum(charge), 0) from usage where model = $1) + (select coalesce(sum(amount), 0)
          from journal_entry where kind = 'delivery' and account = 'outside/contract/sold') as sold,
        (select coalesce(sum(cost), 0) from usage where source = 'mock') as bought,
        (select coalesce(sum(amount), 0) from contract_total join contract on uid = contract
          where name = 'sold' and event = 'delivered' and currency = 1) as drawn,
        (select coalesce(sum(amount), 0) from contract_total join contract on uid = contract
          where name = 'bought' and event = 'delivered' and currency = 1) as taken`;
      let wrong = "";
      for (const endMs = Date.now() + bookMs; Date.now() < endMs; await sleep(250)) {
        const { rows } = await store.pool.query<Record<"sold" | "bought" | "drawn" | "taken", string>>(sums, [
          mockModel,
        ]);
        const { sold, bought, drawn, taken } = rows[0] ?? {};
        if (sold === drawn && bought === taken) return [];
        wrong = `contracts: ${drawn} is drawn of ${sold} delivered, ${taken} of ${bought} bought`;
      }
      return [wrong];
    } finally {
      await store.close();
    }
  }

  async #booked(seen: readonly Seen[]): Promise<Booked[]> {
    const firstMs = Date.now() - (performance.now() - Math.min(...seen.map(({ atMs }) => atMs))) - 1_000;
    const store = await openStore({ dataDir: this.dataDir, startEmbedded: false });
    try {
      const { rows } = await store.pool.query<{
        id: string;
        model: string;
        outcome: string;
        cut: string | null;
        input: number;
        output: number;
      }>(
        `select id, model, outcome, facts ->> 'cut' as cut, input + cached_input as input, output
          from usage where started_at >= $1`,
        [new Date(firstMs)],
      );
      return rows;
    } finally {
      await store.close();
    }
  }

  /** Takes the place of a factory that was cut off: the same folder, the same key. */
  async restart(): Promise<void> {
    const { dataDir } = this;
    this.#factory = await startFactory({ dataDir });
  }

  /** The supervisor's pid. */
  get pid(): number {
    return this.#factory.process.pid ?? 0;
  }

  async gone(): Promise<void> {
    const { process: supervisor } = this.#factory;
    if (supervisor.exitCode === null && supervisor.signalCode === null) await once(supervisor, "exit");
  }

  async stop(): Promise<void> {
    await this.#factory.stop();
    this.upstream.close();
  }

  /** Ends everything at once, for when the disk under it is about to go. */
  async end(): Promise<void> {
    const { process: supervisor } = this.#factory;
    if (supervisor.exitCode === null && supervisor.signalCode === null) {
      for (const pid of family(this.pid)) signal(pid, "SIGKILL");
      await this.gone();
    }
    this.upstream.close();
  }

  async dispose(): Promise<void> {
    await this.#factory.dispose();
    this.upstream.close();
  }
}

/** Cycles of load with a killing at a random moment of each; answers how many requests there were. */
export async function killingCycles(
  trial: Trial,
  random: Random,
  cycles: number,
  what: readonly Killing[],
  tell: (line: string) => void,
): Promise<void> {
  for (let cycle = 1; cycle <= cycles; cycle += 1) {
    const kind = oneOf(random, what);
    const killAtMs = between(random, 50, 1_400);
    const load = trial.load(random, 30, 1_200);
    await sleep(killAtMs);
    const hit = trial.kill(kind, random);
    const seen = await load;
    await trial.recovered();
    const problems = await trial.wrongs(seen);
    if (problems.length > 0) throw new Error(`Cycle ${cycle}, after kill -9 of ${hit}:\n  ${problems.join("\n  ")}`);
    const cut = seen.filter(({ isWhole: whole }) => !whole).length;
    tell(
      `cycle ${cycle}/${cycles}: kill -9 of ${hit} after ${Math.round(killAtMs)} ms, ${seen.length - cut} whole, ${cut} cut, books right`,
    );
  }
}
