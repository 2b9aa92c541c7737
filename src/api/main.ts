/**
 * The control API's process: `node src/api/main.ts`, its configuration as JSON in TOKENWORKS_API. Says
 * `{ ready: true, port }` to its parent when it serves, and ends when that is gone.
 */
import { once } from "node:events";
import type { Server } from "node:http";
import { openStore } from "../store/open.ts";
import { Attempts } from "./attempts.ts";
import { type ApiConfig, apiConfig, type Context } from "./context.ts";
import { LiveFeed } from "./live.ts";
import { PlanRuns } from "./plan-runs.ts";
import { Playground } from "./playground.ts";
import { routes } from "./routes.ts";
import { apiServer } from "./server.ts";
import { consoleFolder } from "./static.ts";

export type RunningApi = { readonly port: number; readonly server: Server; stop(): Promise<void> };

/** Serves until it is stopped; streams are cut then, and whoever listened connects again. */
export async function startApi(config: ApiConfig, consoleFiles = consoleFolder): Promise<RunningApi> {
  const { dataDir, databaseUrl } = config;
  const store = await openStore({ dataDir, databaseUrl, startEmbedded: false, connectionsMax: 4 });
  const playground = new Playground(store, config.apiUrl);
  const live = new LiveFeed(store);
  const plans = new PlanRuns();
  const context: Context = { config, store, live, playground, plans, attempts: new Attempts(), now: Date.now };
  const server = apiServer(context, routes, consoleFiles);
  server.listen({ host: config.host, port: config.port });
  await once(server, "listening");
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : config.port,
    server,
    async stop() {
      live.close();
      const closed = new Promise((done) => server.close(done));
      server.closeAllConnections();
      await closed;
      await plans.close();
      await playground.close();
      await store.close();
    },
  };
}

if (import.meta.main) {
  const hosts = (process.env["TOKENWORKS_CONSOLE_HOSTS"] ?? "").split(",").filter((name) => name !== "");
  const config = apiConfig.parse({ hosts, ...JSON.parse(process.env["TOKENWORKS_API"] ?? "{}") });
  const api = await startApi(config);
  const stop = () => void api.stop().then(() => process.exit(0));
  process.once("SIGTERM", stop);
  process.once("disconnect", stop);
  // Ctrl-C in a terminal reaches every process of it; the supervisor says when to stop.
  process.on("SIGINT", () => undefined);
  process.send?.({ ready: true, port: api.port });
}
