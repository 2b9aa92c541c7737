/** Nelder and Mead's simplex (Computer Journal 7, 1965): the least value of a function of a few positive numbers. */

/** @param start positive; the search runs over their logarithms, so that they stay so */
export function minimise(loss: (values: number[]) => number, start: readonly number[], rounds = 400): number[] {
  const from = (logs: readonly number[]) => logs.map((log) => Math.exp(log));
  const rate = (logs: number[]) => ({ logs, loss: loss(from(logs)) });
  const origin = start.map((value) => Math.log(value));
  let simplex = [
    origin,
    ...origin.map((_, axis) => origin.map((log, index) => (index === axis ? log + 0.5 : log))),
  ].map(rate);
  for (let round = 0; round < rounds; round += 1) {
    simplex = simplex.toSorted((one, other) => one.loss - other.loss);
    const [best, worst, second] = [simplex[0]!, simplex.at(-1)!, simplex.at(-2)!];
    const centre = origin.map((_, axis) => {
      const others = simplex.slice(0, -1);
      return others.reduce((sum, { logs }) => sum + logs[axis]!, 0) / others.length;
    });
    const along = (step: number) => rate(centre.map((log, axis) => log + step * (worst.logs[axis]! - log)));
    const reflected = along(-1);
    let next = reflected;
    if (reflected.loss < best.loss) {
      const further = along(-2);
      if (further.loss < reflected.loss) next = further;
    } else if (reflected.loss >= second.loss) next = along(reflected.loss < worst.loss ? -0.5 : 0.5);
    if (next.loss < worst.loss) simplex = [...simplex.slice(0, -1), next];
    else simplex = simplex.map(({ logs }) => rate(logs.map((log, axis) => (log + best.logs[axis]!) / 2)));
  }
  return from(simplex.toSorted((one, other) => one.loss - other.loss)[0]!.logs);
}
