/**
 * How far off a prediction may be: the tenth and ninetieth percentile of what was measured over what was predicted, of
 * deployments like it that were not fitted on, and the prediction itself (tools/perf/calibrate.ts).
 */
import type { ModelShape } from "../catalog/model-shape.ts";
import { familyOf, isCalibrated } from "./calibration.ts";
import { bands } from "./curves/bands.ts";
import { amdBands } from "./curves/calibrated-amd.ts";
import type { Served } from "./deployment.ts";
import type { Provenance } from "./transfer.ts";

/** Factors on a predicted mean, between which eight of ten measurements lie. */
export type Band = { readonly low: number; readonly high: number };

export type Bands = { readonly rows: number; readonly tpot: Band; readonly ttft: Band };

/** What deployments are alike by, from near to far; `all` is last. */
export function bandKeys({ engine, chip, model }: Served, provenance: Provenance): string[] {
  const kind = model.feedForward.type;
  return [`${kind}/${engine}/${familyOf(chip)}/${provenance}`, `${kind}/${familyOf(chip)}`, `${kind}/all`, "all"];
}

/** The band of the nearest deployments that there are enough of. */
export function bandsOf(served: Served, provenance: Provenance): Bands {
  const alike = hasMeasuredAttention(served.model) ? bandKeys(served, provenance) : [];
  const found = alike.flatMap((key) => bands[key] ?? [])[0] ?? unknown;
  if (isCalibrated(served.chip)) return found;
  if (served.chip.vendor === "AMD" && alike.length > 0) return amdBands;
  // Of no such chip are many deployments measured: twice as far, in logarithms.
  return { rows: 0, tpot: widened(found.tpot), ttft: widened(found.ttft) };
}

/** Whether deployments of models whose attention is of such a kind are among those measured. */
export function hasMeasuredAttention({ attention }: ModelShape): boolean {
  if (attention.type === "gqa") return attention.sparse === undefined;
  return attention.type === "mla" && attention.linear === undefined;
}

/** The prediction itself is never left out, however one-sided its errors were. */
export function bandAround(logs: readonly number[]): Band {
  const sorted = logs.toSorted((one, other) => one - other);
  const at = (share: number) => Math.exp(sorted[Math.round(share * (sorted.length - 1))]!);
  return { low: Math.min(1, at(0.1)), high: Math.max(1, at(0.9)) };
}

const unknown: Bands = { rows: 0, tpot: { low: 0.5, high: 2 }, ttft: { low: 0.3, high: 3 } };

function widened({ low, high }: Band): Band {
  return { low: low ** 2, high: high ** 2 };
}
