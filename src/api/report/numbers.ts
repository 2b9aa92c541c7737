/** Numbers of plans as people read them: with as many digits as a plan deserves. Exact amounts are the ledger's. */

const minus = "−";

/** `$1.23 bn`, `$34 M`, `$12,300`, `$2.56`. */
export function dollars(amount: number): string {
  const size = Math.abs(amount);
  const sign = amount < 0 ? minus : "";
  if (size >= 1e11) return `${sign}$${(size / 1e9).toFixed(0)} bn`;
  if (size >= 1e9) return `${sign}$${(size / 1e9).toFixed(2)} bn`;
  if (size >= 1e8) return `${sign}$${(size / 1e6).toFixed(0)} M`;
  if (size >= 1e6) return `${sign}$${(size / 1e6).toFixed(1)} M`;
  return `${sign}$${size.toLocaleString("en", { maximumFractionDigits: size < 100 ? 2 : 0 })}`;
}

/** `$2.147`: prices and costs of an hour. */
export function hourly(usd: number | null): string {
  return usd === null ? "–" : `${usd < 0 ? minus : ""}$${Math.abs(usd).toFixed(3)}`;
}

/** `36.4 %`. */
export function percent(share: number | null, decimals = 1): string {
  if (share === null) return "–";
  const text = Math.abs(share * 100).toFixed(decimals);
  return `${share < 0 && Number(text) !== 0 ? minus : ""}${text} %`;
}

export function whole(count: number): string {
  return count.toLocaleString("en", { maximumFractionDigits: 0 });
}

/** A number of any size and unit: `0.055`, `57,130`. */
export function plain(value: number): string {
  return value.toLocaleString("en", { maximumSignificantDigits: 4 }).replace("-", minus);
}

/** Power of a plan, in GW: `1.25`. */
export function gigawatts(mw: number): string {
  return (mw / 1000).toFixed(2);
}

/** A number with its size as a letter: `1.25K`, `3.4M`. */
export function compact(value: number): string {
  return value.toLocaleString("en", { notation: "compact", maximumSignificantDigits: 3 });
}
