/**
 * Rating: what one request earned and cost, at every layer, as one balanced transaction.
 *
 * Its tokens are priced by the contract or the book that held when it started. Its work draws from the source's pools at cost and
 * is sold on, layer by layer, up to whoever asked. What is not known is left out and said to be unknown
 * (`charge` or `cost` undefined), never taken as zero.
 */
import { Fault } from "../stack/fault.ts";
import { pico, type PicoUsd, zeroUsd } from "../stack/money.ts";
import type { Provenance, TokenCounts, Usage } from "../stack/usage.ts";
import type { Books } from "./books.ts";
import { costOfTime, type SourceCosts } from "./cost.ts";
import { drawAtCost } from "./draw.ts";
import { type Entry, move, ofLayer, outside, quantity, type Transaction } from "./journal.ts";
import { agreedPrice } from "./contracts/price.ts";
import { chargeFor, listedAt } from "./price.ts";

/** A quantity of work as it is booked: whole units, with how it is known. */
export type BookedWork = {
  readonly acceleratorMs: bigint | undefined;
  readonly acceleratorProvenance: Provenance;
  /** At the plug. */
  readonly millijoules: bigint | undefined;
  readonly energyProvenance: Provenance;
};

export type Rated = {
  readonly usage: Usage;
  readonly work: BookedWork;
  /** What whoever asked is charged; undefined when no price held. */
  readonly charge: PicoUsd | undefined;
  /** What is owed outside the factory for it, idle capacity not included; undefined when it is not known. */
  readonly cost: PicoUsd | undefined;
  readonly transaction: Transaction;
};

/** Where a request without a placement is booked: it was refused, or failed before it was routed. */
export const nowhere = "none";

export function rateUsage(usage: Usage, books: Books): Rated {
  checkCounts(usage);
  const entries: Entry[] = [];
  const sale = sell(entries, usage, books);
  moveTokens(entries, usage.tokens, tokensEndIn(usage, sale), quantity("tokens", "metered", usage.source ?? nowhere));
  const work = bookedWork(usage, books);
  const drawn = draw(entries, usage, work, books);
  const royalty = payRoyalty(entries, usage, books);
  return {
    usage,
    work,
    charge: sale?.charge,
    cost: drawn === undefined ? undefined : pico(drawn + royalty),
    transaction: { atMs: usage.endedAtMs, kind: "usage", subject: usage.id, entries },
  };
}

/**
 * The adjusting transaction for a request that was booked with something unknown, now that the books know more;
 * undefined when they do not. Only what was unknown is added.
 */
export function rerateUsage(
  usage: Usage,
  was: { readonly charge: PicoUsd | undefined; readonly cost: PicoUsd | undefined },
  books: Books,
  nowMs: number,
): { readonly transaction: Transaction; readonly charge?: PicoUsd; readonly cost?: PicoUsd } | undefined {
  const entries: Entry[] = [];
  const sale = was.charge === undefined ? sell(entries, usage, books) : undefined;
  if (sale !== undefined) {
    const unpriced = quantity("tokens", "unpriced", usage.tenant);
    moveTokens(entries, usage.tokens, tokensEndIn(usage, sale), unpriced);
  }
  const drawn = was.cost === undefined ? draw(entries, usage, bookedWork(usage, books), books) : undefined;
  if (sale === undefined && drawn === undefined) return undefined;
  return {
    transaction: { atMs: nowMs, kind: "rerate", subject: usage.id, entries },
    ...(sale === undefined ? {} : { charge: sale.charge }),
    // Its royalty was booked at once: it depends on the tokens alone.
    ...(drawn === undefined ? {} : { cost: pico(drawn + payRoyalty([], usage, books)) }),
  };
}

type Sale = { readonly charge: PicoUsd; readonly contract?: string };

/** Charges whoever asked; a tenant that is an application of ours buys inside the factory. */
function sell(entries: Entry[], usage: Usage, books: Books): Sale | undefined {
  if (usage.outcome === "failed") return { charge: zeroUsd };
  const agreed = agreedPrice(books, usage.tenant, usage.model, usage.startedAtMs);
  if (agreed === undefined) return undefined;
  const { price, ...under } = agreed;
  const charge = chargeFor(usage.tokens, price);
  if (books.tenants.get(usage.tenant)?.application === undefined) {
    const owed =
      under.contract === undefined ? outside("receivable", usage.tenant) : outside("contract", under.contract);
    move(entries, owed, ofLayer("platform", "revenue", usage.tenant), "usd", charge);
  } else {
    const buyer = ofLayer("applications", "purchases", usage.tenant);
    move(entries, buyer, ofLayer("platform", "sales", usage.tenant), "usd", charge);
  }
  return { charge, ...under };
}

function tokensEndIn(usage: Usage, sale: Sale | undefined) {
  if (usage.outcome === "failed") return quantity("tokens", "unbilled", usage.tenant);
  if (sale === undefined) return quantity("tokens", "unpriced", usage.tenant);
  if (sale.contract !== undefined) return quantity("tokens", "contract", sale.contract);
  return quantity("tokens", "billed", usage.tenant);
}

function moveTokens(
  entries: Entry[],
  tokens: TokenCounts,
  to: ReturnType<typeof quantity>,
  from: ReturnType<typeof quantity>,
): void {
  move(entries, to, from, "token.input", BigInt(tokens.input));
  move(entries, to, from, "token.cached", BigInt(tokens.cachedInput));
  move(entries, to, from, "token.output", BigInt(tokens.output));
  move(entries, to, from, "token.reasoning", BigInt(tokens.reasoning));
}

/** What the request's work cost outside; undefined when it is not known. */
function draw(entries: Entry[], usage: Usage, work: BookedWork, books: Books): PicoUsd | undefined {
  if (usage.source === undefined) return zeroUsd;
  const costs = books.capacity.get(usage.source);
  if (costs !== undefined) return drawCapacity(entries, costs, work);
  const upstream = books.upstreams.get(usage.source);
  if (upstream === undefined) return undefined;
  const price = listedAt(upstream.prices, usage.model, usage.startedAtMs);
  if (price === undefined) return undefined;
  const cost = chargeFor(usage.tokens, price);
  move(entries, ofLayer("platform", "cost", upstream.name), outside("upstream", upstream.name), "usd", cost);
  return cost;
}

/** Draws from a source's pools at cost; infrastructure sells it to the platform at its price. */
function drawCapacity(entries: Entry[], costs: SourceCosts, work: BookedWork): PicoUsd {
  const { source } = costs;
  const acceleratorMs = work.acceleratorMs ?? 0n;
  const { cost } = drawAtCost(entries, costs, acceleratorMs, work.millijoules ?? 0n);
  const known = work.acceleratorMs !== undefined && costs.transferPerMonth !== undefined;
  const price = known ? costOfTime(costs.transferPerMonth, acceleratorMs) : cost;
  move(entries, ofLayer("platform", "purchases", source), ofLayer("infrastructure", "sales", source), "usd", price);
  const pool = quantity("capacity", "pool", source);
  move(entries, quantity("capacity", "used", source), pool, "accelerator-ms", acceleratorMs);
  return cost;
}

/** Owed to the model's licensor on all tokens of an answer, whether or not they were priced. */
function payRoyalty(entries: Entry[], usage: Usage, books: Books): PicoUsd {
  const perToken = books.royalties.get(usage.model);
  if (perToken === undefined || usage.outcome === "failed") return zeroUsd;
  const { input, cachedInput, output, reasoning } = usage.tokens;
  const royalty = pico(perToken * BigInt(input + cachedInput + output + reasoning));
  const sales = ofLayer("models", "sales", usage.model);
  move(entries, ofLayer("platform", "purchases", usage.model), sales, "usd", royalty);
  move(entries, ofLayer("models", "cost", usage.model), outside("royalty", usage.model), "usd", royalty);
  return royalty;
}

/** Work in whole units. Time that was counted and energy that was not is modelled at the accelerator's full power. */
function bookedWork(usage: Usage, books: Books): BookedWork {
  const { work } = usage;
  const costs = usage.source === undefined ? undefined : books.capacity.get(usage.source);
  const acceleratorMs = work.acceleratorMs === undefined ? undefined : BigInt(Math.round(work.acceleratorMs));
  const isModelled = work.millijoules === undefined && work.acceleratorMs !== undefined && costs !== undefined;
  const millijoules = isModelled ? costs.maxWatts * (work.acceleratorMs ?? 0) : work.millijoules;
  return {
    acceleratorMs,
    acceleratorProvenance: acceleratorMs === undefined ? "unavailable" : work.acceleratorProvenance,
    millijoules: millijoules === undefined ? undefined : BigInt(Math.round(millijoules)),
    energyProvenance: isModelled ? "modelled" : millijoules === undefined ? "unavailable" : work.energyProvenance,
  };
}

/** A count that is no count would be booked wrongly or stop the ledger: it is named instead. */
function checkCounts(usage: Usage): void {
  const { input, cachedInput, output, reasoning } = usage.tokens;
  const counts = { input, cachedInput, output, reasoning };
  for (const [name, count] of Object.entries(counts)) {
    if (!Number.isSafeInteger(count) || count < 0) {
      throw new Fault("invalid_value", {
        message: `Usage ${usage.id} has ${count} ${name} tokens; a count is a whole number, not negative.`,
        param: `tokens.${name}`,
      });
    }
  }
  for (const name of ["acceleratorMs", "millijoules"] as const) {
    const amount = usage.work[name];
    if (amount !== undefined && !(amount >= 0 && amount <= Number.MAX_SAFE_INTEGER)) {
      throw new Fault("invalid_value", {
        message: `Usage ${usage.id} has work of ${amount} ${name}; it is not negative and finite.`,
        param: `work.${name}`,
      });
    }
  }
}
