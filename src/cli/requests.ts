/** `tokenworks requests`: what was asked for, and each request's way through the layers. */
import { Command } from "commander";
import { getRequest, listRequests } from "../ledger/report.ts";
import { usd } from "../stack/money.ts";
import type { RequestTrace } from "../stack/report.ts";
import { printJson, storeCommand, type StoreOptions, wholeNumber, withStore } from "./options.ts";
import { figure, money, percent } from "./stack-picture.ts";
import { bold, dim, instantText, table } from "./terminal.ts";

export const requestsCommand = new Command("requests")
  .summary("show requests, and one request's way through the layers")
  .description("Shows requests as they are in the ledger, and one request's way through the layers.")
  .addCommand(
    storeCommand("list")
      .summary("the latest requests, newest first")
      .description("Lists the latest requests, newest first.")
      .option("--limit <n>", "how many", wholeNumber(1, 10_000), 20)
      .option("--tenant <name>", "only of this tenant")
      .addHelpText("after", "\nExamples:\n  $ tokenworks requests list --limit 5\n  $ tokenworks requests list --json")
      .action(list),
    { isDefault: true },
  )
  .addCommand(
    storeCommand("show")
      .summary("one request, with each layer")
      .description("Shows one request, and what each layer earned and spent on it.")
      .argument("<id>", "the request's id: the answer's x-request-id")
      .addHelpText("after", "\nExample:\n  $ tokenworks requests show 0192f0c1-8a2b-7c3d-9e4f-5a6b7c8d9e0f")
      .action(show),
  );

async function list(options: StoreOptions & { readonly limit: number; readonly tenant?: string }): Promise<void> {
  const { limit, tenant } = options;
  const requests = await withStore(options, (store) => listRequests(store.db, { limit, tenant }));
  if (options.json) {
    printJson({ requests });
    return;
  }
  if (requests.length === 0) {
    console.log("No request is in the ledger yet.");
    return;
  }
  const columns = ["at", "id", "tenant", "model", "outcome", "tokens", "time", "revenue", "cost", "margin"];
  const rows = requests.map((one) => [
    instantText(one.at),
    one.id,
    one.tenant,
    one.model,
    one.cut === null ? one.outcome : `${one.outcome} (${one.cut})`,
    tokensOf(one).toLocaleString("en"),
    `${one.durationMs.toLocaleString("en")} ms`,
    money(usd(one.revenue)),
    money(usd(one.cost)),
    money(usd(one.margin)),
  ]);
  console.log(
    table(
      columns.map((title, index) => ({ title, align: index < 5 ? "left" : "right" })),
      rows,
    ),
  );
}

async function show(id: string, options: StoreOptions): Promise<void> {
  const one = await withStore(options, (store) => getRequest(store.db, id));
  if (options.json) {
    printJson(one);
    return;
  }
  const { tokens } = one;
  const facts: [string, string][] = [
    ["at", instantText(one.at)],
    ["asked by", `${one.tenant} / ${one.project}`],
    ["model", `${one.model} (${one.endpoint}${one.streamed ? ", streamed" : ""})`],
    ["served by", one.deployment === null ? "–" : `${one.deployment} on ${one.source ?? "–"}`],
    ["outcome", `${one.outcome}${one.cut === null ? "" : ` (${one.cut})`}, status ${one.status}, tries ${one.tries}`],
    ["time", `${one.durationMs} ms, first byte ${one.ttftMs === null ? "–" : `after ${one.ttftMs} ms`}`],
    [
      "tokens",
      `${tokens.input} input, ${tokens.cachedInput} cached, ${tokens.output} output, ${tokens.reasoning} reasoning ` +
        dim(`counted by ${one.countedBy}`),
    ],
    ["accelerator", figure(one.acceleratorMs)],
    ["energy", figure(one.joules)],
    ["revenue", money(usd(one.revenue))],
    ["cost", money(usd(one.cost))],
    ["margin", money(usd(one.margin))],
  ];
  const width = Math.max(...facts.map(([name]) => name.length));
  console.log(bold(one.id));
  console.log(facts.map(([name, value]) => `${dim(name.padEnd(width))}  ${value}`).join("\n"));
  const rows = (one.layers ?? [])
    .toReversed()
    .map(({ layer, revenue, cost, margin }) => [
      layer,
      money(usd(revenue)),
      money(usd(cost)),
      money(usd(margin)),
      usd(revenue) > 0n ? percent(Number(margin) / Number(revenue)) : "",
    ]);
  const columns = ["layer", "revenue", "cost", "margin", ""];
  console.log(
    `\n${table(
      columns.map((title, index) => ({ title, align: index === 0 ? "left" : "right" })),
      rows,
    )}`,
  );
}

function tokensOf({ tokens }: RequestTrace): number {
  return tokens.input + tokens.cachedInput + tokens.output + tokens.reasoning;
}
