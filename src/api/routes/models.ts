/** What the factory serves: models with their price and replicas, the playground, and how the factory is. */
import { z } from "zod";
import { agreedPrice } from "../../ledger/contracts/price.ts";
import type { Price } from "../../ledger/price.ts";
import { formatUsd, pico, type PicoUsd } from "../../stack/money.ts";
import type { Resource } from "../../stack/resource.ts";
import { Fault } from "../../stack/fault.ts";
import { factoryName, listResources } from "../../store/resources.ts";
import { factoryStatus } from "../factory-status.ts";
import { meterStatus } from "../meter-status.ts";
import { everybody, type Route, route, streamed } from "../route.ts";
import { modelInfo, status } from "../schema.ts";

const chatBytesMax = 8 * 1024 * 1024;

export const modelRoutes: readonly Route[] = [
  route(
    everybody,
    {
      method: "GET",
      path: "/api/models",
      summary: "Models with what the asker's tenant pays for them and the replicas that serve them",
      answer: z.strictObject({ models: z.array(modelInfo) }),
    },
    async ({ context, principal }) => {
      const { config, store, now } = context;
      const resources = (await listResources(store.db)).map(({ spec }) => spec);
      const engines = new Map(factoryStatus(config)?.engines.map((engine) => [engine.deployment, engine.state]));
      return { body: { models: modelInfos(resources, principal.key.tenant, engines, now()) } };
    },
  ),
  route(
    ["admin", "developer"],
    {
      method: "POST",
      path: "/api/playground/chat",
      summary: "A chat request in OpenAI's form, passed to the token service on the console's account; streams back",
      body: z.looseObject({ model: z.string(), messages: z.array(z.unknown()) }),
      bodyBytesMax: chatBytesMax,
      answer: "text/event-stream",
    },
    async ({ context, body, request, response }) => {
      await context.playground.chat(body, request, response, context.now());
      return streamed;
    },
  ),
  route(
    everybody,
    {
      method: "GET",
      path: "/api/status",
      summary: "How the factory's processes, engines and store are",
      answer: status,
    },
    async ({ context }) => {
      const { config, store } = context;
      const running = factoryStatus(config);
      const factory = await factoryName(store.db).catch((error: unknown) => {
        if (error instanceof Fault && error.code === "store_unavailable") return undefined;
        throw error;
      });
      const workers = running?.processes.filter(({ name }) => name.startsWith("gateway worker")) ?? [];
      const meter = await meterStatus({ dataDir: config.dataDir, apiUrl: config.apiUrl, nowMs: context.now() });
      const degraded = [
        ...(factory === undefined ? ["The database is away."] : []),
        ...(running === undefined ? ["No factory runs on this data folder."] : []),
        ...[...(running?.processes ?? []), ...(running?.engines ?? [])]
          .filter(({ state }) => state !== "ready")
          .map(({ name, state, lastDeath }) => `${name} is ${state}${lastDeath === null ? "" : ` (${lastDeath})`}.`),
        ...(meter.trouble === null ? [] : [`Usage waits in the meter's logs: ${meter.trouble}`]),
        ...(meter.accepting ? [] : [`The token service at ${config.apiUrl} does not take on work.`]),
      ];
      return {
        body: {
          version: running?.version ?? config.version,
          factory: factory ?? "",
          apiUrl: config.apiUrl,
          startedAt: running?.startedAt ?? null,
          workers: workers.length,
          processes: [...(running?.processes ?? [])].map((one) => ({ ...one })),
          meter,
          engines: (running?.engines ?? []).map(({ deployment, model, state, lastDeath }) => ({
            deployment,
            model,
            state,
            detail: lastDeath,
          })),
          store: { kind: store.kind, ok: factory !== undefined },
          degraded,
        },
      };
    },
  ),
];

function modelInfos(
  resources: readonly Resource[],
  tenantName: string,
  engines: ReadonlyMap<string, string>,
  nowMs: number,
): z.input<typeof modelInfo>[] {
  const prices = {
    priceBooks: resources.filter((one) => one.kind === "PriceBook"),
    contracts: resources.filter((one) => one.kind === "Contract"),
    tenants: new Map(resources.flatMap((one) => (one.kind === "Tenant" ? [[one.name, one] as const] : []))),
  };
  const deployments = resources.filter((one) => one.kind === "Deployment");
  return resources.flatMap((one) => {
    if (one.kind !== "Model") return [];
    const price = agreedPrice(prices, tenantName, one.name, nowMs)?.price;
    return [
      {
        name: one.name,
        description: one.description,
        capabilities: one.capabilities,
        contextTokens: one.contextTokens,
        price: price === undefined ? null : perMillion(price),
        replicas: deployments
          .filter(({ model }) => model === one.name)
          .map(({ name, source, engine }) => ({
            deployment: name,
            source,
            // An engine of ours says how it is; of an upstream only the gateway knows, request by request.
            state: engine.type === "openai" ? "upstream" : (engines.get(name) ?? "stopped"),
          })),
      },
    ];
  });
}

function perMillion({ input, cachedInput, output, reasoning }: Price) {
  const text = (perToken: PicoUsd) => formatUsd(pico(perToken * 1_000_000n));
  return {
    inputUsdPerMillion: text(input),
    cachedInputUsdPerMillion: text(cachedInput),
    outputUsdPerMillion: text(output),
    reasoningUsdPerMillion: text(reasoning),
  };
}
