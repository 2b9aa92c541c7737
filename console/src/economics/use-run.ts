/** A case worked out by the API; while another is on its way, the one before stays. */
import { useEffect, useState } from "react";
import { ask, Refusal } from "../answers/ask.ts";
import type { WorkedOut } from "./shapes.ts";

export function useRun(name: string, draws: number) {
  const [state, setState] = useState<{ name?: string; answer?: WorkedOut; refusal?: Refusal }>({});
  const [round, setRound] = useState(0);
  useEffect(() => {
    const left = new AbortController();
    const body = { name, draws };
    ask<WorkedOut>("/api/scenarios/run", { method: "POST", body, signal: left.signal }).then(
      (answer) => setState({ name, answer }),
      (error: unknown) => {
        if (left.signal.aborted) return;
        if (!(error instanceof Refusal)) throw error;
        setState({ name, refusal: error });
      },
    );
    return () => left.abort();
  }, [name, draws, round]);
  return { ...state, stale: state.name !== name, again: () => setRound((before) => before + 1) };
}
