/**
 * An object of a file that somebody else's tool wrote, looked into by names. Numbers may be text, as tables have them; what
 * is not there, or is not of the kind that is asked for, is undefined.
 */

type Json = { readonly [name: string]: unknown };

export class Fields {
  readonly #json: Json;

  constructor(json: Json) {
    this.#json = json;
  }

  /** Undefined of what is no object. */
  static of(value: unknown): Fields | undefined {
    return typeof value === "object" && value !== null && !Array.isArray(value) ? new Fields(value as Json) : undefined;
  }

  get names(): readonly string[] {
    return Object.keys(this.#json);
  }

  /** Whether all of them are there, whatever they are. */
  has(...paths: readonly string[]): boolean {
    return paths.every((path) => this.#at(path) !== undefined);
  }

  /** The first that is a number: a path is of names with dots between. A list of one number is that number. */
  number(...paths: readonly string[]): number | undefined {
    for (const path of paths) {
      const value = this.#at(path);
      const found = numberOf(Array.isArray(value) && value.length === 1 ? value[0] : value);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** The first that is a text with anything in it, or a number as one. A list's is its first. */
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

  /** Whatever has one of the names, wherever it stands, the deepest last: settings move from version to version of a tool. */
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

/** As Python and tables write that there is none. */
const nothing = /^(none|null|nan|n\/a)$/i;

/** With marks between thousands, too, as GenAI-Perf's tables have them. */
function numberOf(value: unknown): number | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (typeof value !== "string" || value.trim() === "") return undefined;
  const number = Number(/^\s*-?\d{1,3}(,\d{3})+(\.\d+)?\s*$/.test(value) ? value.replaceAll(",", "") : value);
  return Number.isFinite(number) ? number : undefined;
}
