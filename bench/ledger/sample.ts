/** A typical request, with an id as the gateway mints them, and summaries of what was measured. */
import { randomBytes } from "node:crypto";
import type { Usage } from "../../src/stack/usage.ts";

let minted = 0;

/** A UUIDv7: in order of time, which is what keeps an index on it warm. */
function mintId(nowMs: number): string {
  minted += 1;
  const hex = Buffer.concat([Buffer.alloc(6), randomBytes(10)]);
  hex.writeUIntBE(nowMs, 0, 6);
  hex.writeUInt16BE(0x7000 | (minted & 0x0fff), 6);
  hex.writeUInt8((hex.readUInt8(8) & 0x3f) | 0x80, 8);
  return hex.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

export function sampleUsage(nowMs = Date.now()): Usage {
  const spread = minted % 97;
  return {
    id: mintId(nowMs),
    endpoint: "chat.completions",
    tenant: `tenant-${minted % 10}`,
    project: "web",
    keyId: `00000000-0000-4000-8000-${String(minted % 50).padStart(12, "0")}`,
    model: `model-${minted % 4}`,
    streamed: true,
    startedAtMs: nowMs - 1200 - spread,
    endedAtMs: nowMs,
    deployment: `rack-${minted % 2}-1`,
    source: `rack-${minted % 2}`,
    outcome: "complete",
    status: 200,
    tokens: { input: 812 + spread, cachedInput: 128, output: 240 + spread, reasoning: 16 },
    countedBy: "engine",
    work: {
      acceleratorMs: 310.25 + spread,
      acceleratorProvenance: "measured",
      millijoules: 151_204.5 + spread,
      energyProvenance: "modelled",
    },
    ttftMs: 84.2,
    tries: 1,
  };
}

export function percentile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN;
}
