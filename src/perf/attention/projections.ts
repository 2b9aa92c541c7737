/**
 * Attention's products of matrices: which there are, how large their weights are on one accelerator, and in how many layers. Those
 * of attention to compressed tokens are in compressed.ts.
 */
import type { Grouped, Latent, LinearAttention } from "../../catalog/model-shape.ts";
import type { Projection } from "./compressed.ts";
import { fullHeads } from "./attention-layers.ts";

/** The products of grouped-query attention. */
export function projections(attention: Grouped, hidden: number, layers: number, tp: number): Projection[] {
  const { heads, outputGate, linear, sparse, window, queryRank } = attention;
  const full = layers - (linear?.layers ?? 0);
  const queries = (heads * (outputGate ? 2 : 1)) / tp;
  const of = ({ kvHeads, headDim }: { readonly kvHeads: number; readonly headDim: number }, some: number) => [
    { n: (queryRank ?? queries * headDim) + 2 * Math.max(1, kvHeads / tp) * headDim, k: hidden, layers: some },
    ...(queryRank === undefined ? [] : [{ n: queries * headDim, k: queryRank, layers: some }]),
    { n: hidden, k: (heads * headDim) / tp, layers: some, isSummed: true },
  ];
  const near = attention.global && window ? window.layers : 0;
  const all: Projection[] = [...of(fullHeads(attention), full - near), ...(near > 0 ? of(attention, near) : [])];
  if (sparse) all.push({ n: (sparse.indexHeads / tp + 1) * sparse.indexDim, k: hidden, layers: sparse.layers });
  if (linear === undefined) return all;
  return [...all, ...linearProjections(linear, hidden, tp)];
}

/** The products beside latent attention, whose own are in its curves: those of linear attention, and a gate on the output. */
export function besideLatent(
  { heads, valueDim, linear, outputGate }: Latent,
  hidden: number,
  full: number,
  tp: number,
) {
  const gate = outputGate ? [{ n: (heads * valueDim) / tp, k: hidden, layers: full }] : [];
  return linear === undefined ? gate : [...gate, ...linearProjections(linear, hidden, tp)];
}

function linearProjections(linear: LinearAttention, hidden: number, tp: number): Projection[] {
  const [keys, values] = [linear.keyHeads * linear.keyDim, linear.valueHeads * linear.valueDim];
  return [
    { n: (2 * keys + 2 * values) / tp, k: hidden, layers: linear.layers },
    { n: hidden, k: values / tp, layers: linear.layers },
  ];
}
