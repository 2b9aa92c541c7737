/** The kernel tables of ai-dynamo/aiconfigurator (Apache-2.0): one parquet file per chip, operation, engine and version. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { asyncBufferFromFile, parquetReadObjects } from "hyparquet";
import { compressors } from "hyparquet-compressors";

export type Row = Record<string, number | string>;

export const systems = ["a100_sxm", "h100_sxm", "h200_sxm", "b200_sxm", "gb200"] as const;
export const engineFolders = { vllm: "vllm", sglang: "sglang", trtllm: "tensorrt-llm" } as const;

/** The table of an operation in its newest version here; no rows where there is none. */
export async function newestTable(
  ops: string,
  system: string,
  operation: string,
  engine: string,
  file: string,
): Promise<Row[]> {
  const folder = join(ops, system, operation, engine);
  if (!existsSync(folder)) return [];
  const versions = readdirSync(folder).toSorted((one, other) => one.localeCompare(other, "en", { numeric: true }));
  const path = versions.map((version) => join(folder, version, `${file}.parquet`)).findLast((one) => existsSync(one));
  if (path === undefined) return [];
  return (await parquetReadObjects({ file: await asyncBufferFromFile(path), compressors })) as Row[];
}

export function num(row: Row, name: string): number {
  return Number(row[name] ?? 0);
}
