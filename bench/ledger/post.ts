/** Posting batches into a real Postgres, beside the same bytes as bare rows of text. */
import { resource } from "../../src/stack/resource.ts";
import type { Usage } from "../../src/stack/usage.ts";
import { checkLedger } from "../../src/ledger/check.ts";
import { postUsage } from "../../src/ledger/post.ts";
import { applyResources } from "../../src/store/resources.ts";
import { scratchStore } from "../../src/store/scratch.ts";
import type { Store } from "../../src/store/open.ts";
import type { Measured } from "./run.ts";
import { percentile, sampleUsage } from "./sample.ts";

const batchSize = 1000;

/** Ten tenants, four models with a royalty, two racks with a transfer price: every layer has its entries. */
const factory = [
  { kind: "Site", name: "here", electricityUsdPerKwh: "0.087", pue: "1.25" },
  ...[0, 1].map((index) => ({
    kind: "Source",
    type: "own",
    name: `rack-${index}`,
    site: "here",
    accelerator: "H200",
    accelerators: 8,
    power: { idleWatts: 75, maxWatts: 700 },
    capitalUsdPerAccelerator: "34698",
    lifeYears: 4,
    costOfCapital: "0.133",
    colocationUsdPerKwMonth: "130",
    colocationKwPerAccelerator: 1.4,
    transfer: { usdPerAcceleratorHour: "2.00" },
  })),
  ...[0, 1, 2, 3].map((index) => ({ kind: "Model", name: `model-${index}`, royaltyUsdPerMillion: "0.05" })),
  {
    kind: "PriceBook",
    name: "list",
    prices: [0, 1, 2, 3].map((index) => ({
      model: `model-${index}`,
      from: "2020-01-01T00:00:00Z",
      inputUsdPerMillion: "1",
      cachedInputUsdPerMillion: "0.1",
      outputUsdPerMillion: "4",
    })),
  },
  ...Array.from({ length: 10 }, (_, index) => ({
    kind: "Tenant",
    name: `tenant-${index}`,
    projects: [{ name: "web" }],
  })),
].map((spec) => ({ change: "put" as const, resource: resource.parse(spec) }));

export async function benchPost(inFlights: readonly number[], seconds: number): Promise<Measured[]> {
  const scratch = await scratchStore();
  try {
    const { store } = scratch;
    await applyResources(store.db, factory, "bench");
    await postUsage(
      store,
      Array.from({ length: batchSize }, () => sampleUsage()),
    );
    const results: Measured[] = [];
    for (const inFlight of inFlights) {
      const measured = await measurePosting(store, inFlight, seconds);
      const limitPerSecond = await measureRows(store, inFlight, Math.round(measured.bytes), seconds);
      results.push({ what: "ledger posting, requests/s", inFlight, limitPerSecond, ...measured });
    }
    const { ok, invariants } = await checkLedger(store);
    const broken = invariants.filter(({ holds }) => !holds).map(({ name }) => name);
    if (!ok) throw new Error(`The books do not hold after the run: ${broken.join("; ")}.`);
    return results;
  } finally {
    await scratch.dispose();
  }
}

/** Batches one after the other in each of so many chains, until the time is up. */
async function inChains(chains: number, seconds: number, batch: () => Promise<void>) {
  const waits: number[] = [];
  const fromMs = performance.now();
  const untilMs = fromMs + seconds * 1000;
  const cpu = process.cpuUsage();
  const chain = async () => {
    while (performance.now() < untilMs) {
      const startedMs = performance.now();
      await batch();
      waits.push(performance.now() - startedMs);
    }
  };
  await Promise.all(Array.from({ length: chains }, chain));
  const used = process.cpuUsage(cpu);
  const rows = waits.length * batchSize;
  const sorted = waits.toSorted((one, other) => one - other);
  return {
    perSecond: rows / ((performance.now() - fromMs) / 1000),
    p50Ms: percentile(sorted, 0.5),
    p99Ms: percentile(sorted, 0.99),
    cpuMicros: (used.user + used.system) / rows,
  };
}

async function measurePosting(store: Store, inFlight: number, seconds: number) {
  const walFrom = await walPosition(store);
  let posted = 0;
  const measured = await inChains(inFlight, seconds, async () => {
    const batch: Usage[] = Array.from({ length: batchSize }, () => sampleUsage());
    posted += (await postUsage(store, batch)).posted;
  });
  const { rows } = await store.pool.query<{ bytes: string }>(
    `select avg(pg_column_size(usage.*) + pg_column_size(journal.*)) as bytes
      from usage join journal on journal.id = usage.journal_id where journal.id > (select max(id) - 1000 from journal)`,
  );
  if (posted === 0 || (await walPosition(store)) === walFrom) throw new Error("Nothing was posted.");
  return { ...measured, bytes: Number(rows[0]?.bytes) };
}

async function walPosition(store: Store): Promise<string> {
  const { rows } = await store.pool.query<{ lsn: string }>("select pg_current_wal_lsn()::text as lsn");
  return rows[0]?.lsn ?? "";
}

/** Rows of as many bytes in a table without anything: what it costs to hand them over and make them durable. */
async function measureRows(store: Store, inFlight: number, bytes: number, seconds: number): Promise<number> {
  await store.pool.query("create table bare (line text storage external)");
  const lines = `${"x".repeat(bytes)}\n`.repeat(batchSize - 1) + "x".repeat(bytes);
  const { perSecond } = await inChains(inFlight, seconds, async () => {
    await store.pool.query("insert into bare select * from unnest(string_to_array($1, E'\\n'))", [lines]);
  });
  await store.pool.query("drop table bare");
  return perSecond;
}
