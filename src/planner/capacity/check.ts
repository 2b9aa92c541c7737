/**
 * Whether a plan keeps its scenario's rules: told from the scenario and the plan alone, by walking through the quarters of
 * each future. It shares no line with the model that made the plan, so that a mistake there, or a solver that cuts a corner,
 * does not pass unseen.
 */
import { chipNamed } from "../../catalog/chips.ts";
import type { FutureAccount } from "./account.ts";
import type { Decided, Decision, Operation } from "./decided.ts";
import { quarterIndex, quarterName } from "./quarter.ts";
import type { Accelerator, CapacityScenario, Deal, Future, Halls, Rental, Site, Supply } from "./scenario.ts";
import { type Series, valuesOf } from "./series.ts";

type Checked = Decided & { readonly futures: readonly FutureAccount[] };

/** Relative to what is compared. */
const tolerance = 1e-5;
const hoursPerQuarter = 2190;

/**
 * @param integerQuarters For so many quarters blocks must be whole.
 * @returns a sentence for each rule that is broken.
 */
export function problemsOfPlan(scenario: CapacityScenario, plan: Checked, integerQuarters = Infinity): string[] {
  const start = quarterIndex(scenario.start);
  const branch =
    scenario.branch === undefined ? Math.ceil(scenario.quarters / 3) : quarterIndex(scenario.branch) - start;
  const problems: string[] = [];
  for (const decision of plan.decisions) {
    const quarter = quarterIndex(decision.quarter) - start;
    if (quarter < branch && decision.futures.length < scenario.futures.length) {
      problems.push(
        `${told(decision)} is decided in ${decision.quarter} for some futures, which nobody can tell apart yet.`,
      );
    }
    if (
      decision.kind === "build" &&
      quarter < integerQuarters &&
      Math.abs(decision.blocks - Math.round(decision.blocks)) > 1e-4
    ) {
      problems.push(`${told(decision)} in ${decision.quarter}: ${decision.blocks} is no whole number of blocks.`);
    }
  }
  for (const future of scenario.futures) {
    const walk = new Walk(scenario, plan, future);
    for (let quarter = 0; quarter < scenario.quarters; quarter++) walk.through(quarter);
    problems.push(...walk.problems);
  }
  return problems;
}

/** One future's quarters, each held against the scenario. */
class Walk {
  readonly problems: string[] = [];
  readonly #scenario: CapacityScenario;
  readonly #future: Future;
  readonly #start: number;
  readonly #decisions: readonly Decision[];
  readonly #operations: ReadonlyMap<string, Operation>;
  readonly #account: FutureAccount | undefined;
  #cashUsd: number;

  constructor(scenario: CapacityScenario, plan: Checked, future: Future) {
    this.#scenario = scenario;
    this.#future = future;
    this.#start = quarterIndex(scenario.start);
    this.#decisions = plan.decisions.filter(({ futures }) => futures.includes(future.name));
    const mine = plan.operations.filter(({ futures }) => futures.includes(future.name));
    this.#operations = new Map(mine.map((operation) => [operation.quarter, operation]));
    this.#account = plan.futures.find((one) => one.future === future.name);
    this.#cashUsd = scenario.finance.openingCashUsd;
  }

  through(quarter: number): void {
    const operation = this.#operations.get(this.#name(quarter));
    if (operation === undefined) {
      this.#say(quarter, "nothing is said of this quarter");
      return;
    }
    this.#orders(quarter);
    this.#work(quarter, operation);
    this.#sales(quarter, operation);
    this.#cash(quarter, operation);
  }

  /** What is ordered in a quarter can be had in it. */
  #orders(quarter: number): void {
    const { sites, supply, accelerators } = this.#scenario;
    const now = this.#decisions.filter((decision) => this.#at(decision.quarter) === quarter);
    for (const decision of now) {
      if (decision.kind === "build") {
        const site = sites.find(({ name }) => name === decision.site);
        if (site?.supply !== undefined && !site.supply.includes(decision.supply)) {
          this.#say(quarter, `${decision.site} may not use ${decision.supply}`);
        }
        const halls = this.#halls(decision.supply);
        if (quarter < this.#at(halls.available))
          this.#say(quarter, `${halls.name} cannot be had before ${halls.available}`);
        if (halls.openingUsdPerSite > 0 && !this.#isOpened(decision.site, decision.supply)) {
          this.#say(quarter, `${decision.supply} was never opened at ${decision.site}`);
        }
      } else if (decision.kind === "accept") {
        const deal = this.#deal(decision.deal);
        if (quarter > this.#at(deal.acceptBy)) this.#say(quarter, `${deal.name} had to be signed by ${deal.acceptBy}`);
      }
    }
    for (const one of supply) {
      if (one.kind === "tokens") continue;
      if (one.kind === "neocloud") this.#rentals(quarter, one, now);
      else if (one.startsMwPerQuarter !== undefined) {
        const begun = totalOf(now, (decision) =>
          decision.kind === "build" && decision.supply === one.name ? decision.mw : 0,
        );
        this.#within(quarter, `MW of ${one.name} begun`, begun, this.#value(one.startsMwPerQuarter, quarter));
      }
    }
    for (const site of sites) {
      for (const one of supply)
        if (one.kind !== "neocloud" && one.kind !== "tokens") this.#reservations(quarter, site, one);
    }
    for (const one of accelerators) {
      const bought = totalOf(now, (decision) =>
        decision.kind === "buy" && decision.accelerator === one.name ? decision.mw : 0,
      );
      this.#within(quarter, `MW of ${one.name} ordered`, bought, this.#allotted(one, quarter));
    }
  }

  /** What was reserved by now, the oldest used up first, allows what is ordered. */
  #reservations(quarter: number, site: Site, halls: Halls): void {
    if (halls.option === undefined) return;
    const { aheadQuarters, validQuarters } = halls.option;
    const mine = this.#decisions.flatMap((one) => {
      const isHere =
        (one.kind === "reserve" || one.kind === "build") && one.site === site.name && one.supply === halls.name;
      return isHere ? [{ kind: one.kind, at: this.#at(one.quarter), mw: one.mw }] : [];
    });
    const left = mine.filter(({ kind }) => kind === "reserve").toSorted((a, b) => a.at - b.at);
    for (const order of mine.filter(({ kind }) => kind === "build").toSorted((a, b) => a.at - b.at)) {
      let wanted = order.mw;
      for (const reserved of left) {
        const age = order.at - reserved.at;
        if (age < aheadQuarters || age > validQuarters) continue;
        const used = Math.min(wanted, reserved.mw);
        wanted -= used;
        reserved.mw -= used;
      }
      if (order.at === quarter) this.#within(quarter, `MW of ${halls.name} at ${site.name} not reserved`, wanted, 0);
    }
  }

  #rentals(quarter: number, rental: Rental, now: readonly Decision[]): void {
    for (const { name } of this.#scenario.accelerators) {
      const rented = totalOf(now, (decision) =>
        decision.kind === "rent" && decision.supply === rental.name && decision.accelerator === name ? decision.mw : 0,
      );
      if (rented === 0) continue;
      if (quarter < this.#at(rental.available))
        this.#say(quarter, `${rental.name} cannot be had before ${rental.available}`);
      this.#within(
        quarter,
        `MW of ${name} rented from ${rental.name}`,
        rented,
        this.#value(rental.mwPerQuarter, quarter),
      );
      const least = Math.min(rental.minimumMw, this.#value(rental.mwPerQuarter, quarter));
      this.#within(quarter, `the smallest contract of ${rental.name}, in MW of ${name},`, least, rented);
    }
  }

  /** What a vendor allots, or what an own chip's programme can make by now. */
  #allotted(one: Accelerator, quarter: number): number {
    const allotted = one.mwPerQuarter === undefined ? Infinity : this.#value(one.mwPerQuarter, quarter);
    if (one.own === undefined) return quarter < this.#at(one.available) ? 0 : allotted;
    const slip = this.#future.slipQuarters[one.name] ?? 0;
    const { developmentQuarters, rampMwPerQuarter } = one.own;
    const made = totalOf(this.#decisions, (decision) => {
      if (decision.kind !== "programme" || decision.accelerator !== one.name) return 0;
      const age = quarter - this.#at(decision.quarter) - developmentQuarters - slip;
      return age < 0 ? 0 : (rampMwPerQuarter[Math.min(age, rampMwPerQuarter.length - 1)] ?? 0);
    });
    return Math.min(made, allotted);
  }

  /** Power, halls, accelerators, and the work that they can do. */
  #work(quarter: number, operation: Operation): void {
    const { sites, accelerators, supply } = this.#scenario;
    for (const site of sites) {
      let poweredMw = 0;
      for (const one of accelerators) {
        const working = totalOf(operation.work, (work) =>
          work.place === site.name && work.accelerator === one.name ? work.mw : 0,
        );
        const standing = this.#standing(site, one, quarter);
        this.#within(quarter, `MW of ${one.name} at work in ${site.name}`, working, standing * one.availabilityShare);
        poweredMw += working / one.availabilityShare;
      }
      this.#within(
        quarter,
        `MW at the meter of ${site.name}`,
        poweredMw * site.pue,
        this.#value(site.energisedMw, quarter),
      );
      const built = totalOf(this.#decisions, (decision) => {
        if (decision.kind !== "build" || decision.site !== site.name) return 0;
        return decision.mw * this.#usable(this.#halls(decision.supply), this.#at(decision.quarter), quarter);
      });
      const halls = this.#value(site.hallMw, quarter) + built;
      this.#within(quarter, `MW powered in the halls of ${site.name}`, poweredMw, halls);
    }
    for (const { name: region } of this.#scenario.regions) {
      for (const one of accelerators) {
        const working = totalOf(operation.work, (work) =>
          work.place === `neocloud ${region}` && work.accelerator === one.name ? work.mw : 0,
        );
        const available = supply.reduce((sum, rental) => {
          if (rental.kind !== "neocloud") return sum;
          const rented = this.#rented(rental, one.name, region, quarter);
          if (rental.takeOrPayShare === 1) return sum + rented * rental.availabilityShare;
          const used = totalOf(operation.used, (use) =>
            use.supply === rental.name && use.accelerator === one.name && use.region === region ? use.mw : 0,
          );
          this.#within(quarter, `MW of ${one.name} used from ${rental.name} in ${region}`, used, rented);
          return sum + used * rental.availabilityShare;
        }, 0);
        this.#within(quarter, `MW of rented ${one.name} at work in ${region}`, working, available);
      }
    }
    this.#made(quarter, operation);
  }

  #made(quarter: number, operation: Operation): void {
    const { models, tiers, demand, accelerators } = this.#scenario;
    for (const place of new Set([...operation.served, ...operation.delivered].map((one) => one.place))) {
      for (const model of models) {
        for (const tier of tiers) {
          const needed =
            totalOf(operation.served, (one) => {
              const stream = demand[one.demand];
              return one.place === place && stream?.model === model.name && stream.tier === tier.name ? one.units : 0;
            }) +
            totalOf(operation.delivered, (one) => {
              const deal = this.#deal(one.deal);
              return one.place === place && deal.model === model.name && deal.tier === tier.name ? one.units : 0;
            });
          const made = totalOf(operation.work, (work) => {
            if (work.place !== place || work.model !== model.name || work.tier !== tier.name) return 0;
            const one = accelerators.find(({ name }) => name === work.accelerator);
            if (one === undefined) return 0;
            const { tokensPerSecond = 0, acceleratorHoursPerHour = 0 } = one.speed[model.name] ?? {};
            const perAccelerator =
              model.unit === "tokens"
                ? (tokensPerSecond * 3600 * hoursPerQuarter) / 1e12
                : (acceleratorHoursPerHour * hoursPerQuarter) / 1e6;
            return work.mw * (1e6 / wattsOf(one)) * perAccelerator * tier.utilisation * tier.speedFactor;
          });
          this.#within(quarter, `work of ${model.name}, ${tier.name} from ${place}`, needed, made);
        }
      }
    }
  }

  /** Demand, deals, and what is bought from providers. */
  #sales(quarter: number, operation: Operation): void {
    const { demand, deals, supply, objective } = this.#scenario;
    for (const [index, stream] of demand.entries()) {
      const wanted =
        this.#value(stream.teratokensPerQuarter ?? stream.millionAcceleratorHoursPerQuarter ?? 0, quarter) *
        this.#value(this.#future.demandFactor, quarter);
      const mine = (list: readonly { readonly demand: number; readonly units: number }[]) =>
        totalOf(list, (one) => (one.demand === index ? one.units : 0));
      const what = `${stream.model}, ${stream.tier}, ${stream.region}`;
      const unmet = mine(operation.unmet);
      this.#equal(quarter, `demand for ${what}`, mine(operation.served) + mine(operation.bought) + unmet, wanted);
      const must = stream.mustServeShare ?? (objective === "cost" ? 1 : 0);
      this.#within(quarter, `unserved ${what}`, unmet, wanted * (1 - must));
      for (const { place } of operation.served.filter((one) => one.demand === index)) {
        if (!this.#reaches(place, stream.tier, stream.region))
          this.#say(quarter, `${place} is too far to serve ${what}`);
      }
    }
    for (const deal of deals) {
      const first = quarterIndex(deal.start) - this.#start;
      const isRunning = quarter >= first && quarter <= quarterIndex(deal.end) - this.#start;
      const isAccepted = this.#decisions.some((one) => one.kind === "accept" && one.deal === deal.name);
      const called =
        isRunning && isAccepted ? this.#units(deal, quarter) * (this.#future.callShare[deal.name] ?? 1) : 0;
      const mine = (list: readonly { readonly deal: string; readonly units: number }[]) =>
        totalOf(list, (one) => (one.deal === deal.name ? one.units : 0));
      this.#equal(quarter, `what ${deal.name} calls`, mine(operation.delivered) + mine(operation.short), called);
      for (const { place } of operation.delivered.filter((one) => one.deal === deal.name)) {
        if (!this.#reaches(place, deal.tier, deal.region))
          this.#say(quarter, `${place} is too far to deliver ${deal.name}`);
      }
    }
    for (const one of supply) {
      if (one.kind !== "tokens") continue;
      for (const model of Object.keys(one.usdPerMtok)) {
        const bought = totalOf(operation.bought, (purchase) =>
          purchase.supply === one.name && demand[purchase.demand]?.model === model ? purchase.units : 0,
        );
        this.#within(
          quarter,
          `tokens of ${model} bought from ${one.name}`,
          bought,
          this.#value(one.teratokensPerQuarter, quarter),
        );
      }
    }
  }

  /** Cash as the plan's accounts have it, and within what there is. */
  #cash(quarter: number, operation: Operation): void {
    const { finance } = this.#scenario;
    const invested = totalOf(this.#decisions, (decision) => this.#investedUsd(decision, quarter));
    const owed = totalOf(this.#decisions, (decision) => this.#paidUsd(decision, quarter));
    const flow = this.#receivedUsd(quarter, operation) - this.#runningUsd(quarter, operation) - owed - invested;
    this.#cashUsd += flow;
    const account = this.#account?.quarters[quarter];
    this.#equal(quarter, "dollars invested", account?.investedUsd ?? NaN, invested, 1e3);
    this.#equal(quarter, "dollars of cash flow", account?.cashFlowUsd ?? NaN, flow, 1e4);
    if (finance.capexUsdPerQuarter !== undefined) {
      this.#within(quarter, "dollars invested", invested, this.#value(finance.capexUsdPerQuarter, quarter), 1e3);
    }
    if (finance.facilityUsd !== undefined) {
      this.#within(quarter, "dollars owed", -this.#cashUsd, this.#value(finance.facilityUsd, quarter), 1e5);
    }
  }

  #investedUsd(decision: Decision, quarter: number): number {
    const at = this.#at(decision.quarter);
    if (decision.kind === "buy") {
      const one = this.#accelerator(decision.accelerator);
      return at === quarter ? decision.accelerators * this.#value(priceOf(one), at) : 0;
    }
    if (decision.kind !== "build" && decision.kind !== "open") return 0;
    const halls = this.#halls(decision.supply);
    const factor = this.#scenario.sites.find(({ name }) => name === decision.site)?.constructionFactor ?? 1;
    if (decision.kind === "open") return at === quarter ? halls.openingUsdPerSite * factor : 0;
    const months = Math.max(1, halls.leadQuarters);
    const isBuilding = quarter >= at && quarter < at + months;
    return isBuilding ? (this.#value(halls.capexUsdPerMw, at) * decision.mw * factor) / months : 0;
  }

  /** Rents, upkeep and programmes. */
  #paidUsd(decision: Decision, quarter: number): number {
    const at = this.#at(decision.quarter);
    const slip = (name: string) => this.#future.slipQuarters[name] ?? 0;
    if (decision.kind === "build") {
      const halls = this.#halls(decision.supply);
      return this.#value(halls.rentUsdPerKwMonth, at) * 3000 * decision.mw * this.#usable(halls, at, quarter);
    }
    if (decision.kind === "reserve") {
      const { option } = this.#halls(decision.supply);
      return at === quarter ? this.#value(option?.usdPerMw ?? 0, at) * decision.mw : 0;
    }
    if (decision.kind === "rent") {
      const rental = this.#rental(decision.supply);
      const hour = this.#value(rental.usdPerAcceleratorHour[decision.accelerator] ?? 0, at);
      const accelerators = (decision.mw * 1e6) / wattsOf(this.#accelerator(decision.accelerator));
      return hour * hoursPerQuarter * accelerators * rental.takeOrPayShare * this.#usable(rental, at, quarter);
    }
    if (decision.kind === "buy") {
      const one = this.#accelerator(decision.accelerator);
      const age = quarter - this.#arrival(one, at);
      if (age < 0 || age >= one.lifeQuarters) return 0;
      return (decision.accelerators * this.#value(priceOf(one), at) * one.upkeepSharePerYear) / 4;
    }
    if (decision.kind !== "programme") return 0;
    const { own } = this.#accelerator(decision.accelerator);
    if (own === undefined || quarter < at) return 0;
    const age = quarter - at - own.developmentQuarters;
    if (age < 0) return own.nreUsd / own.developmentQuarters;
    return age < slip(decision.accelerator) ? 0 : own.upkeepUsdPerYear / 4;
  }

  /** Energy, operation, rent by use, and tokens bought. */
  #runningUsd(quarter: number, operation: Operation): number {
    const { sites, supply, demand } = this.#scenario;
    const atSites = totalOf(operation.work, ({ place, accelerator, mw }) => {
      const site = sites.find(({ name }) => name === place);
      if (site === undefined) return 0;
      const one = this.#accelerator(accelerator);
      const powered = mw / one.availabilityShare;
      const kwh = powered * 1000 * hoursPerQuarter * site.pue * one.drawnShare;
      return kwh * this.#value(site.energyUsdPerKwh, quarter) + (powered * site.operatingUsdPerMwYear) / 4;
    });
    const byUse = totalOf(operation.used, ({ supply: name, accelerator, mw }) => {
      const rental = this.#rental(name);
      const hour = this.#value(rental.usdPerAcceleratorHour[accelerator] ?? 0, quarter);
      const accelerators = (mw * 1e6) / wattsOf(this.#accelerator(accelerator));
      return hour * hoursPerQuarter * accelerators * (1 - rental.takeOrPayShare);
    });
    const bought = totalOf(operation.bought, (one) => {
      const provider = supply.find(({ name }) => name === one.supply);
      if (provider?.kind !== "tokens") return 0;
      return this.#value(provider.usdPerMtok[demand[one.demand]?.model ?? ""] ?? 0, quarter) * one.units * 1e6;
    });
    return atSites + byUse + bought;
  }

  /** What demand and deals pay, less damages. */
  #receivedUsd(quarter: number, operation: Operation): number {
    const { demand, objective } = this.#scenario;
    const price = (index: number) => {
      const { usdPerMtok, usdPerAcceleratorHour } = demand[index]!;
      const base = this.#value(usdPerMtok ?? usdPerAcceleratorHour ?? 0, quarter);
      return base * this.#value(this.#future.priceFactor, quarter) * 1e6;
    };
    const paid = totalOf([...operation.served, ...operation.bought], (one) => price(one.demand) * one.units);
    const lost = totalOf(operation.unmet, (one) => price(one.demand) * one.units * demand[one.demand]!.unmetLossShare);
    const deals = totalOf(this.#decisions, (decision) => {
      if (decision.kind !== "accept") return 0;
      const deal = this.#deal(decision.deal);
      const [first, last] = [quarterIndex(deal.start) - this.#start, quarterIndex(deal.end) - this.#start];
      const prepaid = this.#at(decision.quarter) === quarter ? deal.prepaidUsd : 0;
      if (quarter < first || quarter > last) return prepaid;
      const unit = this.#value(deal.usdPerMtok ?? deal.usdPerAcceleratorHour ?? 0, quarter) * 1e6;
      const called = Math.max(this.#future.callShare[deal.name] ?? 1, deal.takeOrPayShare);
      const short = operation.short.find((one) => one.deal === deal.name)?.units ?? 0;
      const credited = deal.prepaidUsd / (last - first + 1);
      return prepaid + unit * (this.#units(deal, quarter) * called - short * (1 + deal.damagesShare)) - credited;
    });
    return (objective === "cost" ? 0 : paid) - lost + deals;
  }

  #standing(site: Site, one: Accelerator, quarter: number): number {
    const old = totalOf(site.accelerators, ({ accelerator, mw, retires }) => {
      const isGone = retires !== undefined && quarter >= quarterIndex(retires) - this.#start;
      return accelerator === one.name && !isGone ? mw : 0;
    });
    const bought = totalOf(this.#decisions, (decision) => {
      if (decision.kind !== "buy" || decision.site !== site.name || decision.accelerator !== one.name) return 0;
      const age = quarter - this.#arrival(one, this.#at(decision.quarter));
      return age >= 0 && age < one.lifeQuarters ? decision.mw : 0;
    });
    return old + bought;
  }

  #arrival(one: Accelerator, ordered: number): number {
    const slip = this.#future.slipQuarters[one.name] ?? 0;
    if (one.own !== undefined) return ordered + one.leadQuarters;
    if (one.available === undefined) return ordered + one.leadQuarters + slip;
    return Math.max(ordered, this.#at(one.available) + slip) + one.leadQuarters;
  }

  #rented(rental: Rental, accelerator: string, region: string, quarter: number): number {
    return totalOf(this.#decisions, (decision) =>
      decision.kind === "rent" &&
      decision.supply === rental.name &&
      decision.accelerator === accelerator &&
      decision.region === region
        ? decision.mw * this.#usable(rental, this.#at(decision.quarter), quarter)
        : 0,
    );
  }

  /** The share of an order that has come and has not run out. */
  #usable(supply: Halls | Rental, ordered: number, quarter: number): number {
    const age = quarter - ordered - supply.leadQuarters - (this.#future.slipQuarters[supply.name] ?? 0);
    if (age < 0 || (supply.termQuarters !== undefined && age >= supply.termQuarters)) return 0;
    return age < supply.late.quarters ? 1 - supply.late.share : 1;
  }

  #reaches(place: string, tier: string, region: string): boolean {
    const { sites, tiers, regions } = this.#scenario;
    const from = sites.find(({ name }) => name === place)?.region ?? place.replace(/^neocloud /, "");
    const reach = tiers.find(({ name }) => name === tier)?.reach;
    if (reach === "anywhere" || from === region) return true;
    return reach === "near" && regions.find(({ name }) => name === region)?.near.includes(from) === true;
  }

  #isOpened(site: string, supply: string): boolean {
    return this.#decisions.some((one) => one.kind === "open" && one.site === site && one.supply === supply);
  }

  #units(deal: Deal, quarter: number): number {
    return this.#value(deal.teratokensPerQuarter ?? deal.millionAcceleratorHoursPerQuarter ?? 0, quarter);
  }

  #value(series: Series, quarter: number): number {
    return valuesOf(series, this.#start, quarter + 1)[quarter] ?? 0;
  }

  #at(quarter: string | undefined): number {
    return quarter === undefined ? 0 : quarterIndex(quarter) - this.#start;
  }

  #name(quarter: number): string {
    return quarterName(this.#start + quarter);
  }

  #supply(name: string): Supply {
    return found(this.#scenario.supply, name);
  }

  #halls(name: string): Halls {
    const supply = this.#supply(name);
    if (supply.kind === "neocloud" || supply.kind === "tokens") throw new RangeError(`"${name}" has no halls.`);
    return supply;
  }

  #rental(name: string): Rental {
    const supply = this.#supply(name);
    if (supply.kind !== "neocloud") throw new RangeError(`"${name}" rents nothing.`);
    return supply;
  }

  #accelerator(name: string): Accelerator {
    return found(this.#scenario.accelerators, name);
  }

  #deal(name: string): Deal {
    return found(this.#scenario.deals, name);
  }

  #within(quarter: number, what: string, value: number, limit: number, least = 1e-3): void {
    const excess = value - limit;
    if (excess > Math.max(least, tolerance * Math.abs(limit))) {
      this.#say(quarter, `${what}: ${figure(value)}, where ${figure(limit)} is the limit`);
    }
  }

  #equal(quarter: number, what: string, value: number, other: number, least = 1e-3): void {
    if (!(Math.abs(value - other) <= Math.max(least, tolerance * Math.abs(other)))) {
      this.#say(quarter, `${what}: ${figure(value)} in the plan, ${figure(other)} by its scenario`);
    }
  }

  #say(quarter: number, what: string): void {
    this.problems.push(`${this.#name(quarter)}, ${this.#future.name}: ${what}.`);
  }
}

function totalOf<Of>(list: readonly Of[], amount: (one: Of) => number): number {
  return list.reduce((sum, one) => sum + amount(one), 0);
}

function found<Of extends { readonly name: string }>(list: readonly Of[], name: string): Of {
  const one = list.find((entry) => entry.name === name);
  if (one === undefined) throw new RangeError(`There is no "${name}".`);
  return one;
}

function wattsOf(one: Accelerator): number {
  return one.itWatts ?? chipNamed(one.name).allInWatts?.value ?? NaN;
}

function priceOf(one: Accelerator): Series {
  return one.usdPerAccelerator ?? Number(chipNamed(one.name).capitalUsd?.value);
}

function told(decision: Decision): string {
  const { kind, quarter: _, futures: __, ...what } = decision;
  return `${kind} ${Object.values(what)
    .filter((value) => typeof value === "string")
    .join(", ")}`;
}

function figure(value: number): string {
  return value.toLocaleString("en", { maximumSignificantDigits: 8 });
}
