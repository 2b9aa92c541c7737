/** The scenario that the reader was at, kept in this browser. */

const storageKey = "tokenworks-plan";

export function keptScenario(storage: Pick<Storage, "getItem">): string | undefined {
  try {
    return storage.getItem(storageKey) ?? undefined;
  } catch {
    // Storage is switched off: the example is there.
    return undefined;
  }
}

/** @param yaml Undefined when it is the example as it comes. */
export function keepScenario(storage: Pick<Storage, "setItem" | "removeItem">, yaml: string | undefined): void {
  try {
    if (yaml === undefined) storage.removeItem(storageKey);
    else storage.setItem(storageKey, yaml);
  } catch {
    // Storage is switched off or full: the edit holds for this page.
  }
}
