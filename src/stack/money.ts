/**
 * Money, exactly: whole pico-dollars (10⁻¹² USD) in a bigint.
 *
 * The unit is chosen so that token prices need no rounding: US$1 per million tokens is exactly
 * 1,000,000 pico-dollars a token, and a price may have six decimals. A contract of hundreds of
 * billions of dollars overflows 64 bits, so the database column is numeric(38,0).
 */

export type PicoUsd = bigint & { readonly unit: "pico-dollar" };

export const picoPerUsd = 10n ** 12n;
export const zeroUsd = pico(0n);

/** Brands a count of pico-dollars. */
export function pico(amount: bigint): PicoUsd {
  return amount as PicoUsd;
}

const decimal = /^(-?)(\d+)(?:\.(\d+))?$/;

/**
 * Reads a decimal number of US dollars, such as `"34698"` or `"0.087"`, without passing through a float.
 *
 * @throws RangeError when it is not a plain decimal, or is finer than a pico-dollar.
 */
export function usd(text: string): PicoUsd {
  return pico(scaled(text, 12));
}

/**
 * Reads a price in US dollars per million tokens as pico-dollars per token; at most six decimals.
 *
 * @throws RangeError when it is not a plain decimal, or has more than six decimals.
 */
export function usdPerMillionTokens(text: string): PicoUsd {
  return pico(scaled(text, 6));
}

/** Writes pico-dollars as a plain decimal of US dollars with no trailing zeros: `"1.676"`. */
export function formatUsd(amount: PicoUsd): string {
  const sign = amount < 0n ? "-" : "";
  const magnitude = amount < 0n ? -amount : amount;
  const fraction = (magnitude % picoPerUsd).toString().padStart(12, "0").replace(/0+$/, "");
  return `${sign}${magnitude / picoPerUsd}${fraction === "" ? "" : `.${fraction}`}`;
}

/** `amount × part / whole`, rounded down (towards minus infinity); whole must be positive. */
export function share(amount: PicoUsd, part: bigint, whole: bigint): PicoUsd {
  if (whole <= 0n) throw new RangeError(`A share needs a positive whole, not ${whole}.`);
  return pico(floorDivide(amount * part, whole));
}

/** Whole quotient rounded towards minus infinity; the divisor must be positive. */
export function floorDivide(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return dividend % divisor < 0n ? quotient - 1n : quotient;
}

function scaled(text: string, decimals: number): bigint {
  const match = decimal.exec(text);
  if (match === null) throw new RangeError(`"${text}" is not a plain decimal number such as "0.15".`);
  const [, sign, whole = "0", fraction = ""] = match;
  if (fraction.length > decimals) {
    throw new RangeError(`"${text}" has ${fraction.length} decimals; at most ${decimals} are exact here.`);
  }
  const magnitude = BigInt(whole + fraction.padEnd(decimals, "0"));
  return sign === "-" ? -magnitude : magnitude;
}
