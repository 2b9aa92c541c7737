/**
 * Dollars for reading: from billions to the millionth of a cent in one form.
 *
 * A token costs so little that an amount below a cent is mostly zeros; it keeps three digits that mean something,
 * and its leading zeros come apart so that a page can fade them. Rounding is half away from zero, on the exact
 * decimal: no float touches an amount.
 */
import { pico, picoPerUsd, type PicoUsd, usd } from "../../../src/stack/money.ts";
import type { UsdText } from "../../../src/stack/report.ts";

export type MoneyParts = {
  readonly negative: boolean;
  /** Zeros that lead to the first digit that tells something: `0.0000`; empty from a cent up. */
  readonly lead: string;
  readonly digits: string;
};

/** @param significant How many digits to keep below a dollar; two decimals from a dollar up. */
export function moneyParts(amount: UsdText | PicoUsd, significant = 3): MoneyParts {
  const exact = typeof amount === "string" ? usd(amount) : amount;
  const magnitude = exact < 0n ? -exact : exact;
  const rounded = round(magnitude, decimalsFor(magnitude, significant));
  // Rounding may carry into a digit more: 0.09999 is 0.100.
  const text = fixed(rounded, decimalsFor(rounded, significant));
  const negative = exact < 0n && /[1-9]/.test(text);
  if (magnitude === 0n) return { negative, lead: "", digits: "0" };
  const lead = /^0\.00+/.exec(text)?.[0] ?? "";
  return { negative, lead, digits: text.slice(lead.length) };
}

/** The same in one piece: `−$0.0000421`. */
export function moneyText(amount: UsdText | PicoUsd, symbol = "$", significant = 3): string {
  const { negative, lead, digits } = moneyParts(amount, significant);
  return `${negative ? "−" : ""}${symbol}${lead}${digits}`;
}

/** A float that is a ratio of amounts, such as dollars per million tokens: four digits, at least two decimals. */
export function rateText(value: number, symbol = "$"): string {
  if (value === 0) return `${symbol}0`;
  const magnitude = Math.abs(value);
  const decimals = Math.min(12, Math.max(2, 3 - Math.floor(Math.log10(magnitude))));
  const text = magnitude >= 1000 ? magnitude.toFixed(0) : magnitude.toFixed(decimals).replace(/(\.\d\d+?)0+$/, "$1");
  return `${value < 0 ? "−" : ""}${symbol}${group(text)}`;
}

/** Dollars as a float, for the length of a bar. */
export function dollars(amount: UsdText | PicoUsd): number {
  return Number(typeof amount === "string" ? usd(amount) : amount) / Number(picoPerUsd);
}

export function sum(...amounts: readonly UsdText[]): PicoUsd {
  return pico(amounts.reduce((total, amount) => total + usd(amount), 0n));
}

function decimalsFor(magnitude: bigint, significant: number): number {
  if (magnitude >= picoPerUsd || magnitude === 0n) return 2;
  const zeros = 12 - magnitude.toString().length;
  return Math.min(12, Math.max(2, zeros + significant));
}

function round(magnitude: bigint, decimals: number): bigint {
  const unit = 10n ** BigInt(12 - decimals);
  return ((magnitude + unit / 2n) / unit) * unit;
}

function fixed(rounded: bigint, decimals: number): string {
  const fraction = (rounded % picoPerUsd).toString().padStart(12, "0").slice(0, decimals);
  return `${group((rounded / picoPerUsd).toString())}.${fraction}`;
}

/** Thousands in groups of three. */
function group(text: string): string {
  const [whole = "", fraction] = text.split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}
