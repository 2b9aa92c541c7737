/** Why there is no plan, in words: the limits that would have to give, by how much, when. */
import type { LinearProgram, Named } from "../optimise/model.ts";

export type Broken = { readonly row: number; readonly activity: number };

const toldMax = 6;

/** What each limit's row would need, against what there is. */
const sentences: Readonly<Record<string, (key: readonly string[], needed: string, given: string) => string>> = {
  power: ([site, ...when], needed, given) =>
    `${site} needs ${needed} MW at the meter in ${quarterOf(when)}, ${given} are energised`,
  allocation: ([accelerator, ...when], needed, given) =>
    `${needed} MW of ${accelerator} would have to be ordered in ${quarterOf(when)}, ${given} can be had`,
  starts: ([supply, ...when], needed, given) =>
    `${needed} MW of ${supply} would have to be begun in ${quarterOf(when)}, ${given} can be`,
  rental: ([supply, accelerator, ...when], needed, given) =>
    `${needed} MW of ${accelerator} would have to be rented from ${supply} in ${quarterOf(when)}, ${given} are offered`,
  upstream: ([supply, model, ...when], needed, given) =>
    `${needed} × 10¹² tokens of ${model} would have to be bought from ${supply} in ${quarterOf(when)}, ${given} can be`,
  capital: (when, needed, given) =>
    `${needed} million dollars would have to be invested in ${quarterOf(when)}, ${given} may be`,
  facility: (when, needed, given) =>
    `cash would stand at ${needed} million dollars in ${quarterOf(when)}, no less than ${given} may be`,
  mustServe: ([demand, ...when], needed, given) =>
    `${needed} of ${demand} (10¹² tokens or 10⁶ accelerator-hours) stay unserved in ${quarterOf(when)}, ${given} may`,
};

export function explain(program: LinearProgram, rows: readonly Named[], broken: readonly Broken[]): string {
  if (broken.length === 0) return "No plan in whole blocks keeps all limits.";
  const told = broken.flatMap(({ row, activity }) => {
    const { family, key } = rows[row]!;
    const limit = activity > program.rowUpper[row]! ? program.rowUpper[row]! : program.rowLower[row]!;
    return sentences[family]?.(key, figure(activity), figure(limit)) ?? [];
  });
  const more = told.length > toldMax ? `; and ${told.length - toldMax} more` : "";
  return `No plan keeps all limits. The least that would have to give: ${told.slice(0, toldMax).join("; ")}${more}.`;
}

function quarterOf([quarter, future]: readonly string[]): string {
  return future === undefined ? `${quarter}` : `${quarter} (${future})`;
}

function figure(value: number): string {
  return value.toLocaleString("en", { maximumSignificantDigits: 4 });
}
