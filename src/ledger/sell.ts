/** Posts what an application of ours sold. */
import { Fault } from "../stack/fault.ts";
import type { Store } from "../store/open.ts";
import { currentBooks } from "./current.ts";
import { microUnitsPerUnit, saleOf } from "./sale.ts";
import { ensureAccounts, inTransaction, lockLedger, reserveNumbers, writeJournal } from "./write.ts";

/**
 * @param sale.units how many seats or tasks, a decimal with at most six places.
 * @throws Fault `not_found` or `invalid_value` about the tenant, `invalid_value` about the units.
 */
export async function postSale(
  store: Store,
  sale: { readonly tenant: string; readonly units: string; readonly atMs: number },
): Promise<void> {
  const tenant = (await currentBooks(store)).tenants.get(sale.tenant);
  if (tenant === undefined) throw new Fault("not_found", { message: `There is no tenant "${sale.tenant}".` });
  const transaction = saleOf(tenant, microUnits(sale.units), sale.atMs);
  await ensureAccounts(store, [transaction]);
  await inTransaction(store, async (client) => {
    await lockLedger(client, "shared");
    const [id = 0] = await reserveNumbers(client, 1);
    await writeJournal(client, store, [{ id, transaction }]);
  });
}

function microUnits(text: string): bigint {
  const [, whole, fraction = ""] = /^(\d{1,15})(?:\.(\d{1,6}))?$/.exec(text) ?? [];
  if (whole === undefined) {
    throw new Fault("invalid_value", {
      message: `"${text}" is not a number of units such as "1" or "0.25".`,
      param: "units",
    });
  }
  return BigInt(whole) * microUnitsPerUnit + BigInt(fraction.padEnd(6, "0"));
}
