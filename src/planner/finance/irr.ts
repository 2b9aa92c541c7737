/**
 * The internal rate of return, and whether there is one. A stream may have none or several; then the number that a
 * spreadsheet prints is chance, so all are told.
 *
 * The present value is a polynomial in v = 1/(1 + monthly rate). Its roots are isolated in Bernstein form: the sign
 * changes of the coefficients over an interval bound its roots there (Descartes), and de Casteljau cuts the interval
 * until each has none or one (Lane and Riesenfeld 1981). Numerically stable, as nothing but averages is taken.
 */

export type Irr =
  /**
   * Per year, effective: 0.1 is 10 %. The only rate of 0 or more; or, where none is, the only one below. A second one
   * below 0, such as a late cost brings about, does not count against it (Norstrøm 1972).
   */
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
  if (signChanges(trimmed) === 0) return { type: "none" };
  const [upTo1, beyond1] = cut(bernstein(trimmed), 1 / vMax);
  const notNegative = isolate({ coefficients: upTo1, from: 0, to: 1 });
  // A rate of exactly 0 is the end of both parts.
  if (upTo1.at(-1) === 0) notNegative.push({ from: 1, to: 1 });
  const found = notNegative.length > 0 ? notNegative : isolate({ coefficients: beyond1, from: 1, to: vMax });
  const rates = found.map((interval) => perYearOf(solve(trimmed, interval))).toSorted((one, other) => one - other);
  const [only] = rates;
  if (only === undefined) return { type: "none" };
  return rates.length === 1 ? { type: "one", perYear: only } : { type: "many", perYear: rates };
}

const gridPoints = 96;

/**
 * The rate alone, for thousands of streams: NaN where there is none or more than one. Streams that change sign once, or
 * whose running total does and ends above 0, have one rate (Descartes, Norstrøm); of others, roots are told apart by a
 * grid of rates, so that two which lie closer than its points are missed.
 */
export function singleRate(flows: ArrayLike<number>): number {
  const trimmed = trim(flows);
  const changes = signChanges(trimmed);
  if (changes === 0) return NaN;
  if (changes === 1) return perYearOf(solve(trimmed, { from: 0, to: vMax }));
  if (crossesOnce(trimmed)) return perYearOf(solve(trimmed, { from: 0, to: 1 }));
  const notNegative = crossings(trimmed, 0, 1);
  const found = notNegative.length > 0 ? notNegative : crossings(trimmed, 1, vMax);
  const [only] = found;
  return only === undefined || found.length > 1 ? NaN : perYearOf(solve(trimmed, only));
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

/** The running total changes sign once, and ends on the other side of where it began. */
function crossesOnce(flows: Float64Array): boolean {
  let total = 0;
  let changes = 0;
  let last = flows[0] ?? 0;
  for (const flow of flows) {
    total += flow;
    if (total === 0) continue;
    if (total > 0 !== last > 0) changes += 1;
    last = total;
  }
  return changes === 1 && total !== 0;
}

/** Between which points of a grid present value changes sign. */
function crossings(flows: Float64Array, from: number, to: number): Interval[] {
  const found: Interval[] = [];
  let before = from;
  let worth = worthAt(flows, from);
  for (let point = 1; point <= gridPoints; point += 1) {
    const at = from + ((to - from) * point) / gridPoints;
    const next = worthAt(flows, at);
    if (worth > 0 !== next > 0) found.push({ from: before, to: at });
    [before, worth] = [at, next];
  }
  return found;
}

type Part = Interval & { readonly coefficients: Float64Array };

/** Intervals of v within a part that hold one root each, and together all. */
function isolate(whole: Part): Interval[] {
  const found: Interval[] = [];
  const waiting = [whole];
  for (let part = waiting.pop(); part !== undefined; part = waiting.pop()) {
    const { coefficients, from, to } = part;
    const changes = signChanges(coefficients);
    if (changes === 0) continue;
    const isCrossed = (coefficients[0] ?? 0) > 0 !== (coefficients.at(-1) ?? 0) > 0;
    if (changes === 1 || (to - from < narrowest && isCrossed)) found.push({ from, to });
    else if (to - from >= narrowest) {
      const middle = (from + to) / 2;
      const [left, right] = cut(coefficients, 0.5);
      // A root exactly in the middle is an end of both halves, and counts for neither.
      if (left.at(-1) === 0) found.push({ from: middle, to: middle });
      waiting.push({ coefficients: left, from, to: middle }, { coefficients: right, from: middle, to });
    }
  }
  return found;
}

/** Power form in v over [0, vMax] to Bernstein form: bᵢ = Σₖ C(i,k)/C(n,k) · aₖ·vMaxᵏ. */
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

/** De Casteljau: the same polynomial over both sides of a point of its interval. */
function cut(coefficients: Float64Array, at: number): [left: Float64Array, right: Float64Array] {
  const count = coefficients.length;
  const right = Float64Array.from(coefficients);
  const left = new Float64Array(count);
  for (let round = 0; round < count; round += 1) {
    left[round] = right[0] ?? 0;
    for (let index = 0; index < count - 1 - round; index += 1) {
      right[index] = (1 - at) * (right[index] ?? 0) + at * (right[index + 1] ?? 0);
    }
  }
  return [left, right];
}

/** The root of an interval that holds one: Newton's steps, and halving where one would leave the interval. */
function solve(flows: Float64Array, { from, to }: Interval): number {
  let [low, high] = [from, to];
  const worthAtLow = worthAt(flows, low);
  const isLowPositive = worthAtLow === 0 ? worthAt(flows, high) < 0 : worthAtLow > 0;
  let v = low < usualV && usualV < high ? usualV : (low + high) / 2;
  for (let step = 0; step < stepsMax && high - low > precision; step += 1) {
    let worth = 0;
    let slope = 0;
    for (let month = flows.length - 1; month >= 0; month -= 1) {
      slope = slope * v + worth;
      worth = worth * v + flows[month]!;
    }
    if (worth > 0 === isLowPositive) low = v;
    else high = v;
    const next = v - worth / slope;
    const isInside = next > low && next < high;
    const moved = isInside ? next : (low + high) / 2;
    if (isInside && Math.abs(moved - v) < precision) return moved;
    v = moved;
  }
  return (low + high) / 2;
}

/** Of a v, which is one over a monthly rate and one. */
const precision = 1e-13;
const stepsMax = 200;
/** Where most rates lie: 12 % a year. */
const usualV = 1 / 1.01;

function worthAt(flows: Float64Array, v: number): number {
  let worth = 0;
  for (let month = flows.length - 1; month >= 0; month -= 1) worth = worth * v + flows[month]!;
  return worth;
}
