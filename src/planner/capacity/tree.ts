/**
 * Which futures share a quarter. Until the branch nobody knows which future it is, so what is decided there is decided for
 * all of them, with one variable; what happens there is shared too where nothing differs yet.
 */
export type Node = {
  readonly quarter: number;
  /** Indices of the futures that go through it. */
  readonly futures: readonly number[];
};

export type Tree = {
  readonly decisions: readonly Node[];
  readonly operations: readonly Node[];
  decision(quarter: number, future: number): Node;
  operation(quarter: number, future: number): Node;
  /** Operations of a quarter that a decision reaches, each once. */
  reached(decision: Node, quarter: number): readonly Node[];
  /** The operations of the quarter before; undefined in the first. */
  before(operation: Node): Node | undefined;
};

/** @param isAlike Whether all that one sees of two futures up to a quarter is the same. */
export function treeOf(
  quarters: number,
  futures: number,
  branch: number,
  isAlike: (quarter: number, one: number, other: number) => boolean,
): Tree {
  const all = Array.from({ length: futures }, (_, future) => future);
  const group = (quarter: number, together: (one: number, other: number) => boolean): Node[] => {
    const nodes: { quarter: number; futures: number[] }[] = [];
    for (const future of all) {
      const home = nodes.find((node) => together(node.futures[0]!, future));
      if (home === undefined) nodes.push({ quarter, futures: [future] });
      else home.futures.push(future);
    }
    return nodes;
  };
  const decided = Array.from({ length: quarters }, (_, quarter) => group(quarter, () => quarter < branch));
  const operated = Array.from({ length: quarters }, (_, quarter) =>
    group(quarter, (one, other) => quarter < branch && isAlike(quarter, one, other)),
  );
  const find = (nodes: readonly Node[][], quarter: number, future: number): Node => {
    const node = nodes[quarter]?.find((one) => one.futures.includes(future));
    if (node === undefined) throw new RangeError(`There is no quarter ${quarter} or no future ${future}.`);
    return node;
  };
  return {
    decisions: decided.flat(),
    operations: operated.flat(),
    decision: (quarter, future) => find(decided, quarter, future),
    operation: (quarter, future) => find(operated, quarter, future),
    reached: (decision, quarter) =>
      (operated[quarter] ?? []).filter((node) => node.futures.some((future) => decision.futures.includes(future))),
    before: ({ quarter, futures: [future = 0] }) => (quarter === 0 ? undefined : find(operated, quarter - 1, future)),
  };
}
