/**
 * A loan that pays a share of the capital of a project, and what is left to its owners: cash that is available for debt
 * service goes first to interest, then to repayment, and what remains is theirs. Pure.
 *
 * Each draw is repaid in equal parts, from the first month of service on (or of the draw, if that is later), over the
 * loan's term, or by the last month of service if that is sooner: so it is back at nothing while there is service.
 * Interest is paid as it falls due, also while there is no service yet. What a loss of interest saves of tax is carried
 * forward as other losses are.
 */

export type Terms = {
  /** Of what is spent on capital in each month, 0 to 1. */
  readonly shareOfCapital: number;
  /** A year's; a twelfth each month, on what is owed at its beginning. */
  readonly interestPerYear: number;
  readonly termMonths: number;
};

/** Dollars, month by month; `profit` is before interest and tax, `cash` after tax and before any financing. */
export type Project = {
  readonly capital: ArrayLike<number>;
  readonly profit: ArrayLike<number>;
  readonly cash: ArrayLike<number>;
  readonly taxRate: number;
  readonly firstService: number;
  readonly lastService: number;
};

export type Waterfall = {
  readonly drawn: readonly number[];
  readonly interest: readonly number[];
  readonly repaid: readonly number[];
  /** Owed at each month's end. */
  readonly owed: readonly number[];
  /** By which interest lowers what is paid of tax. */
  readonly taxSaved: readonly number[];
  /** To the owners, or from them. */
  readonly toOwners: readonly number[];
};

export function waterfallOf(project: Project, terms: Terms): Waterfall {
  const { capital, profit, cash, taxRate, firstService, lastService } = project;
  const months = cash.length;
  const drawn = Array.from({ length: months }, (_, month) =>
    month <= lastService ? Math.max(0, capital[month] ?? 0) * terms.shareOfCapital : 0,
  );
  const repaid = repaymentsOf(drawn, terms.termMonths, firstService, lastService);
  const [interest, owed, taxSaved, toOwners]: [number[], number[], number[], number[]] = [[], [], [], []];
  const lastRepaid = repaid.findLastIndex((usd) => usd > 0);
  let balance = 0;
  const [bare, levered] = [new TaxBook(), new TaxBook()];
  for (let month = 0; month < months; month++) {
    const paid = (balance * terms.interestPerYear) / 12;
    // What is left of rounding when all is repaid would bear interest for ever.
    balance = month < lastRepaid ? balance + drawn[month]! - repaid[month]! : 0;
    const earned = profit[month] ?? 0;
    const saved = taxRate * (bare.taxable(earned) - levered.taxable(earned - paid));
    interest.push(paid);
    owed.push(balance);
    taxSaved.push(saved);
    toOwners.push((cash[month] ?? 0) + drawn[month]! - paid - repaid[month]! + saved);
  }
  return { drawn, interest, repaid, owed, taxSaved, toOwners };
}

function repaymentsOf(drawn: readonly number[], term: number, firstService: number, lastService: number): number[] {
  const repaid = drawn.map(() => 0);
  for (const [month, amount] of drawn.entries()) {
    if (amount === 0) continue;
    const first = Math.min(lastService, Math.max(firstService, month + 1));
    const parts = Math.max(1, Math.min(term, lastService - first + 1));
    for (let part = 0; part < parts; part++) repaid[first + part]! += amount / parts;
  }
  return repaid;
}

/** What of a month's profit is taxed, once earlier losses are made good. */
class TaxBook {
  #profit = 0;
  #taxed = 0;

  taxable(profit: number): number {
    this.#profit += profit;
    const before = this.#taxed;
    this.#taxed = Math.max(before, this.#profit);
    return this.#taxed - before;
  }
}

/**
 * Cash available for debt service over debt service, of each twelve months from the first repayment on; months in which
 * nothing is owed are left out. Capital is not in it: that is what loan and owners pay for.
 */
export function coverRatios(project: Project, { interest, repaid, taxSaved }: Waterfall): number[] {
  const ratios: number[] = [];
  const first = repaid.findIndex((usd) => usd > 0);
  if (first < 0) return ratios;
  for (let from = first; from < repaid.length; from += 12) {
    let [available, service] = [0, 0];
    for (let month = from; month < Math.min(from + 12, repaid.length); month++) {
      const due = interest[month]! + repaid[month]!;
      if (due <= 0) continue;
      available += (project.cash[month] ?? 0) + (project.capital[month] ?? 0) + taxSaved[month]!;
      service += due;
    }
    if (service > 0) ratios.push(available / service);
  }
  return ratios;
}
