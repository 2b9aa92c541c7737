/** Reads contracts for people: each with what has come of it. */
import { Fault } from "../../stack/fault.ts";
import type { Store } from "../../store/open.ts";
import { listResources } from "../../store/resources.ts";
import { type KnownContract, knownContracts, readBooked } from "./book.ts";
import {
  type BookedContract,
  type ContractStatement,
  type ContractSummary,
  statementOf,
  summaryOf,
} from "./statement.ts";
import { dayAt } from "./terms.ts";

/** In the order of their signing; with those that are declared and wait to be signed. */
export async function contractSummaries(store: Store, nowMs: number): Promise<ContractSummary[]> {
  const contracts = await everyContract(store);
  return Promise.all(contracts.map(async (one) => summaryOf(await withBooked(store, one), nowMs)));
}

/** @throws Fault `not_found`. */
export async function contractStatement(store: Store, name: string, nowMs: number): Promise<ContractStatement> {
  const found = (await everyContract(store)).findLast(({ contract }) => contract.name === name);
  if (found === undefined) {
    throw new Fault("not_found", {
      message: `There is no contract "${name}".`,
      remedy: "`tokenworks contracts` lists them.",
      param: "name",
    });
  }
  return statementOf(await withBooked(store, found), nowMs);
}

type Found = Pick<KnownContract, "uid" | "contract" | "signedDay" | "isGone">;

async function everyContract(store: Store): Promise<Found[]> {
  const known = await knownContracts(store);
  const uids = new Set(known.map(({ uid }) => uid));
  const declared = (await listResources(store.db, "Contract")).flatMap(({ uid, spec, createdAt }): Found[] =>
    spec.kind === "Contract" && !uids.has(uid)
      ? [{ uid, contract: spec, signedDay: dayAt(Date.parse(createdAt)), isGone: false }]
      : [],
  );
  return [...known, ...declared];
}

async function withBooked(store: Store, { uid, ...one }: Found): Promise<BookedContract> {
  return { ...one, booked: await readBooked(store.pool, uid) };
}
