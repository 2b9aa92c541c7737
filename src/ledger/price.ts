/**
 * Prices of tokens: which one holds, what usage costs by it, and the most that a request can come to. Pure; the
 * gateway uses it for holds and the ledger for bills, so that they can never disagree.
 */
import { pico, type PicoUsd, usdPerMillionTokens } from "../stack/money.ts";
import type { PriceBook, Tenant } from "../stack/resource.ts";
import type { TokenCounts } from "../stack/usage.ts";

/** Pico-dollars per token of each class. */
export type Price = {
  readonly input: PicoUsd;
  readonly cachedInput: PicoUsd;
  readonly output: PicoUsd;
  readonly reasoning: PicoUsd;
};

/** A price as a book or an upstream source lists it. */
export type ListedPrice = PriceBook["prices"][number];

/** The book that holds for everybody. */
export const listBook = "list";

/** The price that holds at an instant: the tenant's own book first, then the list; undefined when neither has one. */
export function priceAt(
  books: readonly PriceBook[],
  tenant: Pick<Tenant, "priceBook"> | undefined,
  model: string,
  atMs: number,
): Price | undefined {
  for (const name of [tenant?.priceBook, listBook]) {
    const book = name === undefined ? undefined : books.find((candidate) => candidate.name === name);
    const price = book && listedAt(book.prices, model, atMs);
    if (price !== undefined) return price;
  }
  return undefined;
}

/** The latest listed price of a model that has begun. */
export function listedAt(prices: readonly ListedPrice[], model: string, atMs: number): Price | undefined {
  let latest: Begins | undefined;
  for (const listed of prices) {
    if (listed.model !== model) continue;
    const begins = beginsOf(listed);
    if (begins.fromMs <= atMs && (latest === undefined || begins.fromMs > latest.fromMs)) latest = begins;
  }
  return latest?.price;
}

export function chargeFor(tokens: TokenCounts, price: Price): PicoUsd {
  return pico(
    BigInt(tokens.input) * price.input +
      BigInt(tokens.cachedInput) * price.cachedInput +
      BigInt(tokens.output) * price.output +
      BigInt(tokens.reasoning) * price.reasoning,
  );
}

/** The most that a request can cost: every token at the dearest class that it can turn out to be. */
export function mostItCanCost(price: Price, tokens: { readonly input: number; readonly maxOutput: number }): PicoUsd {
  const dearestInput = price.input > price.cachedInput ? price.input : price.cachedInput;
  const dearestOutput = price.output > price.reasoning ? price.output : price.reasoning;
  return pico(BigInt(tokens.input) * dearestInput + BigInt(tokens.maxOutput) * dearestOutput);
}

type Begins = { readonly fromMs: number; readonly price: Price };

/** Listed prices do not change once read; what they say is worked out once. */
const begun = new WeakMap<ListedPrice, Begins>();

function beginsOf(listed: ListedPrice): Begins {
  let begins = begun.get(listed);
  if (begins === undefined) {
    begins = { fromMs: Date.parse(listed.from), price: pricePerToken(listed) };
    begun.set(listed, begins);
  }
  return begins;
}

/** Prices per million tokens as any list writes them. */
type PerMillion = Pick<
  ListedPrice,
  "inputUsdPerMillion" | "cachedInputUsdPerMillion" | "outputUsdPerMillion" | "reasoningUsdPerMillion"
>;

/** The price of a token that is not given is that of the class that it stands beside. */
export function pricePerToken(listed: PerMillion): Price {
  const input = usdPerMillionTokens(listed.inputUsdPerMillion);
  const output = usdPerMillionTokens(listed.outputUsdPerMillion);
  const { cachedInputUsdPerMillion: cached, reasoningUsdPerMillion: reasoning } = listed;
  return {
    input,
    cachedInput: cached === undefined ? input : usdPerMillionTokens(cached),
    output,
    reasoning: reasoning === undefined ? output : usdPerMillionTokens(reasoning),
  };
}
