/** A conversation with a model of the factory: what was said, and for every answer how it runs and what it costs. */
import { useCallback, useEffect, useRef, useState } from "react";
import type { RequestTrace } from "../../../src/stack/report.ts";
import { noTokens, type TokenCounts } from "../../../src/stack/usage.ts";
import { ask, Refusal, send } from "../answers/ask.ts";
import { tokensOf } from "./cost.ts";
import { chatEvents } from "./stream.ts";

export type Parameters = {
  readonly model: string;
  readonly system: string;
  readonly temperature: number;
  readonly maxTokens: number | undefined;
};

export type Run = {
  readonly state: "waiting" | "streaming" | "complete" | "stopped" | "failed";
  readonly model: string;
  readonly requestId: string | undefined;
  readonly startedMs: number;
  readonly firstTokenMs: number | undefined;
  readonly endedMs: number | undefined;
  /** Counted as they pass until the factory reports its own count. */
  readonly tokens: TokenCounts;
  readonly isCounted: boolean;
  readonly finish: string | undefined;
  readonly problem: string | undefined;
  /** What the ledger says, once it has been posted. */
  readonly settled: RequestTrace | undefined;
};

export type Turn =
  | { readonly role: "user"; readonly text: string }
  | { readonly role: "assistant"; readonly text: string; readonly reasoning: string; readonly run: Run };

/** Pieces arrive faster than a page should be drawn. */
const drawEveryMs = 40;
const settleTries = 40;
const settleEveryMs = 500;
/** About so many characters of English make a token: for a guess of what a prompt costs before it is counted. */
const charactersPerToken = 4;

export function useChat() {
  const [turns, setTurns] = useState<readonly Turn[]>([]);
  const running = useRef<AbortController>(undefined);
  const left = useRef(new AbortController());

  useEffect(() => {
    const page = new AbortController();
    left.current = page;
    return () => {
      page.abort();
      running.current?.abort();
    };
  }, []);

  const isRunning = turns.some((turn) => turn.role === "assistant" && turn.run.endedMs === undefined);

  const say = useCallback(
    async (text: string, parameters: Parameters) => {
      const before: readonly Turn[] = [...turns, { role: "user", text }];
      const draft = new Draft(parameters.model, promptTokens(before, parameters));
      const page = left.current;
      const draw = () => {
        if (!page.signal.aborted) setTurns([...before, draft.turn]);
      };
      draw();
      const stop = new AbortController();
      running.current = stop;
      const timer = setInterval(draw, drawEveryMs);
      try {
        await stream(draft, before, parameters, stop.signal);
      } finally {
        clearInterval(timer);
        running.current = undefined;
        draw();
      }
      const { requestId } = draft.turn.run;
      if (requestId === undefined) return;
      const settled = await settledTrace(requestId, page.signal);
      if (settled === undefined || page.signal.aborted) return;
      setTurns((now) =>
        now.map((turn) =>
          turn.role === "assistant" && turn.run.requestId === requestId
            ? { ...turn, run: { ...turn.run, settled } }
            : turn,
        ),
      );
    },
    [turns],
  );

  return {
    turns,
    isRunning,
    say,
    stop: useCallback(() => running.current?.abort(), []),
    clear: useCallback(() => setTurns([]), []),
  };
}

/** An answer while it is written. */
class Draft {
  turn: Extract<Turn, { role: "assistant" }>;

  constructor(model: string, inputTokens: number) {
    this.turn = {
      role: "assistant",
      text: "",
      reasoning: "",
      run: {
        state: "waiting",
        model,
        requestId: undefined,
        startedMs: performance.now(),
        firstTokenMs: undefined,
        endedMs: undefined,
        tokens: { ...noTokens, input: inputTokens },
        isCounted: false,
        finish: undefined,
        problem: undefined,
        settled: undefined,
      },
    };
  }

  run(change: Partial<Run>): void {
    this.turn = { ...this.turn, run: { ...this.turn.run, ...change } };
  }

  write(text: string, reasoning: string): void {
    if (text === "" && reasoning === "" && this.turn.run.firstTokenMs === undefined) return;
    const { tokens, isCounted, firstTokenMs } = this.turn.run;
    const counted = isCounted
      ? tokens
      : reasoning === ""
        ? { ...tokens, output: tokens.output + 1 }
        : { ...tokens, reasoning: tokens.reasoning + 1 };
    this.turn = { ...this.turn, text: this.turn.text + text, reasoning: this.turn.reasoning + reasoning };
    this.run({ state: "streaming", tokens: counted, firstTokenMs: firstTokenMs ?? performance.now() });
  }
}

async function stream(
  draft: Draft,
  turns: readonly Turn[],
  parameters: Parameters,
  signal: AbortSignal,
): Promise<void> {
  const { model, system, temperature, maxTokens } = parameters;
  const messages = [
    ...(system.trim() === "" ? [] : [{ role: "system", content: system }]),
    ...turns.filter(({ text }) => text !== "").map(({ role, text }) => ({ role, content: text })),
  ];
  try {
    const response = await send("/api/playground/chat", {
      method: "POST",
      body: {
        model,
        messages,
        temperature,
        ...(maxTokens === undefined ? {} : { max_tokens: maxTokens }),
        stream: true,
        stream_options: { include_usage: true },
      },
      signal,
    });
    draft.run({ requestId: response.headers.get("x-request-id") ?? undefined });
    if (response.body === null) throw new Refusal(response.status, "internal_error", "The answer has no body.", null);
    let isDone = false;
    for await (const event of chatEvents(response.body)) {
      if (event.is === "text") draft.write(event.text, event.reasoning);
      if (event.is === "finish") draft.run({ finish: event.reason });
      if (event.is === "usage") draft.run({ tokens: tokensOf(event.usage), isCounted: true });
      if (event.is === "error") throw new Refusal(200, "upstream_error", event.message, null);
      if (event.is === "done") isDone = true;
    }
    draft.run({ state: isDone ? "complete" : "failed", endedMs: performance.now() });
  } catch (error) {
    const endedMs = performance.now();
    if (signal.aborted) draft.run({ state: "stopped", endedMs });
    else draft.run({ state: "failed", endedMs, problem: (error as Error).message });
  }
}

/** The request as the ledger has it, which is a moment after its last byte. */
async function settledTrace(id: string, signal: AbortSignal): Promise<RequestTrace | undefined> {
  for (let tries = 0; tries < settleTries && !signal.aborted; tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, settleEveryMs));
    try {
      return await ask<RequestTrace>(`/api/requests/${encodeURIComponent(id)}`, { signal });
    } catch (error) {
      if (signal.aborted) return undefined;
      if (!(error instanceof Refusal) || error.code !== "not_found") return undefined;
    }
  }
  return undefined;
}

function promptTokens(turns: readonly Turn[], { system }: Parameters): number {
  const characters = turns.reduce((sum, { text }) => sum + text.length, system.length);
  return Math.ceil(characters / charactersPerToken);
}
