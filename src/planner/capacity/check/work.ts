/** Whether what works has accelerators, halls and power, and does what it is said to do; and whether all demand is told. */
import type { Operation } from "../decided.ts";
import { quarterIndex } from "../quarter.ts";
import { hoursPerQuarter, totalOf, type View, wattsOf } from "./view.ts";

/** Power, halls, accelerators, and the work that they can do. */
export function checkWork(view: View, quarter: number, operation: Operation): void {
  const { sites, accelerators, supply } = view.scenario;
  for (const site of sites) {
    let poweredMw = 0;
    for (const one of accelerators) {
      const working = totalOf(operation.work, (work) =>
        work.place === site.name && work.accelerator === one.name ? work.mw : 0,
      );
      const standing = view.standing(site, one, quarter);
      view.within(quarter, `MW of ${one.name} at work in ${site.name}`, working, standing * one.availabilityShare);
      poweredMw += working / one.availabilityShare;
    }
    view.within(
      quarter,
      `MW at the meter of ${site.name}`,
      poweredMw * site.pue,
      view.value(site.energisedMw, quarter),
    );
    const built = totalOf(view.decisions, (decision) => {
      if (decision.kind !== "build" || decision.site !== site.name) return 0;
      return decision.mw * view.usable(view.halls(decision.supply), view.at(decision.quarter), quarter);
    });
    const halls = view.value(site.hallMw, quarter) + built;
    view.within(quarter, `MW powered in the halls of ${site.name}`, poweredMw, halls);
  }
  for (const { name: region } of view.scenario.regions) {
    for (const one of accelerators) {
      const working = totalOf(operation.work, (work) =>
        work.place === `neocloud ${region}` && work.accelerator === one.name ? work.mw : 0,
      );
      const available = supply.reduce((sum, rental) => {
        if (rental.kind !== "neocloud") return sum;
        const rented = view.rented(rental, one.name, region, quarter);
        if (rental.takeOrPayShare === 1) return sum + rented * rental.availabilityShare;
        const used = totalOf(operation.used, (use) =>
          use.supply === rental.name && use.accelerator === one.name && use.region === region ? use.mw : 0,
        );
        view.within(quarter, `MW of ${one.name} used from ${rental.name} in ${region}`, used, rented);
        return sum + used * rental.availabilityShare;
      }, 0);
      view.within(quarter, `MW of rented ${one.name} at work in ${region}`, working, available);
    }
  }
  checkMade(view, quarter, operation);
}

function checkMade(view: View, quarter: number, operation: Operation): void {
  const { models, tiers, demand, accelerators } = view.scenario;
  for (const place of new Set([...operation.served, ...operation.delivered].map((one) => one.place))) {
    for (const model of models) {
      for (const tier of tiers) {
        const needed =
          totalOf(operation.served, (one) => {
            const stream = demand[one.demand];
            return one.place === place && stream?.model === model.name && stream.tier === tier.name ? one.units : 0;
          }) +
          totalOf(operation.delivered, (one) => {
            const deal = view.deal(one.deal);
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
        view.within(quarter, `work of ${model.name}, ${tier.name} from ${place}`, needed, made);
      }
    }
  }
}

/** Demand, deals, and what is bought from providers. */
export function checkSales(view: View, quarter: number, operation: Operation): void {
  const { demand, deals, supply, objective } = view.scenario;
  for (const [index, stream] of demand.entries()) {
    const wanted =
      view.value(stream.teratokensPerQuarter ?? stream.millionAcceleratorHoursPerQuarter ?? 0, quarter) *
      view.value(view.future.demandFactor, quarter);
    const mine = (list: readonly { readonly demand: number; readonly units: number }[]) =>
      totalOf(list, (one) => (one.demand === index ? one.units : 0));
    const what = `${stream.model}, ${stream.tier}, ${stream.region}`;
    const unmet = mine(operation.unmet);
    view.equal(quarter, `demand for ${what}`, mine(operation.served) + mine(operation.bought) + unmet, wanted);
    const must = stream.mustServeShare ?? (objective === "cost" ? 1 : 0);
    view.within(quarter, `unserved ${what}`, unmet, wanted * (1 - must));
    for (const { place } of operation.served.filter((one) => one.demand === index)) {
      if (!view.reaches(place, stream.tier, stream.region)) view.say(quarter, `${place} is too far to serve ${what}`);
    }
  }
  for (const deal of deals) {
    const first = quarterIndex(deal.start) - view.start;
    const isRunning = quarter >= first && quarter <= quarterIndex(deal.end) - view.start;
    const isAccepted = view.decisions.some((one) => one.kind === "accept" && one.deal === deal.name);
    const called = isRunning && isAccepted ? view.units(deal, quarter) * (view.future.callShare[deal.name] ?? 1) : 0;
    const mine = (list: readonly { readonly deal: string; readonly units: number }[]) =>
      totalOf(list, (one) => (one.deal === deal.name ? one.units : 0));
    view.equal(quarter, `what ${deal.name} calls`, mine(operation.delivered) + mine(operation.short), called);
    for (const { place } of operation.delivered.filter((one) => one.deal === deal.name)) {
      if (!view.reaches(place, deal.tier, deal.region))
        view.say(quarter, `${place} is too far to deliver ${deal.name}`);
    }
  }
  for (const one of supply) {
    if (one.kind !== "tokens") continue;
    for (const model of Object.keys(one.usdPerMtok)) {
      const bought = totalOf(operation.bought, (purchase) =>
        purchase.supply === one.name && demand[purchase.demand]?.model === model ? purchase.units : 0,
      );
      view.within(
        quarter,
        `tokens of ${model} bought from ${one.name}`,
        bought,
        view.value(one.teratokensPerQuarter, quarter),
      );
    }
  }
}
