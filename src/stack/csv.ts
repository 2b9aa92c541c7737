/** Tables as comma-separated values, as RFC 4180 quotes them. */

export type CsvCell = string | number | null | undefined;

/** A row without its line end; null and undefined are empty cells. */
export function csvLine(cells: readonly CsvCell[]): string {
  return cells.map(csvCell).join(",");
}

/** A text that a spreadsheet would take for a formula is marked as text; a number stays one. */
function csvCell(value: CsvCell): string {
  const text = String(value ?? "");
  const isFormula = typeof value === "string" && /^[=+@\t\r]|^-(?!\d+(\.\d+)?$)/.test(text);
  const safe = isFormula ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
