/** Reading the fields of a model's configuration; what is missing or impossible is refused by its name. */
import { Fault } from "../stack/fault.ts";

export type Fields = Readonly<Record<string, unknown>>;

/** Wider than any model is, by far. */
export const fieldMax = 100_000_000;

/**
 * A field that counts something: 1 or more.
 *
 * @throws Fault `invalid_value` with the field in `param`
 */
export function whole(fields: Fields, field: string): number {
  const value = wholeOrZero(fields, field);
  if (value === 0) refuse(field, "is 0; a positive whole number is wanted");
  return value;
}

/** The same, or 0. */
export function wholeOrZero(fields: Fields, field: string): number {
  const value = fields[field];
  if (value === undefined) refuse(field, "is missing; a whole number is wanted");
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0 || value > fieldMax) {
    refuse(field, `is ${shown(value)}; a whole number up to ${fieldMax.toLocaleString("en")} is wanted`);
  }
  return value;
}

/** A value as a file has it; of a long one its beginning. */
export function shown(value: unknown): string {
  const text = typeof value === "number" ? String(value) : (JSON.stringify(value) ?? String(value));
  return text.length > shownMost ? `${text.slice(0, shownMost)}…` : text;
}

const shownMost = 80;

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What is null counts as left out. */
export function withoutNull(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

/** @throws Fault `invalid_value` that says what the field is, and what would fit */
export function refuse(field: string, what: string): never {
  throw new Fault("invalid_value", { message: `The model's configuration: ${field} ${what}.`, param: field });
}
