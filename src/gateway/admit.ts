/**
 * Admission: turns a request's key into a principal, and what it asks for into the most that it can take, in tokens
 * and in money. Decisions on a snapshot; limits and holds are taken by who calls, from the answer.
 */
import { hash } from "node:crypto";
import { mostItCanCost, type Price } from "../ledger/price.ts";
import { Fault } from "../stack/fault.ts";
import type { PicoUsd } from "../stack/money.ts";
import { invalid } from "./check.ts";
import type { Ask } from "./dialect.ts";
import type { Principal, ServedModel, Snapshot } from "./snapshot.ts";

/** Longer than any key that was made. */
const secretLengthMax = 256;

/**
 * The principal of an `authorization` header.
 *
 * @throws Fault 401 when the key is missing, unknown, revoked or expired.
 */
export function authenticate(snapshot: Snapshot, authorization: string | undefined, nowMs: number): Principal {
  if (authorization === undefined || authorization === "") {
    throw new Fault("invalid_api_key", {
      message: "You did not provide an API key.",
      remedy: 'Send it in the header "Authorization: Bearer YOUR_KEY".',
    });
  }
  const isBearer = authorization.startsWith("Bearer ") || authorization.slice(0, 7).toLowerCase() === "bearer ";
  const secret = isBearer ? authorization.slice(7).trim() : "";
  const principal =
    secret === "" || secret.length > secretLengthMax
      ? undefined
      : snapshot.principals.get(hash("sha256", secret, "hex"));
  if (principal === undefined) {
    throw new Fault("invalid_api_key", {
      message: isBearer ? "Incorrect API key provided." : 'The header "Authorization" must be "Bearer YOUR_KEY".',
      remedy: "Find your keys in the console, or make one with `tokenworks keys create`.",
    });
  }
  if (principal.isRevoked) {
    throw new Fault("key_revoked", { message: "This API key has been revoked.", remedy: "Use another." });
  }
  if (principal.expiresAtMs !== null && principal.expiresAtMs <= nowMs) {
    const expiredAt = new Date(principal.expiresAtMs).toISOString();
    throw new Fault("key_expired", { message: `This API key expired at ${expiredAt}.`, remedy: "Use another." });
  }
  return principal;
}

/** @throws Fault 403 for a role that looks but does not touch. */
export function mayInfer(principal: Principal): void {
  if (principal.role !== "viewer") return;
  throw new Fault("forbidden", {
    message: "This API key has the role viewer, which may not run models.",
    remedy: "Use a key with the role developer.",
  });
}

export type Admission = {
  readonly model: ServedModel;
  readonly price: Price;
  /** Bounds that no answer exceeds. */
  readonly inputMax: number;
  readonly outputMax: number;
  /** Imposed on the upstream when the request names no limit. */
  readonly imposedMaxOutput: number | undefined;
  /** The most that it can cost: its hold. */
  readonly hold: PicoUsd;
};

/** @throws Fault 400, 404 or 503 that says what cannot be had. */
export function admit(snapshot: Snapshot, principal: Principal, ask: Ask, nowMs: number): Admission {
  const model = snapshot.models.get(ask.model);
  if (model === undefined) {
    throw new Fault("model_not_found", {
      message: `The model \`${clip(ask.model)}\` does not exist or you do not have access to it.`,
      param: "model",
    });
  }
  const { spec } = model;
  const capability = ask.endpoint === "chat.completions" ? "chat" : ask.endpoint;
  if (!spec.capabilities.includes(capability)) {
    throw invalid("model", `The model \`${spec.name}\` does not offer ${capability}.`);
  }
  const price = snapshot.priceOf(principal.tenant, spec.name, nowMs);
  if (price === undefined) {
    throw new Fault("model_unpriced", {
      message: `The model \`${spec.name}\` has no price at this time, so it is not sold.`,
      remedy: "Give it a price in a price book.",
      param: "model",
    });
  }
  if (model.replicas.length === 0) {
    throw new Fault("no_replica", {
      message: `Nothing serves the model \`${spec.name}\` at this time.`,
      retryAfterSeconds: 5,
    });
  }
  if (ask.maxOutput !== undefined && ask.maxOutput > spec.contextTokens) {
    throw invalid(
      ask.maxOutputField,
      `"${ask.maxOutputField}" is too large: ${ask.maxOutput}. The model \`${spec.name}\` takes at most ` +
        `${spec.contextTokens} tokens, input included.`,
    );
  }
  const inputMax = ask.hasMedia ? spec.contextTokens : Math.min(ask.inputBytes, spec.contextTokens * ask.choices);
  const perChoice = ask.maxOutput ?? spec.maxOutputTokens ?? spec.contextTokens;
  const outputMax = perChoice * ask.choices;
  return {
    model,
    price,
    inputMax,
    outputMax,
    imposedMaxOutput: ask.maxOutput === undefined ? spec.maxOutputTokens : undefined,
    hold: mostItCanCost(price, { input: inputMax, maxOutput: outputMax }),
  };
}

function clip(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
