/** A deal read from the text of its file, and what cannot be worked out of it told where it stands. */
import { z } from "zod";
import { termsOf } from "../planner/deal/terms.ts";
import { type Deal, dealFile } from "../planner/deal/schema.ts";
import { Fault } from "../stack/fault.ts";
import { readYaml } from "./yaml-file.ts";

/** The schema, and what only the contract's own arithmetic finds. */
export const workableDeal = dealFile.transform((deal, context) => {
  try {
    termsOf(deal);
    return deal;
  } catch (error) {
    if (!(error instanceof Fault) || error.param === undefined) throw error;
    const path = error.param
      .split(/[.[\]]+/)
      .flatMap((key) => (key === "" ? [] : [/^\d+$/.test(key) ? Number(key) : key]));
    context.addIssue({ code: "custom", path, message: error.message.replace(`${error.param}: `, "") });
    return z.NEVER;
  }
});

/**
 * @param place Its file's name, as it will stand before the line in an error.
 * @throws Fault `invalid_value`: one line for each thing that is wrong.
 */
export function readDeal(text: string, place: string): Deal {
  return readYaml(text, place, workableDeal).data;
}
