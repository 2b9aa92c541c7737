/**
 * The distribution of times between tokens, over all gaps of all requests: counts in bins that grow by 1 %, so that a
 * percentile is within half a percent (DDSketch: Masson, Rim and Lee 2019).
 */
const LOWEST_SECONDS = 1e-7;
const BINS = 2800;
const GROWTH = 1.01;

const lowerEdges = Float64Array.from({ length: BINS + 1 }, (_, bin) => LOWEST_SECONDS * GROWTH ** bin);

export class GapSketch {
  private readonly counts = new Float64Array(BINS);
  private gaps = 0;
  private total = 0;
  /** The bin last used: mostly the next one too. */
  private bin = 0;

  /** Adds the same gap of so many requests. */
  add(seconds: number, gaps: number): void {
    this.gaps += gaps;
    this.total += seconds * gaps;
    this.counts[this.binOf(seconds)]! += gaps;
  }

  /** Adds the gaps of so many requests over steps each of which takes `growth` longer than the one before. */
  addSteps(seconds: number, growth: number, steps: number, requests: number): void {
    this.gaps += steps * requests;
    this.total += (steps * seconds + (growth * steps * (steps - 1)) / 2) * requests;
    for (let step = 0; step < steps;) {
      const at = seconds + step * growth;
      const bin = this.binOf(at);
      const room = growth > 0 ? Math.ceil((lowerEdges[bin + 1]! - at) / growth) : steps;
      const within = Math.max(1, Math.min(steps - step, room));
      this.counts[bin]! += within * requests;
      step += within;
    }
  }

  /** Mean and percentiles in seconds; NaN without gaps. */
  summary(): { readonly mean: number; readonly p50: number; readonly p90: number; readonly p99: number } {
    const [p50, p90, p99] = this.percentiles([50, 90, 99]) as [number, number, number];
    return { mean: this.total / this.gaps, p50, p90, p99 };
  }

  /** Seconds below which so many hundredths of the gaps lie, ascending; NaN without gaps. */
  percentiles(percents: readonly number[]): number[] {
    let [bin, below] = [0, this.counts[0]!];
    return percents.map((percent) => {
      const rank = (this.gaps * percent) / 100;
      while (bin < BINS && !(below > 0 && below >= rank)) below += this.counts[++bin] ?? 0;
      return bin < BINS ? lowerEdges[bin]! * Math.sqrt(GROWTH) : Number.NaN;
    });
  }

  private binOf(seconds: number): number {
    const last = this.bin;
    if (seconds >= lowerEdges[last]! && seconds < lowerEdges[last + 1]!) return last;
    const bin = Math.floor(Math.log(seconds / LOWEST_SECONDS) / Math.log(GROWTH));
    this.bin = bin > 0 ? Math.min(bin, BINS - 1) : 0;
    return this.bin;
  }
}
