/** How far the ledger is behind the meter, and whether new work is taken on: from who ships, and from the gateway. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { request } from "undici";
import { z } from "zod";

const shipperStatus = z.object({
  atMs: z.number(),
  caughtUpAtMs: z.number().nullable(),
  trouble: z.string().nullable(),
});

export type MeterStatus = {
  /** Events that wait; null when there are some and nobody has counted them. */
  readonly lagEvents: number | null;
  /** Since everything had last been shipped; 0 when the shipper keeps up. */
  readonly lagMs: number;
  /** Whether the token service takes on new work. */
  readonly accepting: boolean;
  /** Why usage waits; null when it does not. */
  readonly trouble: string | null;
};

/** A shipper that keeps up says so several times a second. */
const keepsUpMs = 3_000;
const gatewayWaitMs = 1_000;

export async function meterStatus(ask: {
  readonly dataDir: string;
  readonly apiUrl: string;
  readonly nowMs: number;
}): Promise<MeterStatus> {
  const shipper = readShipper(ask.dataDir);
  const accepting = await isAccepting(ask.apiUrl);
  if (shipper === undefined) {
    return { lagEvents: null, lagMs: 0, accepting, trouble: "Nothing has been shipped on this data folder yet." };
  }
  const lagMs = Math.max(0, ask.nowMs - (shipper.caughtUpAtMs ?? shipper.atMs));
  const keepsUp = shipper.trouble === null && lagMs < keepsUpMs;
  return {
    lagEvents: keepsUp ? 0 : null,
    lagMs: keepsUp ? 0 : lagMs,
    accepting,
    trouble: keepsUp ? null : (shipper.trouble ?? "The shipper has not reported lately."),
  };
}

function readShipper(dataDir: string): z.output<typeof shipperStatus> | undefined {
  let text: string;
  try {
    text = readFileSync(join(dataDir, "run", "shipper.json"), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  return shipperStatus.parse(JSON.parse(text));
}

async function isAccepting(apiUrl: string): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(gatewayWaitMs);
    const { statusCode, body } = await request(new URL("/readyz", apiUrl), { signal });
    await body.dump();
    return statusCode === 200;
  } catch {
    // Not there, or too busy to say so within a second: nobody takes on work.
    return false;
  }
}
