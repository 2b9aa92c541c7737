/** Why there is no plan, in words: the limits that would have to give, by how much, when. */
import type { LinearProgram, Named } from "../optimise/model.ts";
import { isQuarter } from "./quarter.ts";

type Limit = Named & { readonly needed: string; readonly given: string };
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
  const alike = Map.groupBy(broken.map(limitOf), ({ family, key, needed, given }) =>
    [family, ...untilQuarter(key), needed, given].join("\n"),
  );
  const told = [...alike.values()].flatMap((limits) => {
    const [{ family, key, needed, given }] = limits as [Limit];
    const futures = limits.flatMap((one) => one.key.slice(untilQuarter(one.key).length));
    const where = [...untilQuarter(key), ...(futures.length > 0 ? [futures.join(", ")] : [])];
    return sentences[family]?.(where, needed, given) ?? [];
  });
  const more = told.length > toldMax ? `; and ${told.length - toldMax} more` : "";
  return `No plan keeps all limits. The least that would have to give: ${told.slice(0, toldMax).join("; ")}${more}.`;

  function limitOf({ row, activity }: Broken): Limit {
    const limit = activity > program.rowUpper[row]! ? program.rowUpper[row]! : program.rowLower[row]!;
    return { ...rows[row]!, needed: figure(activity), given: figure(limit) };
  }
}

/** A row's key up to its quarter; what comes after is the future that it is of. */
function untilQuarter(key: readonly string[]): readonly string[] {
  const at = key.findLastIndex(isQuarter);
  return at < 0 ? key : key.slice(0, at + 1);
}

function quarterOf([quarter, future]: readonly string[]): string {
  return future === undefined ? `${quarter}` : `${quarter} (${future})`;
}

function figure(value: number): string {
  return value.toLocaleString("en", { maximumSignificantDigits: 4 });
}
