/** What a deal's file takes for a number: a figure from outside with its source, and money as exact text. */
import { z } from "zod";
import type { Figure } from "../../catalog/figure.ts";

/** A figure of the catalog's kind, whose unit is in its field's name, and how far it may be off. */
export type SourcedFigure = Omit<Figure, "unit"> & {
  /** The least and the most that it may be; it is held where neither is given. */
  readonly low?: number;
  readonly high?: number;
};

const howToSay = '{ value: 0.055, source: "who says so, https://…", asOf: "2025-11", confidence: estimate }';

type Bounds = { readonly least?: number; readonly most?: number };

/** A sourced figure whose value and range lie in bounds. */
export function figure({ least = 0, most = Number.MAX_VALUE }: Bounds = {}) {
  const within = z.number().min(least).max(most);
  return z
    .strictObject(
      {
        value: within,
        low: within.exactOptional(),
        high: within.exactOptional(),
        source: z
          .string({ error: "A figure from outside says who says so" })
          .trim()
          .min(1, "A figure from outside says who says so"),
        asOf: z
          .string({ error: 'Say for when it holds, in quotes: "2025", "2025-11" or "2025-11-03"' })
          .regex(/^\d{4}(-\d{2}){0,2}$/, 'Say for when it holds, in quotes: "2025", "2025-11" or "2025-11-03"'),
        confidence: z.enum(["reported", "estimate", "derived", "assumption"]),
      },
      {
        error: ({ code, input }) =>
          code === "invalid_type" && (typeof input === "number" || input === undefined)
            ? `A figure from outside needs its source: ${howToSay}`
            : undefined,
      },
    )
    .superRefine(({ value, low, high }, context) => {
      if ((low ?? value) > value)
        context.addIssue({ code: "custom", path: ["low"], message: "It is above the value." });
      if ((high ?? value) < value)
        context.addIssue({ code: "custom", path: ["high"], message: "It is below the value." });
    });
}

const currency = /[$€£¥₩₹]|(?:^|[^a-z])[a-z]{3}(?:$|[^a-z])/i;

/** A decimal number of US dollars in quotes, exact. */
export const usdAmount = z
  .string({ error: 'Write a decimal number of US dollars in quotes: "2.56"' })
  .superRefine((text, context) => {
    if (/^\d{1,18}(\.\d{1,12})?$/.test(text)) return;
    const message = currency.test(text)
      ? "Currencies are not mixed here: convert it to US dollars, and write the number alone, in quotes"
      : 'Write a decimal number of US dollars in quotes: "2.56"';
    context.addIssue({ code: "custom", message });
  });

export const share = figure({ most: 1 });
