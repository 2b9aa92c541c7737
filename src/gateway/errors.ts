/**
 * Faults in OpenAI's shape: `{"error":{"message","type","param","code"}}`, as an answer's body or, once a stream has
 * begun, in-band. Clients look for it nested under `error`: flat, the official client passes it on as a chunk.
 */
import { Fault, type FaultCode } from "../stack/fault.ts";

/** OpenAI's `type` for a fault: what clients switch on beside the status. */
export function errorType(code: FaultCode, status: number): string {
  if (code === "budget_exhausted") return "insufficient_quota";
  if (status === 401) return "authentication_error";
  if (status === 403) return "permission_error";
  if (status === 429) return "rate_limit_error";
  return status >= 500 ? "server_error" : "invalid_request_error";
}

export function errorJson(fault: Fault): string {
  const { message, code, param, status } = fault;
  return JSON.stringify({ error: { message, type: errorType(code, status), param: param ?? null, code } });
}

/** The event that ends a broken stream; no `[DONE]` follows it. */
export function errorEvent(fault: Fault): string {
  return `data: ${errorJson(fault)}\n\n`;
}

/**
 * Headers that tell a client when to come back, and whether at all: clients retry by themselves, and after the
 * gateway has spent its own retries theirs would only multiply the load.
 */
export function errorHeaders(fault: Fault, hasRetried: boolean): string[] {
  const headers: string[] = [];
  if (fault.retryAfterSeconds !== undefined) {
    headers.push("retry-after", String(Math.max(1, Math.ceil(fault.retryAfterSeconds))));
    headers.push("retry-after-ms", String(Math.ceil(fault.retryAfterSeconds * 1000)));
  }
  const isFinal = fault.status === 429 && fault.retryAfterSeconds === undefined;
  if (hasRetried || isFinal) headers.push("x-should-retry", "false");
  return headers;
}

/** What was thrown, as a fault: a defect keeps its words to itself. */
export function asFault(thrown: unknown): Fault {
  if (thrown instanceof Fault) return thrown;
  return new Fault("internal_error", { message: "The gateway failed on this request; it is in its log." });
}
