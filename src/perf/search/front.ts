/** The front of speed: what each candidate gives a user against what it gives in all. */
import type { Best } from "./verdict.ts";
import type { Standpoint } from "./findings.ts";

/** Points that no other beats in both tokens a second per user and per accelerator, the fastest user first. */
export function frontOf(points: readonly Standpoint[]): Standpoint[] {
  const sorted = points.toSorted(
    ({ point: one, candidate: first }, { point: other, candidate: second }) =>
      other.tokensPerSecondPerUser - one.tokensPerSecondPerUser ||
      other.outputTokensPerSecondPerAccelerator - one.outputTokensPerSecondPerAccelerator ||
      first.id - second.id,
  );
  let most = 0;
  return sorted.filter(({ point }) => {
    const isFront = point.outputTokensPerSecondPerAccelerator > most;
    most = Math.max(most, point.outputTokensPerSecondPerAccelerator);
    return isFront;
  });
}

/** By which factor a point gives more tokens per accelerator than the front at the same speed per user; 1 is level. */
export function aheadOf(
  front: readonly Standpoint[],
  { tokensPerSecondPerUser, tokensPerSecondPerAccelerator }: Best,
): number {
  const level = front.findLast(({ point }) => point.tokensPerSecondPerUser >= tokensPerSecondPerUser)?.point;
  // Faster than all of the front. The faster, the sooner it is tried.
  if (level === undefined) return 1e6 * tokensPerSecondPerUser;
  return tokensPerSecondPerAccelerator / level.outputTokensPerSecondPerAccelerator;
}
