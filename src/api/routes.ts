/** Every route of the control API. */
import { z } from "zod";
import { openapi } from "./openapi.ts";
import { openRoute, type Route } from "./route.ts";
import { chipRoutes } from "./routes/chips.ts";
import { perfRoutes } from "./routes/perf.ts";
import { contractRoutes } from "./routes/contracts.ts";
import { dealRoutes } from "./routes/deals.ts";
import { historyRoutes } from "./routes/history.ts";
import { keyRoutes } from "./routes/keys.ts";
import { modelRoutes } from "./routes/models.ts";
import { planRoutes } from "./routes/plans.ts";
import { requestRoutes } from "./routes/requests.ts";
import { resourceRoutes } from "./routes/resources.ts";
import { scenarioRoutes } from "./routes/scenarios.ts";
import { sessionRoutes } from "./routes/session.ts";
import { stackRoutes } from "./routes/stack.ts";
import { tenantRoutes } from "./routes/tenants.ts";

const description = openRoute(
  {
    method: "GET",
    path: "/api/openapi.json",
    summary: "This description",
    answer: z.record(z.string(), z.unknown()),
  },
  async ({ context }) => ({ body: openapi(routes, context.config.version) }),
);

export const routes: readonly Route[] = [
  ...sessionRoutes,
  ...modelRoutes,
  ...stackRoutes,
  ...chipRoutes,
  ...perfRoutes,
  ...scenarioRoutes,
  ...contractRoutes,
  ...historyRoutes,
  ...planRoutes,
  ...dealRoutes,
  ...requestRoutes,
  ...tenantRoutes,
  ...keyRoutes,
  ...resourceRoutes,
  description,
];
