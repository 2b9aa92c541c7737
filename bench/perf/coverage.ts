/**
 * How many measurements lie within the bands, which promise eight of ten.
 *
 *   node bench/perf/coverage.ts [--data ../shared/data/perf] [--json]
 *
 * Rows that were fitted on are predicted without their chip, and again without their model. Each is compared with the committed bands,
 * which were made with rows of its own chip and model among others. It is also compared with bands that are made anew without any row
 * of its chip, or of its model: these tell how sure a prediction is where nobody has measured. A CSV goes to bench/perf/out/.
 */
import { parseArgs } from "node:util";
import { type Residual, bandsFrom, residualsOf } from "../../tools/perf/bands.ts";
import { bandsOf } from "../../src/perf/accuracy/band.ts";
import type { Band, Bands } from "../../src/perf/curves/fitted.ts";
import { folds } from "../../src/perf/curves/calibrated.ts";
import { csvOf, keep } from "./data.ts";
import { defaultData } from "./measured.ts";

const { values } = parseArgs({
  options: { data: { type: "string", default: defaultData }, json: { type: "boolean", default: false } },
});
const residuals = residualsOf(values.data, folds);
/** By chip or model, the bands without it. */
const made = new Map<string, Record<string, Bands>>();

const judged = residuals.flatMap((one) => {
  const committed = bandsOf(one.served, one.provenance, one.asked);
  // What nobody fitted on has both kinds of unseen bands.
  const kinds = one.without === "itself" ? (["chip", "model"] as const) : [one.without];
  return kinds.map((without) => {
    const unseen = bandsWithout(one, without);
    return {
      what: `${one.asked} ${one.served.model.feedForward.type}`,
      without: one.without,
      unseen: without,
      engine: one.served.engine,
      chip: one.served.chip.name,
      model: one.model,
      tpot: isWithin(one.tpot, committed.tpot),
      ttft: isWithin(one.ttft, committed.ttft),
      unseenTpot: isWithin(one.tpot, unseen.tpot),
      unseenTtft: isWithin(one.ttft, unseen.ttft),
    };
  });
});
const share = (of: readonly boolean[]) => Math.round((of.filter(Boolean).length / of.length) * 100);
const table = [...Map.groupBy(judged, ({ what, unseen }) => `${what}, without its ${unseen}`)]
  .toSorted()
  .map(([what, of]) => ({
    what,
    rows: of.length,
    "TPOT within, %": share(of.map(({ tpot }) => tpot)),
    "TTFT within, %": share(of.map(({ ttft }) => ttft)),
    "TPOT, bands unseen": share(of.map(({ unseenTpot }) => unseenTpot)),
    "TTFT, bands unseen": share(of.map(({ unseenTtft }) => unseenTtft)),
  }));
if (values.json) console.log(JSON.stringify(table));
else {
  console.table(table);
  console.log("Also in bench/perf/out/: coverage.csv");
}
keep(
  "coverage.csv",
  csvOf(judged.map((one) => Object.fromEntries(Object.entries(one).map(([key, value]) => [key, String(value)])))),
);

function bandsWithout(one: Residual, without: "chip" | "model"): Bands {
  const of = ({ served, model }: Residual) => (without === "chip" ? served.chip.name : model);
  const key = `${without} ${of(one)}`;
  const found = made.get(key) ?? bandsFrom(residuals.filter((other) => of(other) !== of(one)));
  made.set(key, found);
  return one.keys.flatMap((name) => found[name] ?? [])[0]!;
}

function isWithin(log: number, { low, high }: Band): boolean {
  return Math.log(low) <= log && log <= Math.log(high);
}
