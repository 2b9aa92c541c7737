/**
 * The random numbers of NumPy's `RandomState` (`numpy.random.seed`, `numpy.random.randint`), so that what a Python client
 * drew from a seed is drawn here again: MT19937 (Matsumoto and Nishimura 1998), and whole numbers by masking its bits and
 * rejecting what is too large.
 */
const size = 624;
const middle = 397;

export class MersenneTwister {
  private readonly state = new Uint32Array(size);
  private next = size;

  constructor(seed: number) {
    this.state[0] = seed;
    for (let i = 1; i < size; i++) {
      const previous = this.state[i - 1]!;
      this.state[i] = Math.imul(previous ^ (previous >>> 30), 1_812_433_253) + i;
    }
  }

  /** Uniform in [0, 2³²). */
  bits(): number {
    if (this.next === size) this.twist();
    let bits = this.state[this.next++]!;
    bits ^= bits >>> 11;
    bits ^= (bits << 7) & 0x9d2c5680;
    bits ^= (bits << 15) & 0xefc60000;
    return (bits ^ (bits >>> 18)) >>> 0;
  }

  /** Uniform among the whole numbers from `least` to `most`, which are less than 2³¹ apart. */
  integer(least: number, most: number): number {
    const range = most - least;
    if (range === 0) return least;
    const mask = 2 ** (32 - Math.clz32(range)) - 1;
    for (;;) {
      const found = (this.bits() & mask) >>> 0;
      if (found <= range) return least + found;
    }
  }

  private twist(): void {
    const { state } = this;
    for (let i = 0; i < size; i++) {
      const joined = (state[i]! & 0x80000000) | (state[(i + 1) % size]! & 0x7fffffff);
      state[i] = state[(i + middle) % size]! ^ (joined >>> 1) ^ (joined & 1 ? 0x9908b0df : 0);
    }
    this.next = 0;
  }
}
