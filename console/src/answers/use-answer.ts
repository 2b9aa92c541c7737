/** An answer of the control API in a component: asked for when it appears, again when it is told to, and kept meanwhile. */
import { useCallback, useEffect, useState } from "react";
import { ask, Refusal } from "./ask.ts";

export type Answered<Answer> = {
  readonly answer: Answer | undefined;
  /** Why there is no answer, or no newer one. */
  readonly refusal: Refusal | undefined;
  /** True until there is something to show. */
  readonly waiting: boolean;
  /** The answer shown is to the question before: the new one is on its way. */
  readonly stale: boolean;
  readonly again: () => void;
};

type Options = {
  /** Asks again so often while the page is visible. */
  readonly everyMs?: number;
  /** Shows the answer to the question before until the new one is there. */
  readonly keep?: boolean;
};

/** @param path Nothing is asked while it is undefined. */
export function useAnswer<Answer>(path: string | undefined, { everyMs, keep = false }: Options = {}): Answered<Answer> {
  const [state, setState] = useState<{ path?: string; answer?: Answer; refusal?: Refusal }>({});
  const [round, setRound] = useState(0);

  useEffect(() => {
    if (path === undefined) return undefined;
    const left = new AbortController();
    ask<Answer>(path, { signal: left.signal }).then(
      (answer) => setState({ path, answer }),
      (error: unknown) => {
        if (left.signal.aborted) return;
        if (!(error instanceof Refusal)) throw error;
        setState((before) => ({ ...(before.path === path ? before : {}), path, refusal: error }));
      },
    );
    return () => left.abort();
  }, [path, round]);

  const again = useCallback(() => setRound((before) => before + 1), []);
  useEffect(() => {
    if (everyMs === undefined || path === undefined) return undefined;
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") again();
    }, everyMs);
    return () => clearInterval(timer);
  }, [everyMs, path, again]);

  const isCurrent = state.path === path;
  const answer = isCurrent || keep ? state.answer : undefined;
  const refusal = isCurrent ? state.refusal : undefined;
  return {
    answer,
    refusal,
    waiting: path !== undefined && answer === undefined && refusal === undefined,
    stale: answer !== undefined && !isCurrent,
    again,
  };
}
