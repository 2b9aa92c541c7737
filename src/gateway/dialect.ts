/**
 * The seam between the gateway and the wire: what a dialect (OpenAI's today) has to know. Admission, routing, relay
 * and metering speak of an `Ask` and of disjoint token counts, never of the fields of one provider.
 */
import type { Fault } from "../stack/fault.ts";
import type { RequestIdentity, TokenCounts } from "../stack/usage.ts";
import type { Field } from "./json.ts";

export type Endpoint = RequestIdentity["endpoint"];

/** What a request asks for, checked. */
export type Ask = {
  readonly endpoint: Endpoint;
  /** The public name, as asked for. */
  readonly model: string;
  readonly streamed: boolean;
  /** The client wants usage in its stream. */
  readonly wantsUsage: boolean;
  /** Answers asked for at once. */
  readonly choices: number;
  /** The limit on output tokens that the request names, and the field that names it. */
  readonly maxOutput: number | undefined;
  readonly maxOutputField: string;
  /** Bytes of what becomes input: no text has more tokens than bytes. */
  readonly inputBytes: number;
  /** It holds more than text, whose tokens its bytes do not bound. */
  readonly hasMedia: boolean;
  readonly body: Buffer;
  readonly fields: readonly Field[];
};

/** What an upstream's body is to say other than the client's. */
export type Target = {
  readonly upstreamModel: string;
  /** Imposed when the request names none. */
  readonly maxOutput: number | undefined;
};

/** What a whole answer says; a defect when it is none. */
export type Answer =
  | { readonly ok: true; readonly tokens: TokenCounts | undefined; readonly outputBytes: () => number }
  | { readonly ok: false; readonly defect: string };

export type Dialect = {
  /** The path below an upstream's base. */
  readonly upstreamPath: Readonly<Record<Endpoint, string>>;
  /** @throws Fault that names the field at fault. */
  parse(endpoint: Endpoint, body: Buffer): Ask;
  upstreamBody(ask: Ask, target: Target): Buffer;
  readAnswer(endpoint: Endpoint, bytes: Buffer): Answer;
  /** Token counts from a stream's last usage report. */
  readUsage(json: string): TokenCounts | undefined;
  /** An upstream's refusal of a request, fit for the client: the bytes themselves when they have the shape. */
  refusal(status: number, bytes: Buffer): Buffer | undefined;
  /** What an error that came in-band says. */
  inBandMessage(json: string): string;
  errorJson(fault: Fault): string;
  errorEvent(fault: Fault): string;
  /** Ends a stream that is complete. */
  readonly streamEnd: string;
};
