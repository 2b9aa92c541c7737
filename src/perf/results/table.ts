/** A table of points as JSON: one object for each row. No benchmark tool wrote it. */
import { cellsOf, type Reader } from "./row.ts";

export const jsonTable: Reader = {
  tool: "",
  read(fields) {
    if (!fields.has("model_path", "isl", "osl")) return undefined;
    return [{ cells: cellsOf(Object.fromEntries(fields.names.map((name) => [name, fields.text(name)]))) }];
  },
};
