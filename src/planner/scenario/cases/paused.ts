/** The strategies of a company that did not pause: what a pause like Microsoft's would have cost it, and a way back. */
import type { Readings } from "../../../catalog/readings.ts";
import { said } from "../../../catalog/readings.ts";
import type { Route, ScenarioFile } from "../scenario.ts";
import { power } from "./inputs.ts";

type Strategies = ScenarioFile["strategies"];
export type DecisionFile = NonNullable<Strategies[string]["decisions"]>[number];

const preview =
  "SemiAnalysis, https://newsletter.semianalysis.com/p/microsofts-ai-strategy-deconstructed (public preview)";

/** Its base is not public, and is the same under every strategy. */
export const noBase = (company: string): Readings => ({
  what: `${company}'s fleet before 2023`,
  readings: [
    said("ours: not public, and left out; it is the same under every strategy", "2025-11", "assumption")(0, "MW"),
  ],
});

type Pausing = {
  readonly freezes: Route[];
  readonly comebackMw: number;
  readonly about: string;
  /** Whether it sells compute at all. */
  readonly sells?: boolean;
};

/** As it happened, the same with Microsoft's pause, and that with orders of every route from 2026 on. */
export function pausedLikeMicrosoft(
  decisions: DecisionFile[],
  { freezes, comebackMw, about, sells = true }: Pausing,
): Strategies {
  const part = (route: "build" | "lease" | "rent" | "partner", share: number): DecisionFile => ({
    do: route,
    at: "2026Q1",
    order: `${route}-2026`,
    what: { build: "own building", lease: "leases", rent: "neoclouds' power", partner: "a partner's power" }[route],
    mw: power(
      `by ${route} from 2026`,
      Math.round(comebackMw * share),
      "ours: all routes together, what was frozen",
      "2026-01",
    ),
    over: 4,
    source: "ours",
  });
  return {
    "as-it-happened": { title: "As it happened", about, decisions },
    paused: {
      title: "Paused as Microsoft did",
      about: "The same freeze, from the third quarter of 2024 to the second of 2025.",
      follows: "as-it-happened",
      decisions: [
        {
          do: "freeze",
          at: "2024Q3",
          until: "2025Q3",
          routes: freezes,
          source: `Microsoft's: new leases froze after the second quarter of 2024, ${preview}`,
        },
      ],
    },
    comeback: {
      title: "Paused, then back",
      about: "After such a pause it builds, leases, rents and partners at once from 2026 on.",
      follows: "paused",
      decisions: [
        part("build", 0.35),
        part("lease", 0.35),
        part("rent", 0.15),
        part("partner", 0.15),
        ...(sells ? [{ do: "accept", at: "2026Q3", deal: "frontier-2026", source: "ours" } as const] : []),
      ],
    },
  };
}
