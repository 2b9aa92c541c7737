/** Tables of functions that are slow to compute: some values are computed, and the rest lie on lines between them. */
import { tileRows } from "../operations/tiles.ts";

/**
 * A function of whole numbers from 0, as tables of any length. It is made to rise: single measurements may say that more work
 * takes less time. Values are computed at every number up to 16, then at ever larger steps, and are linear between. Products
 * compute whole tiles, so the last row of a tile and the first row of the next are always computed.
 *
 * What was computed is kept, so that a second table, longer or shorter, costs only its lines.
 */
export class Tabulation {
  readonly #value: (index: number) => number;
  /** Where values were computed, ascending, and the most that the function was up to there. */
  readonly #places: number[] = [0];
  readonly #values: number[];

  constructor(value: (index: number) => number) {
    this.#value = value;
    this.#values = [Math.max(0, value(0))];
  }

  /** Values at 0 … `most`. */
  upTo(most: number): Float64Array {
    const table = new Float64Array(most + 1);
    table[0] = this.#values[0]!;
    for (let place = 0, from = 0; from < most; place += 1) {
      const before = this.#values[place]!;
      const next = nextNode(from);
      const to = Math.min(most, next);
      const after = next <= most ? this.#computed(place + 1, next) : Math.max(before, this.#value(most));
      for (let index = from + 1; index <= to; index += 1) {
        table[index] = before + ((after - before) * (index - from)) / (to - from);
      }
      from = to;
    }
    return table;
  }

  /** The values of a table up to `most` one by one, for tables too long to be made; beyond it by the last slope. */
  along(most: number): (index: number) => number {
    let last: number | undefined;
    const within = (index: number): number => {
      if (index === 0) return this.#values[0]!;
      const place = this.#placeBefore(index, most);
      const [from, before] = [this.#places[place]!, this.#values[place]!];
      const next = nextNode(from);
      const to = Math.min(most, next);
      const after = next <= most ? this.#computed(place + 1, next) : (last ??= Math.max(before, this.#value(most)));
      return before + ((after - before) * (index - from)) / (to - from);
    };
    return (index) => {
      if (index <= most) return within(index);
      return within(most) + (index - most) * (within(most) - within(most - 1));
    };
  }

  /** The last place with a value before an index. */
  #placeBefore(index: number, most: number): number {
    const places = this.#places;
    for (let last = places.at(-1)!; last < index; last = places.at(-1)!) {
      const next = nextNode(last);
      if (next > most) break;
      this.#computed(places.length, next);
    }
    let [low, high] = [0, places.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (places[middle]! < index) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #computed(place: number, index: number): number {
    if (place === this.#places.length) {
      this.#places.push(index);
      this.#values.push(Math.max(this.#values[place - 1]!, this.#value(index)));
    }
    return this.#values[place]!;
  }
}

function nextNode(from: number): number {
  const to = from + Math.max(1, Math.floor(from / 16));
  if (from < tileRows) return to;
  if (from % tileRows === 0) return from + 1;
  const end = Math.ceil(from / tileRows) * tileRows;
  return to <= end ? to : Math.max(end, to - (to % tileRows));
}
