/** `tokenworks prices`: price books with effective dates. */
import { Command } from "commander";
import { Fault } from "../stack/fault.ts";
import { type PriceBook, priceBook as priceBookSchema } from "../stack/resource.ts";
import { applyResources, getResource, specsOf } from "../store/resources.ts";
import { actor, checked, printJson, storeCommand, type StoreOptions, withStore } from "./options.ts";
import { dim, instantText, table } from "./terminal.ts";

type SetOptions = StoreOptions & {
  readonly input: string;
  readonly output: string;
  readonly cachedInput?: string;
  readonly reasoning?: string;
  readonly book: string;
  readonly from?: string;
};

/** A price that replaces one begins in the future: far enough for the change to be made meanwhile. */
const soonMs = 2_000;

export const pricesCommand = new Command("prices")
  .summary("list prices and set new ones")
  .description(
    "Lists price books and sets new prices. A price that has begun is never edited: the next one follows it.",
  )
  .addCommand(
    storeCommand("list")
      .summary("what tokens cost")
      .description("Lists the price books, in US dollars per million tokens.")
      .addHelpText("after", "\nExample:\n  $ tokenworks prices list")
      .action(list),
    { isDefault: true },
  )
  .addCommand(
    storeCommand("set")
      .summary("set a model's next price")
      .description("Sets a model's price in US dollars per million tokens, from now on or from an instant on.")
      .argument("<model>", "the model's public name")
      .requiredOption("--input <usd>", "per million input tokens, to six decimals")
      .requiredOption("--output <usd>", "per million output tokens")
      .option("--cached-input <usd>", "per million cached input tokens; the input price when absent")
      .option("--reasoning <usd>", "per million reasoning tokens; the output price when absent")
      .option("--book <name>", "the price book; made when there is none", "list")
      .option("--from <instant>", "when it begins (ISO 8601); in two seconds when absent")
      .addHelpText(
        "after",
        `
Examples:
  $ tokenworks prices set tokenworks-tiny --input 0.02 --output 0.08
  $ tokenworks prices set qwen3-0.6b --input 0.05 --output 0.20 --from 2027-01-01T00:00:00Z
  $ tokenworks prices set qwen3-0.6b --book acme --input 0.04 --output 0.16`,
      )
      .action(set),
  );

async function list(options: StoreOptions): Promise<void> {
  const books = await withStore(options, (store) => specsOf(store.db, "PriceBook"));
  if (options.json) {
    printJson({ books });
    return;
  }
  const nowMs = Date.now();
  const rows = books.flatMap((book) =>
    book.prices.map((price) => [
      book.name,
      price.model,
      price.inputUsdPerMillion,
      price.cachedInputUsdPerMillion ?? price.inputUsdPerMillion,
      price.outputUsdPerMillion,
      price.reasoningUsdPerMillion ?? price.outputUsdPerMillion,
      instantText(price.from),
      stateOf(book, price, nowMs),
    ]),
  );
  const titles = ["book", "model", "input", "cached input", "output", "reasoning", "from", ""];
  const columns = titles.map((title, index) => ({
    title,
    align: index > 1 && index < 6 ? ("right" as const) : ("left" as const),
  }));
  console.log(table(columns, rows));
  console.log(dim("US dollars per million tokens."));
}

async function set(model: string, options: SetOptions): Promise<void> {
  const { input, output, cachedInput, reasoning, book } = options;
  const from = begins(options.from);
  const price = {
    model,
    from,
    inputUsdPerMillion: input,
    outputUsdPerMillion: output,
    ...(cachedInput === undefined ? {} : { cachedInputUsdPerMillion: cachedInput }),
    ...(reasoning === undefined ? {} : { reasoningUsdPerMillion: reasoning }),
  };
  const resource = await withStore(options, async (store) => {
    if ((await getResource(store.db, "Model", model)) === undefined) {
      throw new Fault("not_found", {
        message: `There is no model "${model}".`,
        remedy: "See `tokenworks models list`.",
      });
    }
    const found = (await getResource(store.db, "PriceBook", book))?.spec;
    const before = found?.kind === "PriceBook" ? found.prices : [];
    const changed = checked("price", priceBookSchema, { kind: "PriceBook", name: book, prices: [...before, price] });
    await applyResources(store.db, [{ change: "put", resource: changed }], actor);
    return changed;
  });
  if (options.json) printJson(resource);
  else
    console.log(
      `From ${instantText(from)}, ${model} costs $${input} in and $${output} out per million tokens (book "${book}").`,
    );
}

function begins(text: string | undefined): string {
  const at = text === undefined ? new Date(Date.now() + soonMs) : new Date(text);
  if (!Number.isNaN(at.getTime())) return at.toISOString();
  throw new Fault("invalid_value", {
    message: `"${text}" is no instant.`,
    remedy: "Write it as 2027-01-01T00:00:00Z.",
    param: "from",
  });
}

function stateOf(book: PriceBook, price: PriceBook["prices"][number], nowMs: number): string {
  const fromMs = Date.parse(price.from);
  if (fromMs > nowMs) return "to come";
  const later = book.prices.some(({ model, from }) => {
    const ms = Date.parse(from);
    return model === price.model && ms > fromMs && ms <= nowMs;
  });
  return later ? dim("past") : "now";
}
