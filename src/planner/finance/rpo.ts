/**
 * Remaining performance obligations: what customers have committed to and has not been recognised as revenue yet.
 * Rolled forward exactly: opening + signed − recognised − cancelled = closing.
 */
import { type PicoUsd, pico, zeroUsd } from "../../stack/money.ts";
import { Fault } from "../../stack/fault.ts";

export type RpoMovement = {
  readonly signed: PicoUsd;
  readonly recognised: PicoUsd;
  readonly cancelled: PicoUsd;
};

export type RpoPeriod = RpoMovement & { readonly opening: PicoUsd; readonly closing: PicoUsd };

/** @throws Fault `invalid_value` when more is recognised or cancelled than was signed. */
export function rollForward(movements: readonly RpoMovement[], opening: PicoUsd = zeroUsd): RpoPeriod[] {
  let before = opening;
  return movements.map((movement, index) => {
    const closing = pico(before + movement.signed - movement.recognised - movement.cancelled);
    if (closing < 0n) {
      throw new Fault("invalid_value", {
        message: `Period ${index + 1} recognises or cancels more than what remains.`,
        remedy: "Count first what was signed.",
      });
    }
    const period = { opening: before, ...movement, closing };
    before = closing;
    return period;
  });
}
