/**
 * Who is in flight, in an array in which each knows its place.
 *
 * A Set would do, but for its garbage: each time that it grows over its deleted entries, V8's old table keeps a
 * pointer to the new one. Once one of those is in the old generation, every later table hangs on it, and with them
 * every request in them, until a full collection: measured, a third more CPU per request and 100 MB more memory.
 */

export type Member = {
  /** Its place; kept by the roster alone. */
  place: number;
};

export class Roster<M extends Member> {
  readonly #members: M[] = [];

  get size(): number {
    return this.#members.length;
  }

  add(member: M): void {
    member.place = this.#members.length;
    this.#members.push(member);
  }

  /** Without effect on one that is not there. */
  remove(member: M): void {
    if (this.#members[member.place] !== member) return;
    const last = this.#members.pop();
    if (last === undefined || last === member) return;
    this.#members[member.place] = last;
    last.place = member.place;
  }

  /** Calls for each, in no order; those called may leave meanwhile. */
  forEach(call: (member: M) => void): void {
    // From the end, since the last takes the place of one that leaves.
    for (let at = this.#members.length - 1; at >= 0; at -= 1) {
      const member = this.#members[at];
      if (member !== undefined) call(member);
    }
  }
}
