/**
 * What a request cost in accelerator time and energy, as an engine of ours reports it: in the head of a whole answer,
 * in the trailers of a stream, or asked for afterwards when its client left before either. Where nothing reports,
 * time is modelled from a stated speed, or unavailable.
 */
import type { Dispatcher } from "undici";
import { type Provenance, type TokenCounts, unknownWork, type Work } from "../stack/usage.ts";
import type { Upstream } from "./upstreams.ts";

type Headers = Readonly<Record<string, string | string[] | undefined>>;

export const workHeaders = {
  acceleratorMs: "x-tokenworks-accelerator-ms",
  millijoules: "x-tokenworks-millijoules",
  energyProvenance: "x-tokenworks-energy-provenance",
} as const;

/** Undefined when the headers do not tell. */
export function workOf(headers: Headers): Work | undefined {
  const acceleratorMs = amount(headers[workHeaders.acceleratorMs]);
  if (acceleratorMs === undefined) return undefined;
  const millijoules = amount(headers[workHeaders.millijoules]);
  const said = headers[workHeaders.energyProvenance];
  const energyProvenance: Provenance = said === "measured" || said === "modelled" ? said : "unavailable";
  const time = { acceleratorMs, acceleratorProvenance: "measured" } as const;
  return millijoules === undefined || energyProvenance === "unavailable"
    ? { ...time, energyProvenance: "unavailable" }
    : { ...time, millijoules, energyProvenance };
}

/** Every computed token, of input and output alike, at the deployment's stated speed; cached input takes no time. */
export function modelledWork(tokens: TokenCounts, tokensPerAcceleratorSecond: number | undefined): Work {
  if (tokensPerAcceleratorSecond === undefined) return unknownWork;
  const seconds = (tokens.input + tokens.output + tokens.reasoning) / tokensPerAcceleratorSecond;
  return {
    acceleratorMs: Math.round(seconds * 1000),
    acceleratorProvenance: "modelled",
    energyProvenance: "unavailable",
  };
}

/** How long to wait for an engine's word on a request that was cut; off every client's path. */
export const askMs = 300;
const askEveryMs = 50;

/** Asks an engine of ours what a request that was aborted has cost; calls back once, with undefined if it cannot tell. */
export function askForWork(upstream: Upstream, id: string, done: (work: Work | undefined) => void): void {
  let isOver = false;
  const finish = (work: Work | undefined) => {
    if (isOver) return;
    isOver = true;
    clearTimeout(timeout);
    clearInterval(again);
    done(work);
  };
  const ask = () => {
    upstream.pool.dispatch({ method: "GET", path: `/requests/${id}` }, new WorkReport(finish));
  };
  const timeout = setTimeout(finish, askMs, undefined);
  // The engine notices an abort between two steps, so its record may take a moment.
  const again = setInterval(ask, askEveryMs);
  ask();
}

class WorkReport implements Dispatcher.DispatchHandler {
  readonly #done: (work: Work | undefined) => void;
  #status = 0;
  #headers: Headers = {};
  #body = "";

  constructor(done: (work: Work | undefined) => void) {
    this.#done = done;
  }

  onRequestStart(): void {}

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: Headers): void {
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(_controller: Dispatcher.DispatchController, piece: Buffer): void {
    if (this.#body.length < 16_384) this.#body += piece.toString("latin1");
  }

  onResponseEnd(): void {
    if (this.#status !== 200) return;
    const work = workOf(this.#headers) ?? workInBody(this.#body);
    if (work !== undefined) this.#done(work);
  }

  onResponseError(): void {
    // The engine is gone, and with it what it knew.
    this.#done(undefined);
  }
}

/** The same figures as JSON, under their names in headers or in our own records. */
function workInBody(text: string): Work | undefined {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof body !== "object" || body === null) return undefined;
  const said = body as Record<string, unknown>;
  const headers: Record<string, string> = {};
  for (const [field, header] of Object.entries(workHeaders)) {
    const value = said[field] ?? said[header];
    if (typeof value === "number" || typeof value === "string") headers[header] = String(value);
  }
  return workOf(headers);
}

/** A count or an amount that an engine may truthfully have written, in whole units: the ledger's quantities are whole. */
export function amount(value: unknown): number | undefined {
  if (typeof value !== "string" || value === "") return undefined;
  const found = Math.round(Number(value));
  return Number.isSafeInteger(found) && found >= 0 ? found : undefined;
}
