/**
 * The fields of an object from another tool's file. Numbers may be text, as in CSV. A field that is missing or of another kind
 * is undefined.
 */

type Json = { readonly [name: string]: unknown };

export class Fields {
  readonly #json: Json;

  constructor(json: Json) {
    this.#json = json;
  }

  /** Undefined if the value is no object. */
  static of(value: unknown): Fields | undefined {
    return typeof value === "object" && value !== null && !Array.isArray(value) ? new Fields(value as Json) : undefined;
  }

  get names(): readonly string[] {
    return Object.keys(this.#json);
  }

  /** Whether all of these fields exist. */
  has(...paths: readonly string[]): boolean {
    return paths.every((path) => this.#at(path) !== undefined);
  }

  /** The first of these fields that is a number. A path has dots between names. A list with one number counts as that number. */
  number(...paths: readonly string[]): number | undefined {
    for (const path of paths) {
      const value = this.#at(path);
      const found = numberOf(Array.isArray(value) && value.length === 1 ? value[0] : value);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** The first of these fields that is a number or a text that is not empty. Of a list, the first entry counts. */
  text(...paths: readonly string[]): string | undefined {
    for (const path of paths) {
      const value = this.#at(path);
      const first: unknown = Array.isArray(value) ? value[0] : value;
      if (typeof first === "number") return String(first);
      if (typeof first === "string" && first.trim() !== "" && !nothing.test(first.trim())) return first.trim();
    }
    return undefined;
  }

  isTrue(path: string): boolean {
    const value = this.#at(path);
    return value === true || (typeof value === "string" && value.toLowerCase() === "true");
  }

  object(path: string): Fields | undefined {
    return Fields.of(this.#at(path));
  }

  objects(path: string): readonly Fields[] {
    const value = this.#at(path);
    return Array.isArray(value) ? value.flatMap((one) => Fields.of(one) ?? []) : [];
  }

  numbers(path: string): readonly number[] {
    const value = this.#at(path);
    return Array.isArray(value) ? value.map((one) => numberOf(one) ?? 0) : [];
  }

  /** Fields with these names at any depth. If a name occurs several times, the last one counts. */
  anywhere(...names: readonly string[]): Fields {
    const found: Record<string, unknown> = {};
    const look = (value: unknown): void => {
      if (typeof value !== "object" || value === null) return;
      for (const [name, inner] of Object.entries(value)) {
        const isWorth = inner !== null && inner !== undefined && !(Array.isArray(inner) && inner.length === 0);
        if (names.includes(name) && isWorth) found[name] = inner;
        look(inner);
      }
    };
    look(this.#json);
    return new Fields(found);
  }

  #at(path: string): unknown {
    if (path in this.#json) return this.#json[path] ?? undefined;
    let value: unknown = this.#json;
    for (const name of path.split(".")) {
      if (typeof value !== "object" || value === null) return undefined;
      value = (value as Json)[name];
    }
    return value ?? undefined;
  }
}

/** How Python and CSV files write a missing value. */
const nothing = /^(none|null|nan|n\/a)$/i;

/** GenAI-Perf's CSV has commas between thousands. */
function numberOf(value: unknown): number | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (typeof value !== "string" || value.trim() === "") return undefined;
  const number = Number(/^\s*-?\d{1,3}(,\d{3})+(\.\d+)?\s*$/.test(value) ? value.replaceAll(",", "") : value);
  return Number.isFinite(number) ? number : undefined;
}
