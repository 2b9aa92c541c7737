/** The runs as the API has them: asked for again each second while one of them is under way. */
import { useEffect } from "react";
import { type Answered, useAnswer } from "../answers/use-answer.ts";
import type { Listed, Run } from "./shapes.ts";

export const isUnderWay = ({ state }: Pick<Listed, "state">) => state === "queued" || state === "running";

const everyMs = 1000;

export function useRuns(): Answered<{ readonly runs: readonly Listed[] }> {
  const answered = useAnswer<{ readonly runs: readonly Listed[] }>("/api/plan/capacity/runs");
  useEvery(answered.answer?.runs.some(isUnderWay) ?? false, answered.again);
  return answered;
}

export function useRun(id: string | undefined): Answered<Run> {
  const answered = useAnswer<Run>(id === undefined ? undefined : `/api/plan/capacity/runs/${id}`);
  useEvery(answered.answer !== undefined && isUnderWay(answered.answer), answered.again);
  return answered;
}

function useEvery(isWanted: boolean, again: () => void): void {
  useEffect(() => {
    if (!isWanted) return undefined;
    const timer = setInterval(again, everyMs);
    return () => clearInterval(timer);
  }, [isWanted, again]);
}
