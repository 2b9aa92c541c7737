/** Tells a database that is away from a query that is wrong: the first is a Fault that callers may wait out. */
import pg from "pg";
import { Fault } from "../stack/fault.ts";

/** Codes of Postgres (appendix A of its manual) and of the system that mean: not now, perhaps later. */
const away = new Set(
  (
    "57P01 57P02 57P03 53300 53100 53200 25006 08000 08001 08003 08004 08006 " +
    "ECONNREFUSED ECONNRESET ENOENT EPIPE ETIMEDOUT ENOTFOUND EAI_AGAIN EHOSTUNREACH EACCES"
  ).split(" "),
);
const awayMessage = /Connection terminated|timeout exceeded when trying to connect|not queryable|timeout expired/i;

export function asFault(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const code = (error as NodeJS.ErrnoException).code ?? "";
  if (!away.has(code) && !awayMessage.test(error.message)) return error;
  return new Fault("store_unavailable", {
    message: `The database is not available: ${error.message.trim() || code}.`,
    remedy: "Nothing is lost; it is tried again.",
    retryAfterSeconds: 1,
  });
}

/** A connection whose failures to reach the database are Faults. */
export class FaultingClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    // A connection that breaks between two queries fails the next one: who holds it hears of it there.
    this.on("error", () => {});
  }

  override connect(): Promise<pg.Client>;
  override connect(callback: (error: Error) => void): void;
  override connect(callback?: (error: Error) => void): Promise<pg.Client> | void {
    if (callback === undefined) return super.connect().catch(rethrowAsFault);
    super.connect((error: Error | null) => callback((error === null ? error : asFault(error)) as Error));
  }

  // pg's overloads for streams and callbacks share one implementation; only a promise's rejection is changed.
  override query = ((...args: unknown[]) => {
    const answer: unknown = (super.query as (...args: unknown[]) => unknown).apply(this, args);
    return answer instanceof Promise ? answer.catch(rethrowAsFault) : answer;
  }) as pg.Client["query"];
}

function rethrowAsFault(error: unknown): never {
  throw asFault(error);
}
