/** Deals worked out in a thread of their own: ten thousand draws take longer than live events should wait. */
import type { DealEvaluation, Drawing } from "../planner/deal/evaluate.ts";
import type { Deal } from "../planner/deal/schema.ts";
import type { DealWork } from "./deal-worker.ts";
import { Thread } from "./thread.ts";

/** A few portfolios at once, each of fifty deals. */
const waitingMost = 256;
const thread = new Thread<DealWork>(new URL("./deal-worker.ts", import.meta.url), "deals", waitingMost);

/** The deal has been read by `workableDeal`: nothing in it can be refused any more. */
export function evaluateInThread(deal: Deal, drawing: Drawing): Promise<DealEvaluation> {
  return thread.ask("evaluateDeal", deal, drawing);
}
