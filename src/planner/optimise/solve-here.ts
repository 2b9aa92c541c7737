/** Solves a mixed-integer programme in this thread, which it blocks: for workers, for browsers, for tests. */
import type { LinearProgram } from "./model.ts";
import { type Found, search, type SearchOptions } from "./search.ts";
import { openSession, type Session } from "./session.ts";
import { leastViolations, type Violation } from "./violations.ts";

export type Solution = Found & {
  /** When it is infeasible: what would have to give. */
  readonly violations: readonly Violation[];
};

type Options = Partial<Omit<SearchOptions, "root">> & {
  /** Solves the relaxation elsewhere, if it can. */
  readonly rootOf?: (session: Session) => Promise<SearchOptions["root"]>;
  /** See openSession. */
  readonly secondsLeft?: () => number;
};

export async function solveHere(program: LinearProgram, options: Options = {}): Promise<Solution> {
  const { gap = 0, isStopping = () => false, report = () => undefined, rootOf, secondsLeft } = options;
  const session = await openSession(program, isStopping, secondsLeft);
  try {
    const root = await rootOf?.(session);
    const found = search(program, session, { gap, isStopping, report, root });
    return { ...found, violations: found.status === "infeasible" ? await leastViolations(program) : [] };
  } finally {
    session.dispose();
  }
}
