/** Names that somebody may have meant: finds an entry however its name is written, and the nearest ones on a miss. */
import { Fault } from "../stack/fault.ts";

type Named = { readonly name: string; readonly aliases: readonly string[] };

/**
 * A look-up over entries by name or alias, whatever the case and whatever stands between letters and digits.
 *
 * @param kind for the message: `chip`, `model`.
 * @param withoutWords takes off what does not tell entries apart, such as a quantisation; tried after the whole name.
 * @throws RangeError when two entries have one name.
 */
export function lookup<Entry extends Named>(
  kind: "chip" | "model" | "stack" | "scenario",
  entries: readonly Entry[],
  withoutWords: (name: string) => string,
): Lookup<Entry> {
  const byKey = new Map<string, Entry>();
  for (const entry of entries) {
    for (const name of [entry.name, ...entry.aliases]) {
      for (const written of [keyOf(name), keyOf(withoutWords(name))]) {
        const other = byKey.get(written);
        if (other !== undefined && other !== entry && written === keyOf(name)) {
          throw new RangeError(`Both ${other.name} and ${entry.name} are called ${name}.`);
        }
        if (other === undefined) byKey.set(written, entry);
      }
    }
  }
  const find = (name: string) => byKey.get(keyOf(name)) ?? byKey.get(keyOf(withoutWords(name)));
  const like = (name: string) => nearest(withoutWords(name), entries);
  const named = (name: string) => {
    const found = find(name);
    if (found !== undefined) return found;
    if (keyOf(name) === "") {
      throw new Fault("invalid_value", {
        message: `The name of a ${kind} is wanted, and "${name}" is none.`,
        remedy: `For example ${entries[0]?.name}.`,
        param: kind,
      });
    }
    throw new Fault("invalid_value", {
      message: `There is no ${kind} "${name}" in the catalog.`,
      remedy: `Nearest: ${like(name).join(", ")}.`,
      param: kind,
    });
  };
  return Object.assign(named, { find, like });
}

/** The entry that a name stands for; a Fault `invalid_value` with the nearest names where there is none. */
export type Lookup<Entry> = ((name: string) => Entry) & {
  readonly find: (name: string) => Entry | undefined;
  /** The names that are written most like one. */
  readonly like: (name: string) => readonly string[];
};

/** The names of the three entries that are written most like it. */
export function nearest(name: string, entries: readonly Named[]): string[] {
  const asked = keyOf(name);
  return entries
    .map((entry) => {
      const names = [entry.name, ...entry.aliases].map(keyOf);
      return { name: entry.name, distance: Math.min(...names.map((one) => editDistance(asked, one))) };
    })
    .toSorted((one, other) => one.distance - other.distance)
    .slice(0, 3)
    .map((one) => one.name);
}

/** Letters and digits alone, without the owner before a slash: `meta-llama/Llama-3.1-8B` is `llama318b`. */
function keyOf(name: string): string {
  return (name.split("/").at(-1) ?? name).toLowerCase().replace(/[^a-z0-9]+/g, "");
}

/** Letters to insert, delete or replace (Levenshtein); a beginning in common counts half. */
function editDistance(one: string, other: string): number {
  let before = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let row = 1; row <= one.length; row++) {
    const now = [row];
    for (let column = 1; column <= other.length; column++) {
      const changed = (before[column - 1] ?? 0) + (one[row - 1] === other[column - 1] ? 0 : 1);
      now.push(Math.min(changed, (before[column] ?? 0) + 1, (now[column - 1] ?? 0) + 1));
    }
    before = now;
  }
  const least = Math.min(one.length, other.length);
  let common = 0;
  while (common < least && one[common] === other[common]) common += 1;
  return (before[other.length] ?? 0) - common / 2;
}
