/** JSON that keeps whole numbers of any size: a bigint is written as its digits and an `n`, in quotes. */

const bigintText = /^-?\d+n$/;

export function encode(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) => (typeof member === "bigint" ? `${member}n` : member));
}

/** The inverse of `encode`, for what this program wrote itself: who calls says what it is. */
export function decode<Value>(text: string): Value {
  return JSON.parse(text, (_, member: unknown) =>
    typeof member === "string" && bigintText.test(member) ? BigInt(member.slice(0, -1)) : member,
  ) as Value;
}
