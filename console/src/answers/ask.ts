/**
 * Asks the control API. Writes carry the session's CSRF token; an answer that is no success becomes a `Refusal`
 * with the code that the API, the command line and the docs share.
 */

export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly param: string | null;

  constructor(status: number, code: string, message: string, param: string | null) {
    super(message);
    this.name = "Refusal";
    this.status = status;
    this.code = code;
    this.param = param;
  }
}

export type Ask = {
  readonly method?: "GET" | "POST" | "PATCH" | "DELETE";
  readonly body?: unknown;
  readonly signal?: AbortSignal;
};

let csrfToken = "";
let signedOut: () => void = () => undefined;

/** The token of the session that now holds. */
export function keepCsrfToken(token: string): void {
  csrfToken = token;
}

/** Told when an answer says that the session is over. */
export function onSignedOut(listener: () => void): void {
  signedOut = listener;
}

/** @throws Refusal when the API says no, or is not there (`unreachable`). */
export async function ask<Answer>(path: string, options: Ask = {}): Promise<Answer> {
  const response = await send(path, options);
  // The API's answers hold to its OpenAPI description, which its own tests check: they are not parsed again here.
  return (response.status === 204 ? undefined : await response.json()) as Answer;
}

/** The same for an answer that is a stream. */
export async function send(path: string, { method = "GET", body, signal }: Ask = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers: {
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(method === "GET" ? {} : { "x-csrf-token": csrfToken }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
      credentials: "same-origin",
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Refusal(0, "unreachable", (error as Error).message, null);
  }
  if (response.ok) return response;
  const refusal = await refusalOf(response);
  if (refusal.code === "signed_out") signedOut();
  throw refusal;
}

async function refusalOf(response: Response): Promise<Refusal> {
  type Failure = { error?: { message?: string; code?: string; param?: string | null } };
  const failure = (await response.json().catch(() => ({}))) as Failure;
  const { message = response.statusText, code = "internal_error", param = null } = failure.error ?? {};
  return new Refusal(response.status, code, message, param);
}
