/** The thread of `deal-thread.ts`. */
import { evaluateDeal } from "../planner/deal/evaluate.ts";
import { answer } from "./thread.ts";

const work = { evaluateDeal };
export type DealWork = typeof work;
answer(work);
