/**
 * The pipeline's files: the examples of the docs, and what the reader made of them or added, kept in this browser. The
 * factory keeps nothing of a deal until it is signed.
 */

const storageKey = "tokenworks-deals";

export type DealFile = {
  /** The name by which its page is found; the file's own when it came. */
  readonly key: string;
  readonly yaml: string;
  /** As it came with the docs; absent of one that was added here. */
  readonly example?: string;
};

/** By their keys. */
export type Examples = Readonly<Record<string, string>>;

export type Kept = {
  /** Edited or added. */
  readonly texts: Readonly<Record<string, string>>;
  readonly removed: readonly string[];
};

export const nothingKept: Kept = { texts: {}, removed: [] };

export function filesOf(kept: Kept, examples: Examples): DealFile[] {
  const known = Object.entries(examples).flatMap(([key, example]) =>
    kept.removed.includes(key) ? [] : [{ key, yaml: kept.texts[key] ?? example, example }],
  );
  const added = Object.entries(kept.texts).flatMap(([key, yaml]) => (key in examples ? [] : [{ key, yaml }]));
  return [...known, ...added];
}

export function withText(kept: Kept, key: string, yaml: string, examples: Examples): Kept {
  const { [key]: _, ...others } = kept.texts;
  return { ...kept, texts: examples[key] === yaml ? others : { ...others, [key]: yaml } };
}

export function without(kept: Kept, key: string, examples: Examples): Kept {
  const { [key]: _, ...texts } = kept.texts;
  return { texts, removed: key in examples && !kept.removed.includes(key) ? [...kept.removed, key] : kept.removed };
}

/** A copy under a name that is free, in the file too: `iren-microsoft-2`. */
export function copyOf(file: DealFile, files: readonly DealFile[]): DealFile {
  const taken = new Set(files.map(({ key }) => key));
  let number = 2;
  while (taken.has(`${file.key}-${number}`)) number += 1;
  const key = `${file.key}-${number}`;
  return { key, yaml: file.yaml.replace(/^name:.*$/m, `name: ${key}`) };
}

export function readKept(storage: Pick<Storage, "getItem">): Kept {
  try {
    const { texts, removed } = JSON.parse(storage.getItem(storageKey) ?? "{}") as Partial<Kept>;
    const isText = typeof texts === "object" && Object.values(texts).every((one) => typeof one === "string");
    return { texts: isText ? texts : {}, removed: Array.isArray(removed) ? removed.map(String) : [] };
  } catch {
    // Storage is switched off, or holds what is not ours: the examples are there.
    return nothingKept;
  }
}

export function keep(storage: Pick<Storage, "setItem">, kept: Kept): void {
  try {
    storage.setItem(storageKey, JSON.stringify(kept));
  } catch {
    // Storage is switched off or full: the edit holds for this page.
  }
}
