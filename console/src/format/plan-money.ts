/** Amounts of a plan, from dollars to billions, with as many digits as a plan deserves. Pure. */
import { rateText } from "./money.ts";
import { count } from "./number.ts";

/** $1.98B, −US$6.52億: three digits. */
export function largeMoney(amount: number, symbol: string, locale: string): string {
  const digits = { minimumSignificantDigits: 3, maximumSignificantDigits: 3 };
  const text = new Intl.NumberFormat(locale, { notation: "compact", ...digits }).format(Math.abs(amount));
  return `${amount < 0 ? "−" : ""}${symbol}${amount === 0 ? "0" : text}`;
}

/** The price of a thing that one buys: $23,447. */
export function wholeMoney(amount: number, symbol: string, locale: string): string {
  return `${symbol}${count(Math.round(amount), locale)}`;
}

/** Of a million tokens: three decimals, so that chips can be read against each other. */
export function perMtokMoney(amount: number, symbol: string): string {
  return amount >= 0.01 ? `${symbol}${amount.toFixed(3)}` : rateText(amount, symbol);
}
