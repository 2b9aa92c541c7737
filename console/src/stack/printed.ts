/** Figures beside what was printed of them. Pure. */

/** Whether it is the same when it is rounded to as many decimals as the print has. */
export function isSameAsPrinted(value: number, figure: number): boolean {
  return Math.abs(value - figure) <= 0.5 * 10 ** -decimalsOf(figure) + Number.EPSILON * Math.abs(figure);
}

/** As it was printed: no digit more. */
export function printed(figure: number, decimalsMin = 0): string {
  return figure.toFixed(Math.max(decimalsMin, decimalsOf(figure)));
}

function decimalsOf(figure: number): number {
  return String(figure).split(".")[1]?.length ?? 0;
}
