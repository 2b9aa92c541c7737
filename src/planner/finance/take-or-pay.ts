/** Take-or-pay: a customer pays for the hours it uses, and for a floor of the committed ones whether it uses them or not. */
import { type PicoUsd, pico } from "../../stack/money.ts";

export type TakeOrPayTerms = {
  readonly usdPerHour: PicoUsd;
  readonly committedHours: bigint;
  /** Of the committed hours, in thousandths: 900 bills nine tenths of them at the least. */
  readonly floorPermille: bigint;
};

export type TakeOrPayBill = {
  readonly usedHours: bigint;
  readonly billedHours: bigint;
  /** Billed and not used. */
  readonly unusedHours: bigint;
  readonly amount: PicoUsd;
};

/** The floor is rounded up to a whole hour; use above the commitment is billed at the same price. */
export function takeOrPayBill({ usdPerHour, committedHours, floorPermille }: TakeOrPayTerms, usedHours: bigint) {
  const floorHours = (committedHours * floorPermille + 999n) / 1000n;
  const billedHours = usedHours > floorHours ? usedHours : floorHours;
  return {
    usedHours,
    billedHours,
    unusedHours: billedHours - usedHours,
    amount: pico(billedHours * usdPerHour),
  } satisfies TakeOrPayBill;
}
