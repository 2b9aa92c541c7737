/**
 * The numbers that a deal's cash follows from, as one flat row: what the tornado moves one at a time, and Monte Carlo
 * all together. A figure of the file that is absent has the value that changes nothing.
 */
import type { SourcedFigure } from "./figure.ts";
import type { BoughtDeal, Deal, SoldDeal } from "./schema.ts";
import type { Terms } from "./terms.ts";

/** Mutable, for a row is refilled at each draw. Units as in the file. */
export type Assumptions = {
  usdPerAcceleratorHour: number;
  utilisation: number;
  kilowattsPerAccelerator: number;
  serverUsd: number;
  networkUsd: number;
  storageUsd: number;
  residualShare: number;
  buildingUsdPerMegawatt: number;
  buildingResidualShare: number;
  leaseUsdPerKwMonth: number;
  subletShare: number;
  usdPerKwh: number;
  pue: number;
  load: number;
  operationsUsdPerYear: number;
  rentUsdPerHour: number;
  worthUsdPerHour: number;
  goodput: number;
  partsUsdPerHour: number;
  setupUsd: number;
  overheadShare: number;
  costOfCapital: number;
  lateChance: number;
  lateMonths: number;
  defaultPerYear: number;
  remarketingShare: number;
  obsolescencePerYear: number;
  valueLost: number;
};

/** A figure of the file, and the number that it sets, or of which it is a part: moved by as much as the figure. */
export type Assumption = {
  /** Where it stands in the file: `costs.power.usdPerKwh`. */
  readonly field: string;
  readonly sets: keyof Assumptions;
  readonly figure: SourcedFigure;
  /** Only what is drawn moves it: the chance that something happens, and what comes of that. */
  readonly isRisk: boolean;
};

export function assumptionsOf(deal: Deal): Assumption[] {
  const { risks } = deal;
  const rows: Row[] = [
    // Where megawatts are sold it says how many accelerators they are, and does not move alone.
    ...(isInMegawatts(deal)
      ? []
      : ([
          ["capacity.kilowattsPerAccelerator", "kilowattsPerAccelerator", deal.capacity.kilowattsPerAccelerator],
        ] satisfies Row[])),
    ["utilisation", "utilisation", deal.utilisation],
    ...(deal.role === "seller" ? soldRows(deal) : boughtRows(deal)),
    ["finance.overheadShareOfRevenue", "overheadShare", deal.finance.overheadShareOfRevenue],
    ["finance.costOfCapital", "costOfCapital", deal.finance.costOfCapital],
    ["risks.lateDelivery.chance", "lateChance", risks.lateDelivery?.chance],
    ["risks.lateDelivery.months", "lateMonths", risks.lateDelivery?.months],
    ["risks.counterpartyDefault.chancePerYear", "defaultPerYear", risks.counterpartyDefault?.chancePerYear],
    [
      "risks.counterpartyDefault.remarketingPriceShare",
      "remarketingShare",
      risks.counterpartyDefault?.remarketingPriceShare,
    ],
    ["risks.obsolescence.chancePerYear", "obsolescencePerYear", risks.obsolescence?.chancePerYear],
    ["risks.obsolescence.valueLost", "valueLost", risks.obsolescence?.valueLost],
  ];
  return rows.flatMap(([field, sets, figure]) =>
    figure === undefined ? [] : [{ field, sets, figure, isRisk: field.startsWith("risks.") }],
  );
}

function isInMegawatts({ capacity: { tranches, ramp } }: Deal): boolean {
  return (tranches ?? (ramp === undefined ? [] : [ramp])).some(({ megawattsIt }) => megawattsIt !== undefined);
}

type Row = [field: string, sets: keyof Assumptions, figure: SourcedFigure | undefined];

function soldRows({ costs }: SoldDeal): Row[] {
  const operations: Row = [
    "costs.operationsUsdPerAcceleratorYear",
    "operationsUsdPerYear",
    costs.operationsUsdPerAcceleratorYear,
  ];
  if (costs.type === "rent") {
    return [["costs.rentUsdPerAcceleratorHour", "rentUsdPerHour", costs.rentUsdPerAcceleratorHour], operations];
  }
  const { building, power } = costs;
  return [
    ["costs.serverUsdPerAccelerator", "serverUsd", costs.serverUsdPerAccelerator],
    ["costs.networkUsdPerAccelerator", "networkUsd", costs.networkUsdPerAccelerator],
    ["costs.storageUsdPerAccelerator", "storageUsd", costs.storageUsdPerAccelerator],
    ["costs.residualShare", "residualShare", costs.residualShare],
    ...(building.type === "own"
      ? ([
          ["costs.building.usdPerMegawattIt", "buildingUsdPerMegawatt", building.usdPerMegawattIt],
          ["costs.building.residualShareOfBook", "buildingResidualShare", building.residualShareOfBook],
        ] satisfies Row[])
      : building.type === "lease"
        ? ([
            ["costs.building.usdPerKwMonth", "leaseUsdPerKwMonth", building.usdPerKwMonth],
            ["costs.building.subletShare", "subletShare", building.subletShare],
          ] satisfies Row[])
        : []),
    ["costs.power.usdPerKwh", "usdPerKwh", power.usdPerKwh],
    ["costs.power.pue", "pue", power.pue],
    ["costs.power.load", "load", power.load],
    operations,
  ];
}

function boughtRows({ use }: BoughtDeal): Row[] {
  return [
    ["use.worthUsdPerAcceleratorHour", "worthUsdPerHour", use.worthUsdPerAcceleratorHour],
    ["use.goodput", "goodput", use.goodput],
    ["use.setupUsdPerAccelerator", "setupUsd", use.setupUsdPerAccelerator],
    ...Object.entries(use.partsUsdPerAcceleratorHour).map(([part, figure]): Row => [
      `use.partsUsdPerAcceleratorHour.${part}`,
      "partsUsdPerHour",
      figure,
    ]),
  ];
}

/** The row as planned. */
export function plannedAssumptions(deal: Deal, terms: Terms, assumed: readonly Assumption[]): Assumptions {
  const row: Assumptions = {
    usdPerAcceleratorHour: terms.usdPerAcceleratorHour,
    utilisation: 1,
    kilowattsPerAccelerator: deal.capacity.kilowattsPerAccelerator.value,
    serverUsd: 0,
    networkUsd: 0,
    storageUsd: 0,
    residualShare: 0,
    buildingUsdPerMegawatt: 0,
    buildingResidualShare: 1,
    leaseUsdPerKwMonth: 0,
    subletShare: 1,
    usdPerKwh: 0,
    pue: 1,
    load: 1,
    operationsUsdPerYear: 0,
    rentUsdPerHour: 0,
    worthUsdPerHour: 0,
    goodput: 1,
    partsUsdPerHour: 0,
    setupUsd: 0,
    overheadShare: 0,
    costOfCapital: 0,
    lateChance: 0,
    lateMonths: 0,
    defaultPerYear: 0,
    remarketingShare: 0,
    obsolescencePerYear: 0,
    valueLost: 0,
  };
  for (const { sets, figure } of assumed) row[sets] = (sets === "partsUsdPerHour" ? row[sets] : 0) + figure.value;
  return row;
}
