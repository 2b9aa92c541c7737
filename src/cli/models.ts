/** `tokenworks models`: what is served, what lies in the data folder, and fetching more. */
import { basename, resolve } from "node:path";
import { Command } from "commander";
import { listModels, type LocalModel, modelsFolder } from "../engines/models.ts";
import { pullModel } from "../engines/pull.ts";
import { priceAt } from "../ledger/price.ts";
import { Fault } from "../stack/fault.ts";
import { formatUsd, pico, type PicoUsd } from "../stack/money.ts";
import type { Deployment, Model, Resource } from "../stack/resource.ts";
import { listResources } from "../store/resources.ts";
import { dataOption, printJson, storeCommand, type StoreOptions, withStore } from "./options.ts";
import { progressLine } from "./progress.ts";
import { bold, bytesText, dim, table, yellow } from "./terminal.ts";

export const modelsCommand = new Command("models")
  .summary("list, fetch and show models")
  .description("Lists the models that are served and the files that could be served, and fetches more.")
  .addCommand(
    storeCommand("list")
      .summary("all models")
      .description("Lists the models that are served, with their prices, and the files that could be served.")
      .addHelpText("after", "\nExample:\n  $ tokenworks models list")
      .action(list),
    { isDefault: true },
  )
  .addCommand(
    new Command("pull")
      .summary("fetch a model")
      .description(
        "Fetches a GGUF into the data folder. Run the command again to resume an interrupted transfer. The file appears " +
          "when it is complete and its checksum is right.",
      )
      .argument("<model>", "org/repo, org/repo:Q4_K_M, org/repo/file.gguf, an https address, or a file")
      .addOption(dataOption())
      .option("--sha256 <hex>", "the checksum that the file must have")
      .option("--json", "print JSON, for programs")
      .addHelpText(
        "after",
        `
HF_TOKEN opens repositories that are not public; HF_ENDPOINT names another hub.

Examples:
  $ tokenworks models pull Qwen/Qwen3-0.6B-GGUF:Q8_0
  $ tokenworks models pull https://example.com/model.gguf --sha256 9f86d08…
  $ tokenworks models pull ./model.gguf
  $ tokenworks up --model Qwen3-0.6B-Q8_0.gguf`,
      )
      .action(pull),
  )
  .addCommand(
    storeCommand("show")
      .summary("one model, with its price and what serves it")
      .description("Shows one model, with its price and what serves it.")
      .argument("<name>", "the model's public name")
      .addHelpText("after", "\nExample:\n  $ tokenworks models show tokenworks-tiny")
      .action(show),
  );

type Found = {
  readonly model: Model;
  readonly price: ReturnType<typeof priceAt>;
  readonly deployments: readonly Deployment[];
};

async function list(options: StoreOptions): Promise<void> {
  const dataDir = resolve(options.data);
  const models = await withStore(options, async (store) =>
    found((await listResources(store.db)).map(({ spec }) => spec)),
  );
  const files = await listModels(dataDir);
  if (options.json) {
    printJson({ models: models.map(asJson), files });
    return;
  }
  const rows = models.map(({ model, price, deployments }) => [
    model.name,
    model.capabilities.join(", "),
    `${model.contextTokens.toLocaleString("en")} tokens`,
    price === undefined ? "unpriced" : `$${perMillion(price.input)} / $${perMillion(price.output)}`,
    deployments.map(({ name, source }) => `${name} on ${source}`).join(", ") || "–",
  ]);
  const titles = ["model", "does", "context", "in / out per Mtok", "served by"];
  console.log(
    `${table(
      titles.map((title) => ({ title })),
      rows,
    )}\n`,
  );
  const cards = ["file", "parameters", "quantisation", "context", "size", "licence"];
  console.log(
    table(
      cards.map((title) => ({ title })),
      files.map(cardRow),
    ),
  );
}

function cardRow(file: LocalModel): string[] {
  if (file.defect !== null) return [file.reference, "–", "–", "–", bytesText(file.bytes), yellow(file.defect)];
  return [
    file.reference,
    file.parameters === null ? "–" : `${(file.parameters / 1e6).toLocaleString("en", { maximumFractionDigits: 1 })} M`,
    file.quantisation ?? "–",
    file.contextTokens === null ? "–" : `${file.contextTokens.toLocaleString("en")} tokens`,
    bytesText(file.bytes),
    file.license ?? "–",
  ];
}

async function show(name: string, options: StoreOptions): Promise<void> {
  const models = await withStore(options, async (store) =>
    found((await listResources(store.db)).map(({ spec }) => spec)),
  );
  const one = models.find(({ model }) => model.name === name);
  if (one === undefined) {
    const names = models.map(({ model }) => model.name).join(", ");
    throw new Fault("not_found", { message: `There is no model "${name}".`, remedy: `There are: ${names || "none"}.` });
  }
  if (options.json) {
    printJson(asJson(one));
    return;
  }
  const { model, price, deployments } = one;
  const facts: [string, string][] = [
    ["does", model.capabilities.join(", ")],
    ["context", `${model.contextTokens.toLocaleString("en")} tokens`],
    [
      "answers",
      model.maxOutputTokens === undefined
        ? "up to its context"
        : `up to ${model.maxOutputTokens} tokens unless asked for more`,
    ],
    [
      "royalty",
      model.royaltyUsdPerMillion === undefined ? "none" : `$${model.royaltyUsdPerMillion} per million tokens`,
    ],
    ...(price === undefined
      ? ([["price", "none: it is not sold before it has one"]] as [string, string][])
      : ([
          ["input", `$${perMillion(price.input)} per million tokens`],
          ["cached input", `$${perMillion(price.cachedInput)}`],
          ["output", `$${perMillion(price.output)}`],
          ["reasoning", `$${perMillion(price.reasoning)}`],
        ] as [string, string][])),
  ];
  console.log(bold(model.name));
  if (model.description !== "") console.log(model.description);
  console.log(facts.map(([what, value]) => `${dim(what.padEnd(12))}  ${value}`).join("\n"));
  const rows = deployments.map(({ name: deployment, source, engine, weight, priority }) => [
    deployment,
    source,
    engine.type === "openai" ? engine.url : engine.file,
    String(weight),
    String(priority),
  ]);
  const titles = ["deployment", "source", "engine", "weight", "priority"];
  console.log(
    `\n${table(
      titles.map((title) => ({ title })),
      rows,
    )}`,
  );
}

type PullOptions = { readonly data: string; readonly sha256?: string; readonly json?: boolean };

async function pull(text: string, options: PullOptions): Promise<void> {
  const dir = modelsFolder(resolve(options.data));
  const stop = new AbortController();
  const interrupt = () => stop.abort();
  process.once("SIGINT", interrupt);
  const progress = progressLine(basename(text), process.stderr);
  try {
    const { signal } = stop;
    const pulled = await pullModel(text, { dir, sha256: options.sha256, signal, onProgress: progress.show });
    progress.end();
    if (options.json) printJson(pulled);
    else {
      console.log(`${pulled.file}  ${bytesText(pulled.bytes)}\n${dim(`SHA-256 ${pulled.sha256}`)}`);
      console.log(`Serve it: tokenworks up --model ${basename(pulled.file)}`);
    }
  } catch (error) {
    progress.end();
    if (!stop.signal.aborted) throw error;
    throw Object.assign(new Error("Stopped. What was fetched is kept: ask again to go on from there."), {
      name: "AbortError",
    });
  } finally {
    process.off("SIGINT", interrupt);
  }
}

function found(resources: readonly Resource[]): Found[] {
  const books = resources.filter((one) => one.kind === "PriceBook");
  const deployments = resources.filter((one) => one.kind === "Deployment");
  return resources.flatMap((one): Found[] => {
    if (one.kind !== "Model") return [];
    const price = priceAt(books, undefined, one.name, Date.now());
    return [{ model: one, price, deployments: deployments.filter(({ model }) => model === one.name) }];
  });
}

function asJson({ model, price, deployments }: Found) {
  const prices =
    price === undefined
      ? null
      : Object.fromEntries(Object.entries(price).map(([name, each]) => [name, perMillion(each)]));
  return { ...model, usdPerMillion: prices, deployments };
}

function perMillion(perToken: PicoUsd): string {
  return formatUsd(pico(perToken * 1_000_000n));
}
