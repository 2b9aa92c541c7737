/** What holds a schema and the type of what it lets through together: a drift of either is an error where both are named. */

/** Without readonly, as what a schema takes. */
export type Plain<T> = T extends readonly (infer Item)[]
  ? Plain<Item>[]
  : T extends object
    ? { -readonly [Name in keyof T]: Plain<T[Name]> }
    : T;

export type Same<One, Other> = [One] extends [Other] ? ([Other] extends [One] ? true : never) : never;
