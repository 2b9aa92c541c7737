/**
 * What a worker knows of the factory: keys, tenants, models, replicas, prices, in the form in which a request asks
 * for them. Built anew on each change and never edited, so a request sees one state of the factory from end to end.
 */
import { engineSocket } from "../fleet/engines.ts";
import { agreedPrice } from "../ledger/contracts/price.ts";
import type { Price } from "../ledger/price.ts";
import type { Contract } from "../stack/contract.ts";
import type { Deployment, Limits, Model, PriceBook, Resource, Tenant } from "../stack/resource.ts";
import type { LimitScope } from "./limits/limiter.ts";

/** A key as the store holds it: its secret only as a hash. */
export type KeyRecord = {
  readonly id: string;
  /** SHA-256 of the secret, in hexadecimal. */
  readonly hash: string;
  readonly tenant: string;
  readonly project: string;
  readonly role: "admin" | "developer" | "viewer";
  readonly limits: Limits;
  readonly expiresAtMs: number | null;
  readonly revokedAtMs: number | null;
};

/** What a snapshot is built from: plain JSON, kept on disk for a start without the database. */
export type SnapshotData = {
  /** Counts the changes of the factory. */
  readonly epoch: number;
  readonly keys: readonly KeyRecord[];
  readonly resources: readonly Resource[];
  /** When each model was first declared, in milliseconds since the epoch. */
  readonly modelsSinceMs?: Readonly<Record<string, number>>;
};

/** Whom a key stands for. */
export type Principal = {
  readonly keyId: string;
  readonly tenant: string;
  readonly project: string;
  readonly role: KeyRecord["role"];
  readonly expiresAtMs: number | null;
  readonly isRevoked: boolean;
  /** Limits on the key, its project and its tenant; only those that limit something. */
  readonly scopes: readonly LimitScope[];
};

/** Where a model is served. */
export type Replica = {
  readonly deployment: string;
  readonly source: string;
  readonly model: string;
  readonly upstreamModel: string;
  readonly origin: string;
  readonly socketPath: string | undefined;
  /** Comes before the dialect's paths: `/v1`. */
  readonly basePath: string;
  readonly secret: string | undefined;
  readonly weight: number;
  readonly priority: number;
  readonly timeouts: {
    readonly firstByteMs: number;
    readonly betweenBytesMs: number;
    readonly totalMs: number;
  };
  /** An engine of ours, whose word on accelerator time and energy is taken. */
  readonly own: boolean;
  readonly tokensPerAcceleratorSecond: number | undefined;
};

export type ServedModel = {
  readonly spec: Model;
  readonly sinceMs: number;
  readonly replicas: readonly Replica[];
};

export type Snapshot = {
  readonly epoch: number;
  readonly principals: ReadonlyMap<string, Principal>;
  /** By key id: to tell whether the key of a request in flight still holds. */
  readonly validKeys: ReadonlySet<string>;
  readonly models: ReadonlyMap<string, ServedModel>;
  readonly triesMax: number;
  /** Deployments that cannot be used, and why. */
  readonly problems: readonly string[];
  priceOf(tenant: string, model: string, atMs: number): Price | undefined;
};

/** What the building of a snapshot reads of the machine it is built on. */
export type Surroundings = {
  readonly dataDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** @throws Error when it cannot be read. */
  readonly readFile: (path: string) => string;
};

export function buildSnapshot(data: SnapshotData, around: Surroundings): Snapshot {
  const tenants = new Map<string, Tenant>();
  const models = new Map<string, ServedModel & { replicas: Replica[] }>();
  const books: PriceBook[] = [];
  const contracts: Contract[] = [];
  const upstreamSources = new Set<string>();
  const hostLists: string[][] = [];
  const problems: string[] = [];
  let triesMax: number | undefined;
  for (const one of data.resources) {
    if (one.kind === "Tenant") tenants.set(one.name, one);
    else if (one.kind === "PriceBook") books.push(one);
    else if (one.kind === "Contract") contracts.push(one);
    else if (one.kind === "Source" && one.type === "upstream") upstreamSources.add(one.name);
    else if (one.kind === "Model") {
      models.set(one.name, { spec: one, sinceMs: data.modelsSinceMs?.[one.name] ?? 0, replicas: [] });
    } else if (one.kind === "Policy") {
      if (one.upstreamHosts !== undefined) hostLists.push(one.upstreamHosts);
      triesMax = Math.max(triesMax ?? 0, one.retries.tries);
    }
  }
  const allowedHosts = hostLists.length === 0 ? undefined : new Set(hostLists.flat());
  for (const one of data.resources) {
    if (one.kind !== "Deployment") continue;
    try {
      models.get(one.model)?.replicas.push(replicaOf(one, allowedHosts, around));
    } catch (error) {
      problems.push(`Deployment ${one.name}: ${(error as Error).message}`);
    }
  }
  const principals = new Map(data.keys.map((key) => [key.hash, principalOf(key, tenants.get(key.tenant))]));
  return {
    epoch: data.epoch,
    principals,
    validKeys: new Set(data.keys.filter((key) => key.revokedAtMs === null).map((key) => key.id)),
    models,
    triesMax: triesMax ?? 3,
    problems,
    priceOf: pricesOf(books, contracts, tenants),
  };
}

function principalOf(key: KeyRecord, tenant: Tenant | undefined): Principal {
  const project = tenant?.projects.find((one) => one.name === key.project);
  const scopes: LimitScope[] = [
    { id: `key:${key.id}`, limits: key.limits },
    { id: `project:${key.tenant}/${key.project}`, limits: project?.limits ?? {} },
    { id: `tenant:${key.tenant}`, limits: tenant?.limits ?? {} },
  ];
  return {
    keyId: key.id,
    tenant: key.tenant,
    project: key.project,
    role: key.role,
    expiresAtMs: key.expiresAtMs,
    isRevoked: key.revokedAtMs !== null,
    scopes: scopes.filter(({ limits }) => Object.values(limits).some((limit) => limit !== undefined)),
  };
}

/** An engine of ours reports by itself how it is; these are bounds on its silence. */
const ownTimeouts = { firstByteMs: 120_000, betweenBytesMs: 60_000, totalMs: 600_000 };

/** @throws Error that says why the deployment cannot be used. */
function replicaOf(one: Deployment, allowedHosts: ReadonlySet<string> | undefined, around: Surroundings): Replica {
  const { engine } = one;
  const shared = {
    deployment: one.name,
    source: one.source,
    model: one.model,
    weight: one.weight,
    priority: one.priority,
  };
  if (engine.type === "llama.cpp") {
    return {
      ...shared,
      upstreamModel: one.model,
      origin: "http://engine",
      socketPath: engineSocket(around.dataDir, one.name),
      basePath: "/v1",
      secret: undefined,
      timeouts: ownTimeouts,
      own: true,
      tokensPerAcceleratorSecond: undefined,
    };
  }
  const url = new URL(engine.url);
  if (url.protocol !== "http:" && url.protocol !== "https:") throw new Error(`${url.protocol} is not HTTP.`);
  if (allowedHosts !== undefined && !allowedHosts.has(url.hostname)) {
    throw new Error(`no policy allows the host "${url.hostname}".`);
  }
  return {
    ...shared,
    upstreamModel: engine.upstreamModel ?? one.model,
    origin: url.origin,
    socketPath: undefined,
    basePath: url.pathname.replace(/\/+$/, ""),
    secret: secretOf(engine, around),
    timeouts: engine.timeouts,
    own: false,
    tokensPerAcceleratorSecond: engine.tokensPerAcceleratorSecond,
  };
}

function secretOf(engine: { secretEnv?: string | undefined; secretFile?: string | undefined }, around: Surroundings) {
  const { secretEnv, secretFile } = engine;
  if (secretEnv === undefined && secretFile === undefined) return undefined;
  const secret = (secretEnv === undefined ? around.readFile(secretFile ?? "") : (around.env[secretEnv] ?? "")).trim();
  if (secret === "") throw new Error(`its secret is not in ${secretEnv ?? secretFile}.`);
  if (/[^\x21-\x7e]/.test(secret))
    throw new Error(`its secret in ${secretEnv ?? secretFile} cannot stand in a header.`);
  return secret;
}

/** Looks a price up in the books' few lines on its model, found once. */
function pricesOf(
  books: readonly PriceBook[],
  contracts: readonly Contract[],
  tenants: ReadonlyMap<string, Tenant>,
): Snapshot["priceOf"] {
  const byModel = new Map<string, PriceBook[]>();
  return (tenant, model, atMs) => {
    let narrowed = byModel.get(model);
    if (narrowed === undefined) {
      narrowed = books.map((book) => ({ ...book, prices: book.prices.filter((price) => price.model === model) }));
      byModel.set(model, narrowed);
    }
    return agreedPrice({ priceBooks: narrowed, contracts, tenants }, tenant, model, atMs)?.price;
  };
}
