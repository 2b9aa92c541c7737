/** Saves what a page shows as a file: a table as CSV, a chart as PNG or SVG, all of it as JSON, a report as the API sets it. */
import { send } from "../answers/ask.ts";

export function saveCsv(name: string, rows: readonly (readonly (string | number)[])[]): void {
  save(`${name}.csv`, new Blob([csvOf(rows)], { type: "text/csv;charset=utf-8" }));
}

/** RFC 4180. */
export function csvOf(rows: readonly (readonly (string | number)[])[]): string {
  const cell = (value: string | number) => {
    const text = String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return rows.map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}

export function saveJson(name: string, value: unknown): void {
  save(`${name}.json`, new Blob([`${JSON.stringify(value, undefined, 2)}\n`], { type: "application/json" }));
}

/** The first chart within an element, as it is drawn. */
export function saveSvg(name: string, within: Element | null): void {
  const svg = within?.querySelector(".chart svg");
  if (!(svg instanceof SVGSVGElement)) return;
  save(`${name}.svg`, new Blob([new XMLSerializer().serializeToString(svg)], { type: "image/svg+xml;charset=utf-8" }));
}

/** The first chart within an element, on the colour that it stands on. */
export async function savePng(name: string, within: Element | null): Promise<void> {
  const svg = within?.querySelector(".chart svg");
  if (!(svg instanceof SVGSVGElement)) return;
  const { width, height } = svg.getBoundingClientRect();
  const address = URL.createObjectURL(
    new Blob([new XMLSerializer().serializeToString(svg)], { type: "image/svg+xml;charset=utf-8" }),
  );
  const image = new Image(width, height);
  image.src = address;
  await image.decode();
  // Twice as fine, for slides.
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width * 2, height * 2];
  const pen = canvas.getContext("2d");
  if (pen === null) return;
  pen.fillStyle = getComputedStyle(document.documentElement).getPropertyValue("--tw-panel") || "#ffffff";
  const panel = svg.closest(".panel");
  if (panel !== null) pen.fillStyle = getComputedStyle(panel).backgroundColor;
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(image, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(address);
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/png"));
  if (blob !== null) save(`${name}.png`, blob);
}

/** @throws Refusal when the API says no. */
export async function savePdf(name: string, path: string, body: object): Promise<void> {
  const response = await send(path, { method: "POST", body });
  save(`${name}.pdf`, await response.blob());
}

/**
 * What the API has as a file.
 *
 * @throws Refusal when the API says no.
 */
export async function saveAnswer(name: string, path: string): Promise<void> {
  const response = await send(path);
  save(name, await response.blob());
}

function save(name: string, blob: Blob): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // Browsers read it after the click.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
