/**
 * The console's playground: an application of the factory's own that buys tokens like anybody else.
 *
 * It asks the gateway with a short-lived key of tenant "console", made when it is first needed, and passes the
 * stream on byte by byte; a browser that leaves cancels the work.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { Agent, request as ask } from "undici";
import { Fault } from "../stack/fault.ts";
import { createKey, revokeKey } from "../store/keys.ts";
import type { Store } from "../store/open.ts";
import { playgroundKey } from "./playground-key.ts";

const keyLifeMs = 60 * 60 * 1000;
const renewBeforeMs = 10 * 60 * 1000;
/** A new key is known to every worker within a second; until then the gateway refuses it. */
const keyKnownMs = 3_000;
const passedOn = /^(content-type|retry-after|x-request-id|x-ratelimit-.*|x-tokenworks-.*)$/;

export class Playground {
  readonly #store: Store;
  readonly #apiUrl: string;
  readonly #agent = new Agent({ headersTimeout: 0, bodyTimeout: 0 });
  #key: Promise<{ id: string; secret: string; expiresMs: number }> | undefined;

  constructor(store: Store, apiUrl: string) {
    this.#store = store;
    this.#apiUrl = apiUrl;
  }

  /** Passes a chat request to the gateway and its answer back. */
  async chat(body: unknown, request: IncomingMessage, response: ServerResponse, nowMs: number): Promise<void> {
    const left = new AbortController();
    response.once("close", () => left.abort());
    const { secret, isNew } = await this.#currentKey(nowMs);
    const answer = await this.#ask(body, secret, isNew ? keyKnownMs : 0, left.signal);
    response.statusCode = answer.statusCode;
    for (const [name, value] of Object.entries(answer.headers)) {
      if (value !== undefined && passedOn.test(name)) response.setHeader(name, value);
    }
    response.setHeader("x-accel-buffering", "no");
    response.flushHeaders();
    request.resume();
    try {
      for await (const chunk of answer.body) {
        if (!response.write(chunk)) await drained(response, left.signal);
      }
      response.end();
    } catch (error) {
      if (!left.signal.aborted) console.error(`The playground's answer was cut: ${(error as Error).message}`);
      response.destroy();
    }
  }

  async close(): Promise<void> {
    const key = await this.#key?.catch(() => undefined);
    if (key !== undefined) await revokeKey(this.#store.db, key.id, "console").catch(onlyIfAway);
    await this.#agent.destroy();
  }

  async #ask(body: unknown, secret: string, patienceMs: number, signal: AbortSignal) {
    const options = {
      method: "POST" as const,
      headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
      body: JSON.stringify(body),
      dispatcher: this.#agent,
      signal,
    };
    const endMs = performance.now() + patienceMs;
    for (;;) {
      const answer = await ask(`${this.#apiUrl}/chat/completions`, options).catch((error: NodeJS.ErrnoException) => {
        throw new Fault("upstream_error", {
          message: `The token service at ${this.#apiUrl} does not answer (${error.code ?? error.message}).`,
          remedy: "See `tokenworks status`.",
        });
      });
      if (answer.statusCode !== 401) return answer;
      if (performance.now() > endMs) {
        // Revoked by somebody, perhaps: the next request makes another.
        this.#key = undefined;
        return answer;
      }
      await answer.body.dump();
      await sleep(100, undefined, { signal });
    }
  }

  async #currentKey(nowMs: number): Promise<{ secret: string; isNew: boolean }> {
    const known = await this.#key?.catch(() => undefined);
    if (known !== undefined && known.expiresMs - renewBeforeMs > nowMs) return { secret: known.secret, isNew: false };
    this.#key = this.#newKey(nowMs);
    return { secret: (await this.#key).secret, isNew: true };
  }

  async #newKey(nowMs: number) {
    const expiresMs = nowMs + keyLifeMs;
    const key = { ...playgroundKey, role: "developer" as const, expiresAt: new Date(expiresMs) };
    try {
      return { ...(await createKey(this.#store.db, key, "console")), expiresMs };
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== "not_found") throw error;
      throw new Fault("not_found", {
        message: `The playground is tenant "${playgroundKey.tenant}", project "${playgroundKey.project}", which this factory does not have.`,
        remedy: 'Add it to factory.yaml with `application: { unit: chat, priceUsd: "0" }`.',
      });
    }
  }
}

function drained(response: ServerResponse, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    response.once("drain", resolve);
    signal.addEventListener("abort", () => reject(new Error("The client left.")), { once: true });
  });
}

function onlyIfAway(error: unknown): void {
  if (!(error instanceof Fault && error.code === "store_unavailable")) throw error;
}
