/**
 * The internal rate of return, and whether there is one. A stream may have none or several; then the number that a
 * spreadsheet prints is chance, so all are told.
 *
 * The present value is a polynomial in v = 1/(1 + monthly rate). Its roots are isolated in Bernstein form: the sign
 * changes of the coefficients over an interval bound its roots there (Descartes), and de Casteljau halves the interval
 * until each has none or one (Lane and Riesenfeld 1981). Numerically stable, as nothing but averages is taken.
 */

export type Irr =
  /** Per year, effective: 0.1 is 10 %. */
  | { readonly type: "one"; readonly perYear: number }
  /** Present value is 0 at no rate between −90 % a year and without end. */
  | { readonly type: "none" }
  /** In ascending order. */
  | { readonly type: "many"; readonly perYear: readonly number[] };

const lowestPerYear = -0.9;
/** The v of the lowest rate: roots are sought from v = 0, a rate without end, to here. */
const vMax = (1 + lowestPerYear) ** (-1 / 12);
/** Intervals are not cut finer: where present value only touches 0 without crossing it, no rate is told. */
const narrowest = 1e-9;

/** @param flows Monthly, the first in month 0. */
export function irr(flows: ArrayLike<number>): Irr {
  const trimmed = trim(flows);
  if (trimmed.length === 0) return { type: "none" };
  const roots = signChanges(trimmed) === 0 ? [] : isolate(trimmed).map((interval) => bisect(trimmed, interval));
  const rates = roots.map(perYearOf).toSorted((one, other) => one - other);
  const [only] = rates;
  if (only === undefined) return { type: "none" };
  return rates.length === 1 ? { type: "one", perYear: only } : { type: "many", perYear: rates };
}

/**
 * The rate alone, for thousands of streams: NaN where there is none or more than one. Streams that go out first and
 * come back after, or whose running total crosses 0 once, are solved at once; others take the long way.
 */
export function singleRate(flows: ArrayLike<number>): number {
  const trimmed = trim(flows);
  if (trimmed.length > 0 && signChanges(trimmed) === 1) {
    return perYearOf(bisect(trimmed, { from: 0, to: vMax }));
  }
  const found = irr(trimmed);
  return found.type === "one" ? found.perYear : NaN;
}

type Interval = { readonly from: number; readonly to: number };

function perYearOf(v: number): number {
  return v ** -12 - 1;
}

/** Without the zeros at both ends: neither moves a rate. */
function trim(flows: ArrayLike<number>): Float64Array {
  const all = Float64Array.from(flows);
  const first = all.findIndex((flow) => flow !== 0);
  return first < 0 ? all.subarray(0, 0) : all.subarray(first, all.findLastIndex((flow) => flow !== 0) + 1);
}

function signChanges(values: Float64Array): number {
  let changes = 0;
  let last = 0;
  for (const value of values) {
    if (value === 0) continue;
    if (last !== 0 && value > 0 !== last > 0) changes += 1;
    last = value;
  }
  return changes;
}

/** Intervals of v that hold one root each, and together all. */
function isolate(flows: Float64Array): Interval[] {
  const found: Interval[] = [];
  const waiting = [{ coefficients: bernstein(flows), from: 0, to: vMax }];
  for (let part = waiting.pop(); part !== undefined; part = waiting.pop()) {
    const { coefficients, from, to } = part;
    const changes = signChanges(coefficients);
    if (changes === 0) continue;
    const isCrossed = (coefficients[0] ?? 0) > 0 !== (coefficients.at(-1) ?? 0) > 0;
    if (changes === 1 || (to - from < narrowest && isCrossed)) found.push({ from, to });
    else if (to - from >= narrowest) {
      const middle = (from + to) / 2;
      const [left, right] = halve(coefficients);
      // A root exactly in the middle is an end of both halves, and counts for neither.
      if (left.at(-1) === 0) found.push({ from: middle, to: middle });
      waiting.push({ coefficients: left, from, to: middle }, { coefficients: right, from: middle, to });
    }
  }
  return found;
}

/** Power form in v over [0, vMax] to Bernstein form: bᵢ = Σₖ C(i,k)/C(n,k) · aₖ·vMaxᵏ, by differences run backwards. */
function bernstein(flows: Float64Array): Float64Array {
  const degree = flows.length - 1;
  const values = new Float64Array(degree + 1);
  // aₖ·vMaxᵏ / C(n,k), with the quotient run along so that nothing overflows.
  let scale = 1;
  for (let power = 0; power <= degree; power += 1) {
    values[power] = (flows[power] ?? 0) * scale;
    scale *= (vMax * (power + 1)) / Math.max(1, degree - power);
  }
  // bᵢ = Σₖ C(i,k)·valueₖ: Pascal's triangle, added in place.
  for (let round = 1; round <= degree; round += 1) {
    for (let at = degree; at >= round; at -= 1) values[at] = (values[at] ?? 0) + (values[at - 1] ?? 0);
  }
  return values;
}

/** De Casteljau at the middle. */
function halve(coefficients: Float64Array): [left: Float64Array, right: Float64Array] {
  const count = coefficients.length;
  const right = Float64Array.from(coefficients);
  const left = new Float64Array(count);
  for (let round = 0; round < count; round += 1) {
    left[round] = right[0] ?? 0;
    for (let at = 0; at < count - 1 - round; at += 1) right[at] = ((right[at] ?? 0) + (right[at + 1] ?? 0)) / 2;
  }
  return [left, right];
}

/** The root of an interval that holds one, to the last bit that matters. */
function bisect(flows: Float64Array, { from, to }: Interval): number {
  let [low, high] = [from, to];
  const worthAtLow = worthAt(flows, low);
  const isLowPositive = worthAtLow === 0 ? worthAt(flows, high) < 0 : worthAtLow > 0;
  for (let step = 0; step < 60 && high - low > 1e-15; step += 1) {
    const middle = (low + high) / 2;
    if (worthAt(flows, middle) > 0 === isLowPositive) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function worthAt(flows: Float64Array, v: number): number {
  let worth = 0;
  for (let month = flows.length - 1; month >= 0; month -= 1) worth = worth * v + (flows[month] ?? 0);
  return worth;
}
