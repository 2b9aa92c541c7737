/**
 * Live events of the factory: one connection for the whole console, which comes back by itself. The browser retries
 * a connection that breaks; one that was refused is tried again here, with growing pauses.
 */
import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from "react";
import type { RequestTrace, StackReport } from "../../../src/stack/report.ts";

export type LiveState = "connecting" | "live" | "away";

type Listener = { readonly stack?: (report: StackReport) => void; readonly request?: (trace: RequestTrace) => void };

type Live = { readonly state: LiveState; readonly listen: (listener: Listener) => () => void };

const LiveContext = createContext<Live>({ state: "connecting", listen: () => () => undefined });

const retryMs = [1_000, 2_000, 5_000, 15_000] as const;

export function LiveProvider({ children }: { readonly children: ReactNode }) {
  const [state, setState] = useState<LiveState>("connecting");
  const listeners = useRef(new Set<Listener>());

  useEffect(() => {
    let source: EventSource | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let failures = 0;
    const connect = () => {
      source = new EventSource("/api/live");
      source.addEventListener("open", () => {
        failures = 0;
        setState("live");
      });
      source.addEventListener("error", () => {
        setState("away");
        if (source?.readyState !== EventSource.CLOSED) return;
        timer = setTimeout(connect, retryMs[Math.min(failures, retryMs.length - 1)]);
        failures += 1;
      });
      source.addEventListener("stack", ({ data }: MessageEvent<string>) => {
        const report = JSON.parse(data) as StackReport;
        for (const listener of listeners.current) listener.stack?.(report);
      });
      source.addEventListener("request", ({ data }: MessageEvent<string>) => {
        const trace = JSON.parse(data) as RequestTrace;
        for (const listener of listeners.current) listener.request?.(trace);
      });
    };
    connect();
    return () => {
      clearTimeout(timer);
      source?.close();
    };
  }, []);

  const live = useMemo<Live>(
    () => ({
      state,
      listen: (listener) => {
        listeners.current.add(listener);
        return () => listeners.current.delete(listener);
      },
    }),
    [state],
  );
  return <LiveContext value={live}>{children}</LiveContext>;
}

export function useLiveState(): LiveState {
  return useContext(LiveContext).state;
}

/** Hears events while the component is there; the latest listener is the one that is told. */
export function useLive(listener: Listener): void {
  const { listen } = useContext(LiveContext);
  const latest = useRef(listener);
  useEffect(() => {
    latest.current = listener;
  });
  useEffect(
    () =>
      listen({
        stack: (report) => latest.current.stack?.(report),
        request: (trace) => latest.current.request?.(trace),
      }),
    [listen],
  );
}
