/** A capacity scenario read from where a command names it. */
import { readFile } from "node:fs/promises";
import { text as readAll } from "node:stream/consumers";
import { readYaml } from "../api/yaml-file.ts";
import { type CapacityScenario, capacityScenario } from "../planner/capacity/scenario.ts";
import { Fault } from "../stack/fault.ts";

/** @param file - reads standard input. */
export async function readCapacityScenario(file: string): Promise<CapacityScenario> {
  if (file === "-") return readYaml(await readAll(process.stdin), "standard input", capacityScenario).data;
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new Fault("invalid_value", { message: `${file} cannot be read (${error.code ?? error.message}).` });
  });
  return readYaml(text, file, capacityScenario).data;
}
