/**
 * How a command ends: one table of exit codes that all commands share, and one clear line on stderr for whatever
 * went wrong.
 */
import { CommanderError } from "commander";
import { Fault, type FaultCode, faultStatus } from "../stack/fault.ts";
import { red } from "./terminal.ts";

export const exitCodes = {
  ok: 0,
  failure: 1,
  usage: 2,
  unavailable: 3,
  conflict: 4,
  changes: 5,
  interrupted: 130,
} as const;

/** What each code means, for `--help` and the docs. */
export const exitMeanings: readonly (readonly [code: number, meaning: string])[] = [
  [exitCodes.ok, "Done; for `diff`: nothing would change; for `ledger check`: every invariant holds."],
  [exitCodes.failure, "It failed; for `ledger check`: an invariant does not hold."],
  [exitCodes.usage, "Wrong use or bad input: an option, a name, a file. Nothing was changed."],
  [exitCodes.unavailable, "Not running or not reachable: the factory, its database, an upstream, the network."],
  [exitCodes.conflict, "In the way: a locked data folder, a taken port, a change that what exists forbids."],
  [exitCodes.changes, "Only `diff`, and `deal sign` without --yes: something would change."],
  [exitCodes.interrupted, "Stopped by Ctrl-C."],
];

export function exitCodeOf(error: unknown): number {
  if (isInterruption(error)) return exitCodes.interrupted;
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  return error instanceof Fault ? exitCodeOfFault(error.code) : exitCodes.failure;
}

/** Somebody pressed Ctrl-C, and the command put things in order. */
function isInterruption(error: unknown): error is Error {
  return error instanceof Error && error.name === "AbortError";
}

function exitCodeOfFault(code: FaultCode): number {
  if (code === "conflict") return exitCodes.conflict;
  if (code === "internal_error") return exitCodes.failure;
  return faultStatus[code] >= 500 ? exitCodes.unavailable : exitCodes.usage;
}

/** Says what went wrong, unless it was said already, and gives the code to exit with. */
export function reportFailure(error: unknown): number {
  // commander has written its own line by now.
  if (!(error instanceof CommanderError)) {
    const isExpected = error instanceof Fault || isInterruption(error);
    const message = isExpected
      ? error.message
      : error instanceof Error
        ? (error.stack ?? error.message)
        : String(error);
    process.stderr.write(`${red("error:", process.stderr)} ${message}\n`);
    if (!isExpected) process.stderr.write("This is a defect. Please report it with the lines above.\n");
  }
  return exitCodeOf(error);
}
