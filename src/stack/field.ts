/** Fields that resources share, each with the sentence that tells what would fit. */
import { z } from "zod";

export const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._:/-]{0,62}$/, "Use lower-case letters, digits, and . _ : / - (at most 63).")
  .describe("Unique within its kind.");

/** A decimal number of US dollars. */
export const usdText = z
  .string()
  .regex(/^\d{1,18}(\.\d{1,12})?$/, 'Write a decimal number of US dollars in quotes, such as "0.087".');

/** US dollars per million tokens, to six decimals: exact in pico-dollars per token. */
export const usdPerMillion = z
  .string()
  .regex(/^\d{1,9}(\.\d{1,6})?$/, 'Write US dollars per million tokens in quotes, to six decimals: "0.15".');

export const ratio = z.string().regex(/^\d(\.\d{1,9})?$/, 'Write a ratio in quotes: "0.133" is 13.3 %.');
