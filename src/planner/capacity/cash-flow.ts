/**
 * What one unit of a decision pays and is worth, quarter by quarter: a block of halls, a MW of accelerators, a MW rented, a
 * chip programme. All in millions of dollars.
 *
 * What outlives the plan: of the book value a share could be had at the end, and of rent still owed a share is lost, for
 * otherwise long leases would look free.
 */
import type { Case, ResolvedAccelerator, ResolvedHalls, ResolvedRental } from "./case.ts";

export type CashFlow = {
  /** Paid in each quarter for use: rent, upkeep. */
  readonly paid: readonly number[];
  readonly invested: readonly number[];
  readonly depreciation: readonly number[];
  /** At the beginning of each quarter, with what is invested in it. */
  readonly book: readonly number[];
  /**
   * What the right to use what is leased is worth at the beginning of each quarter, from the lease's first on: the present
   * value of the rent that is owed in any case, written off as it is paid (IFRS 16, ASC 842). For ROIC only.
   */
  readonly leased: readonly number[];
  /** What of the rent in `paid` is interest on it. */
  readonly leaseInterest: readonly number[];
  /** At the plan's end, discounted to its beginning: book value that could be had, less rent that is lost. */
  readonly worthAfter: number;
};

/** The share of a block that can be used in a quarter, ordered in another: what comes late is a delivery risk. */
export function usableShare(
  {
    leadQuarters,
    termQuarters,
    late,
  }: Pick<ResolvedHalls, "leadQuarters" | "late"> & { termQuarters?: number | undefined },
  ordered: number,
  slip: number,
  quarter: number,
): number {
  const first = ordered + leadQuarters + slip;
  if (quarter < first || quarter >= first + (termQuarters ?? Infinity)) return 0;
  return quarter < first + late.quarters ? 1 - late.share : 1;
}

/** One block of halls. */
export function hallsFlow(
  planned: Case,
  halls: ResolvedHalls,
  factor: number,
  ordered: number,
  slip: number,
): CashFlow {
  const first = ordered + halls.leadQuarters + slip;
  const capex = (halls.capexUsdMPerMwAt[ordered] ?? 0) * halls.moduleMw * factor;
  const rent = (halls.rentUsdMPerMwQuarterAt[ordered] ?? 0) * halls.moduleMw;
  const building = Math.max(1, halls.leadQuarters);
  const rentIn = (quarter: number) => rent * usableShare(halls, ordered, slip, quarter);
  return flowOf(planned, {
    paid: (quarter) => rentIn(quarter),
    invested: (quarter) => (quarter >= ordered && quarter < ordered + building ? capex / building : 0),
    depreciated: (quarter) =>
      quarter >= first && quarter < first + halls.writtenOffQuarters ? capex / halls.writtenOffQuarters : 0,
    residualShare: halls.residualShare,
    rent: { of: rentIn, from: first, to: first + (halls.termQuarters ?? 0), tailLossShare: halls.tailLossShare },
  });
}

/** A MW of halls reserved: paid, and gone. */
export function reservationFlow(planned: Case, halls: ResolvedHalls, reserved: number): CashFlow {
  return flowOf(planned, {
    paid: (quarter) => (quarter === reserved ? (halls.reservedUsdMPerMwAt[reserved] ?? 0) : 0),
    invested: () => 0,
    depreciated: () => 0,
    residualShare: 0,
  });
}

/** When accelerators that are ordered can be used: not before their generation is delivered, whenever they were ordered. */
export function arrival(accelerator: ResolvedAccelerator, ordered: number, slip: number): number {
  const ready =
    accelerator.own === undefined && accelerator.available !== undefined ? accelerator.from + slip : ordered;
  const late = accelerator.own === undefined && accelerator.available === undefined ? slip : 0;
  return Math.max(ordered, ready) + accelerator.leadQuarters + late;
}

/** A MW of accelerators, paid when ordered. */
export function acceleratorFlow(
  planned: Case,
  accelerator: ResolvedAccelerator,
  ordered: number,
  slip: number,
): CashFlow {
  const price = accelerator.usdMPerMwAt[ordered] ?? 0;
  const first = arrival(accelerator, ordered, slip);
  const works = (quarter: number) => quarter >= first && quarter < first + accelerator.lifeQuarters;
  return flowOf(planned, {
    paid: (quarter) => (works(quarter) ? (price * accelerator.upkeepSharePerYear) / 4 : 0),
    invested: (quarter) => (quarter === ordered ? price : 0),
    depreciated: (quarter) => (works(quarter) ? price / accelerator.lifeQuarters : 0),
    residualShare: accelerator.residualShare,
  });
}

/** A MW rented: what is owed whether it is used or not. */
export function rentalFlow(
  planned: Case,
  rental: ResolvedRental,
  accelerator: number,
  signed: number,
  slip: number,
): CashFlow {
  const price = rental.usdMPerMwQuarterAt[accelerator]?.[signed] ?? 0;
  const owed = (quarter: number) => price * rental.takeOrPayShare * usableShare(rental, signed, slip, quarter);
  const from = signed + rental.leadQuarters + slip;
  return flowOf(planned, {
    paid: owed,
    invested: () => 0,
    depreciated: () => 0,
    residualShare: 0,
    rent: { of: owed, from, to: from + rental.termQuarters, tailLossShare: rental.tailLossShare },
  });
}

/** The programme of an own chip: its development, then its upkeep. */
export function programmeFlow(
  planned: Case,
  accelerator: ResolvedAccelerator,
  started: number,
  slip: number,
): CashFlow {
  const { nreUsd = 0, developmentQuarters = 1, upkeepUsdPerYear = 0 } = accelerator.own ?? {};
  const ready = started + developmentQuarters;
  return flowOf(planned, {
    paid: (quarter) => {
      if (quarter < started) return 0;
      return quarter < ready ? nreUsd / developmentQuarters / 1e6 : quarter < ready + slip ? 0 : upkeepUsdPerYear / 4e6;
    },
    invested: () => 0,
    depreciated: () => 0,
    residualShare: 0,
  });
}

function flowOf(
  planned: Case,
  of: {
    readonly paid: (quarter: number) => number;
    readonly invested: (quarter: number) => number;
    readonly depreciated: (quarter: number) => number;
    readonly residualShare: number;
    readonly rent?: Rent;
  },
): CashFlow {
  const each = Array.from({ length: planned.quarters }, (_, quarter) => quarter);
  const [paid, invested, depreciation] = [each.map(of.paid), each.map(of.invested), each.map(of.depreciated)];
  const book: number[] = [];
  let left = 0;
  for (const quarter of each) {
    left += invested[quarter]!;
    book.push(left);
    left -= depreciation[quarter]!;
  }
  const { rent = none } = of;
  const lost = sumOf(planned.quarters, rent.to, (quarter) => rent.of(quarter) * planned.discountAt(quarter));
  return {
    paid,
    invested,
    depreciation,
    book,
    ...leaseOf(planned, rent, each),
    worthAfter: left * of.residualShare * planned.discountAtEnd - rent.tailLossShare * lost,
  };
}

/** Rent that is owed in any case, from a quarter up to but without another. */
type Rent = {
  readonly of: (quarter: number) => number;
  readonly from: number;
  readonly to: number;
  /** Of what is owed after the plan's end, what is lost. */
  readonly tailLossShare: number;
};
const none: Rent = { of: () => 0, from: 0, to: 0, tailLossShare: 0 };

function leaseOf(planned: Case, { of, from, to }: Rent, quarters: readonly number[]) {
  const owedFrom = (quarter: number) => sumOf(Math.max(from, quarter), to, of);
  const all = owedFrom(from);
  const present = sumOf(from, to, (quarter) => of(quarter) * planned.discountAt(quarter)) / planned.discountAt(from);
  const writtenOff = all > 0 ? present / all : 0;
  const serves = (quarter: number) => quarter >= from && quarter < to;
  return {
    leased: quarters.map((quarter) => (serves(quarter) ? owedFrom(quarter) * writtenOff : 0)),
    leaseInterest: quarters.map((quarter) => (serves(quarter) ? of(quarter) * (1 - writtenOff) : 0)),
  };
}

function sumOf(from: number, to: number, value: (quarter: number) => number): number {
  let total = 0;
  for (let quarter = from; quarter < to; quarter++) total += value(quarter);
  return total;
}
