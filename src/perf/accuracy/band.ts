/**
 * How far off a prediction may be: between the tenth and the ninetieth percentile of measured over predicted values, of deployments
 * like it that were not fitted on (tools/perf/bands.ts). The prediction itself is always within its band.
 */
import type { ModelShape } from "../../catalog/model-shape.ts";
import { familyOf, isCalibrated } from "../operations/chip-families.ts";
import { bands } from "../curves/bands.ts";
import { amdBands } from "../curves/calibrated-amd.ts";
import type { Served } from "../deployment.ts";
import type { Band, Bands } from "../curves/fitted.ts";
import type { Provenance } from "../kernels/provenance.ts";

/**
 * What is asked, since some questions are harder than others: a load that is described (`told`), one that nobody describes, drafted
 * tokens of which nobody says how many were right, or prompts and answers on pools of their own.
 */
export type Asked = "told" | "untold" | "drafting" | "pools";

/** What is asked of a deployment by itself. */
export function askedOf({ speculation }: Served, isUntold = false): Asked {
  if (speculation !== undefined) return "drafting";
  return isUntold ? "untold" : "told";
}

/** Keys of bands, from the most alike deployments to the least. The last is what is asked only. */
export function bandKeys({ engine, chip, model }: Served, provenance: Provenance, asked: Asked): string[] {
  const kind = `${asked}/${model.feedForward.type}`;
  return [`${kind}/${engine}/${familyOf(chip)}/${provenance}`, `${kind}/${familyOf(chip)}`, kind, asked];
}

/** The band of the most alike deployments of which enough were measured. */
export function bandsOf(served: Served, provenance: Provenance, asked: Asked = askedOf(served)): Bands {
  const alike = hasMeasuredAttention(served.model) ? bandKeys(served, provenance, asked) : [];
  const found = alike.flatMap((key) => bands[key] ?? [])[0] ?? unknown;
  if (isCalibrated(served.chip)) return found;
  if (served.chip.vendor === "AMD" && alike.length > 0) return amdBands;
  // Few deployments on other chips were measured. Bands are twice as wide there, in logarithms.
  return { rows: 0, tpot: widened(found.tpot), ttft: widened(found.ttft) };
}

/** Whether deployments of models with such a kind of attention were measured. */
export function hasMeasuredAttention({ attention }: ModelShape): boolean {
  if (attention.type === "gqa") return attention.sparse === undefined;
  return attention.type === "mla" && attention.linear === undefined;
}

const unknown: Bands = { rows: 0, tpot: { low: 0.5, high: 2 }, ttft: { low: 0.3, high: 3 } };

function widened({ low, high }: Band): Band {
  return { low: low ** 2, high: high ** 2 };
}
