/**
 * Whether resources fit together: every name that one gives another exists, nothing is named twice, and what a
 * policy forbids is not there. Pure, so that `tokenworks diff` says before what `apply` would refuse.
 */
import { changedTerms, contractProblems, contractReferences } from "./contract-references.ts";
import type { Deployment, PriceBook, Resource, Source } from "../stack/resource.ts";

export type Problem = {
  /** `Deployment/tiny`. */
  readonly resource: string;
  /** The field at fault: `sources[1]`. */
  readonly path: string;
  readonly message: string;
};

/** Everything that is wrong, in the order of the resources; empty when they fit. */
export function checkReferences(resources: readonly Resource[]): Problem[] {
  const names = new Set<string>();
  const problems: Problem[] = [];
  for (const one of resources) {
    const id = `${one.kind}/${one.name}`;
    if (names.has(id)) problems.push({ resource: id, path: "name", message: `There are two of ${id}.` });
    names.add(id);
  }
  const sources = new Map(resources.flatMap((one) => (one.kind === "Source" ? [[one.name, one] as const] : [])));
  const hosts = allowedHosts(resources);
  for (const one of resources) {
    const id = `${one.kind}/${one.name}`;
    const found = [
      ...references(one).flatMap(({ path, kind, name }) =>
        names.has(`${kind}/${name}`) ? [] : [{ path, message: `There is no ${kind} "${name}".` }],
      ),
      ...repeated(one),
      ...(one.kind === "Deployment" ? misplaced(one, sources.get(one.source), hosts) : []),
      ...(one.kind === "Contract" ? contractProblems(one, resources) : []),
    ];
    problems.push(...found.map((problem) => ({ resource: id, ...problem })));
  }
  return problems;
}

function references(one: Resource): { path: string; kind: Resource["kind"]; name: string }[] {
  switch (one.kind) {
    case "Source":
      return one.type === "upstream" ? [] : [{ path: "site", kind: "Site", name: one.site }];
    case "Cluster":
      return [
        { path: "site", kind: "Site", name: one.site },
        ...one.sources.map((name, index) => ({ path: `sources[${index}]`, kind: "Source" as const, name })),
      ];
    case "Deployment":
      return [
        { path: "model", kind: "Model", name: one.model },
        { path: "source", kind: "Source", name: one.source },
      ];
    case "Tenant":
      return one.priceBook === undefined ? [] : [{ path: "priceBook", kind: "PriceBook", name: one.priceBook }];
    case "Contract":
      return contractReferences(one);
    // A price may name a model that is gone: what it cost then remains true.
    default:
      return [];
  }
}

function repeated(one: Resource): { path: string; message: string }[] {
  const keys =
    one.kind === "Tenant"
      ? one.projects.map((project, index) => ({ path: `projects[${index}].name`, key: project.name }))
      : one.kind === "PriceBook" || (one.kind === "Source" && one.type === "upstream")
        ? one.prices.map((price, index) => ({
            path: `prices[${index}].from`,
            key: `${price.model} from ${new Date(price.from).toISOString()}`,
          }))
        : [];
  const seen = new Set<string>();
  return keys.flatMap(({ path, key }) => {
    if (seen.has(key)) return [{ path, message: `"${key}" stands here twice.` }];
    seen.add(key);
    return [];
  });
}

function misplaced(one: Deployment, source: Source | undefined, hosts: ReadonlySet<string> | undefined) {
  const problems: { path: string; message: string }[] = [];
  if (one.engine.type === "llama.cpp" && source?.type === "upstream") {
    const message = `Source "${one.source}" is an upstream, which runs no engine of ours: use engine type "openai".`;
    problems.push({ path: "engine.type", message });
  }
  if (one.engine.type === "openai" && hosts !== undefined && !hosts.has(new URL(one.engine.url).hostname)) {
    const host = new URL(one.engine.url).hostname;
    problems.push({ path: "engine.url", message: `No policy allows the host "${host}"; add it to upstreamHosts.` });
  }
  return problems;
}

/** Undefined when no policy names any: then every host is allowed. */
function allowedHosts(resources: readonly Resource[]): ReadonlySet<string> | undefined {
  const lists = resources.flatMap((one) => (one.kind === "Policy" && one.upstreamHosts ? [one.upstreamHosts] : []));
  return lists.length === 0 ? undefined : new Set(lists.flat());
}

/** What a new version of a resource, or its end, would change about the past. */
export function changesOfPast(before: Resource, after: Resource | undefined, nowMs: number): Problem[] {
  if (before.kind === "PriceBook") return changedPast(before, after?.kind === "PriceBook" ? after : undefined, nowMs);
  if (before.kind !== "Contract") return [];
  const found = changedTerms(before, after?.kind === "Contract" ? after : undefined, nowMs);
  return found.map((problem) => ({ resource: `Contract/${before.name}`, ...problem }));
}

/**
 * What a new version of a price book would change about the past. Prices that have begun may have been billed:
 * they stay as they are, and corrections are re-rates by new entries. Only a model's first price may begin in
 * the past.
 */
export function changedPast(before: PriceBook, after: PriceBook | undefined, nowMs: number): Problem[] {
  const resource = `PriceBook/${before.name}`;
  const begun = before.prices.filter((price) => Date.parse(price.from) <= nowMs);
  const problems: Problem[] = [];
  for (const price of begun) {
    const what = `The price of "${price.model}" from ${price.from} has begun`;
    const index = after?.prices.findIndex((candidate) => isSameMoment(candidate, price)) ?? -1;
    const now = after?.prices[index];
    if (now === undefined) {
      problems.push({ resource, path: "prices", message: `${what} and may not be taken away.` });
    } else if (fieldsOf(now) !== fieldsOf(price)) {
      problems.push({ resource, path: `prices[${index}]`, message: `${what} and may not be changed.` });
    }
  }
  for (const [index, price] of (after?.prices ?? []).entries()) {
    const isNew = !before.prices.some((candidate) => isSameMoment(candidate, price));
    const hasBegun = begun.some((candidate) => candidate.model === price.model);
    if (isNew && hasBegun && Date.parse(price.from) <= nowMs) {
      const message = `"${price.model}" already has a price, so a new one may not begin in the past (${price.from}).`;
      problems.push({ resource, path: `prices[${index}].from`, message });
    }
  }
  return problems;
}

type Price = PriceBook["prices"][number];

function isSameMoment(one: Price, other: Price): boolean {
  return one.model === other.model && Date.parse(one.from) === Date.parse(other.from);
}

function fieldsOf(price: Price): string {
  return JSON.stringify([
    price.inputUsdPerMillion,
    price.cachedInputUsdPerMillion ?? null,
    price.outputUsdPerMillion,
    price.reasoningUsdPerMillion ?? null,
  ]);
}
