/** The books as the factory's resources are now, read again only after a change. */
import type pg from "pg";
import { changeSequence } from "../store/notify.ts";
import type { Store } from "../store/open.ts";
import { listResources } from "../store/resources.ts";
import { type Books, booksOf } from "./books.ts";

const known = new WeakMap<pg.Pool, { readonly sequence: number; readonly books: Books }>();

export async function currentBooks(store: Store): Promise<Books> {
  // Read before the resources: a change in between makes the next call read them once more.
  const sequence = await changeSequence(store.db);
  const cached = known.get(store.pool);
  if (cached?.sequence === sequence) return cached.books;
  const books = booksOf((await listResources(store.db)).map(({ spec }) => spec));
  known.set(store.pool, { sequence, books });
  return books;
}
