/** What the routes of the control API work with: made once when the process starts, and passed along. */
import { z } from "zod";
import type { Store } from "../store/open.ts";
import type { Attempts } from "./attempts.ts";
import type { LiveFeed } from "./live.ts";
import type { PlanRuns } from "./plan-runs.ts";
import type { Playground } from "./playground.ts";

/** How the process is started: JSON in the environment variable TOKENWORKS_API. */
export const apiConfig = z.object({
  host: z.string().default("127.0.0.1"),
  port: z.int().min(0).max(65_535),
  dataDir: z.string(),
  databaseUrl: z.string().optional(),
  /** The token service's, up to and with /v1. */
  apiUrl: z.url(),
  version: z.string().default(""),
  /** Names by which browsers may call this console, besides its addresses and `localhost`. */
  hosts: z.array(z.string()).default([]),
});

export type ApiConfig = z.output<typeof apiConfig>;

export type Context = {
  readonly config: ApiConfig;
  readonly store: Store;
  readonly attempts: Attempts;
  readonly live: LiveFeed;
  readonly playground: Playground;
  readonly plans: PlanRuns;
  readonly now: () => number;
};
