/**
 * Whether contracts fit the rest of the factory and each other, and what a new version of one would change about
 * the past. Pure.
 */
import { isDeepStrictEqual } from "node:util";
import type { Contract } from "../stack/contract.ts";
import type { Resource } from "../stack/resource.ts";

type Found = { readonly path: string; readonly message: string };

export function contractReferences(one: Contract): { path: string; kind: Resource["kind"]; name: string }[] {
  return [
    ...(one.tenant === undefined ? [] : [{ path: "tenant", kind: "Tenant" as const, name: one.tenant }]),
    ...(one.source === undefined ? [] : [{ path: "source", kind: "Source" as const, name: one.source }]),
    ...(one.accelerators === undefined
      ? []
      : [{ path: "accelerators.source", kind: "Source" as const, name: one.accelerators.source }]),
    ...(one.tokens ?? []).map(({ model }, index) => ({
      path: `tokens[${index}].model`,
      kind: "Model" as const,
      name: model,
    })),
  ];
}

/** Whom it may be with, and that no two contracts claim the same delivery. */
export function contractProblems(one: Contract, resources: readonly Resource[]): Found[] {
  const others = resources.filter(
    (other): other is Contract => other.kind === "Contract" && other.name !== one.name && overlaps(one, other),
  );
  return [
    ...customerProblems(one, resources),
    ...tokenProblems(one, others),
    ...capacityProblems(one, others, resources),
  ];
}

function* customerProblems(one: Contract, resources: readonly Resource[]): Generator<Found> {
  const tenant = resources.find((other) => other.kind === "Tenant" && other.name === one.tenant);
  if (tenant?.kind === "Tenant" && tenant.application !== undefined) {
    const message = `Tenant "${tenant.name}" is an application of ours: it buys inside the factory, without a contract.`;
    yield { path: "tenant", message };
  }
}

function* tokenProblems(one: Contract, others: readonly Contract[]): Generator<Found> {
  for (const [index, { model }] of (one.tokens ?? []).entries()) {
    const other = others.find(
      ({ tenant, tokens }) => tenant === one.tenant && tokens?.some((line) => line.model === model),
    );
    if (other === undefined) continue;
    const message = `Contract "${other.name}" has a price of "${model}" for the same tenant at the same time.`;
    yield { path: `tokens[${index}].model`, message };
  }
  const other = others.find(({ source }) => one.source !== undefined && source === one.source);
  if (other !== undefined) {
    yield { path: "source", message: `Contract "${other.name}" is drawn by the same source at the same time.` };
  }
}

/** Those that overlap with this one need not overlap with each other: the sum of all is on the safe side. */
function* capacityProblems(
  { accelerators }: Contract,
  others: readonly Contract[],
  resources: readonly Resource[],
): Generator<Found> {
  if (accelerators === undefined) return;
  const source = resources.find((other) => other.kind === "Source" && other.name === accelerators.source);
  if (source?.kind !== "Source") return;
  if (source.type === "upstream") {
    yield { path: "accelerators.source", message: `Source "${source.name}" is an upstream: it has no accelerators.` };
    return;
  }
  const sold = others.reduce(
    (sum, other) => sum + (other.accelerators?.source === source.name ? other.accelerators.count : 0),
    accelerators.count,
  );
  if (sold > source.accelerators) {
    const message = `${sold} accelerators of "${source.name}" would be under contract at once; it has ${source.accelerators}.`;
    yield { path: "accelerators.count", message };
  }
}

/** The first day on which it holds no more, as text that sorts. */
function endOf({ to, cancelledOn }: Contract): string {
  const next = new Date(Date.parse(to) + 86_400_000).toISOString().slice(0, 10);
  return cancelledOn !== undefined && cancelledOn < next ? cancelledOn : next;
}

function overlaps(one: Contract, other: Contract): boolean {
  return one.from < endOf(other) && other.from < endOf(one);
}

/** Nothing of it but these may change once it has begun: it has been billed by. */
const mayChange = { counterparty: undefined, cancelledOn: undefined };

/**
 * What a new version would change about the past: a contract that has begun keeps its terms until it is over, and
 * may be cancelled from tomorrow on.
 */
export function changedTerms(before: Contract, after: Contract | undefined, nowMs: number): Found[] {
  const today = new Date(nowMs).toISOString().slice(0, 10);
  if (before.from > today) return [];
  const isOver = endOf(before) <= today;
  if (after === undefined) {
    if (isOver) return [];
    return [
      { path: "name", message: "It has begun, so it is not deleted: cancel it by `cancelledOn`, tomorrow or later." },
    ];
  }
  const fixed = (one: Contract) => JSON.parse(JSON.stringify({ ...one, ...mayChange })) as unknown;
  if (!isDeepStrictEqual(fixed(before), fixed(after))) {
    return [
      { path: "from", message: "It has begun, so its terms stand: cancel it and sign another for what follows." },
    ];
  }
  if (after.cancelledOn === before.cancelledOn) return [];
  if (isOver) return [{ path: "cancelledOn", message: "It is over." }];
  const isLater = after.cancelledOn === undefined || after.cancelledOn > today;
  return isLater
    ? []
    : [{ path: "cancelledOn", message: "It may be cancelled from tomorrow on: until then it was billed by." }];
}
