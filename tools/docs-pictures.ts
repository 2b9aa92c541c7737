/**
 * Draws the pictures of docs/perf-accuracy.md from those of the benches, as PNG: thousands of dots are smaller so.
 *
 *   npm run bench:perf && node tools/docs-pictures.ts
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { browserMissing, startBrowser } from "../test/browser/chromium.ts";

const pictures = ["held-out", "cliff", "mlperf", "requests", "published"];
const missing = browserMissing();
if (missing !== false) {
  console.error(`No pictures: ${missing}.`);
  process.exit(1);
}
const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const browser = await startBrowser();
try {
  for (const name of pictures) {
    const { page, close } = await browser.open();
    await page.setContent(
      `<body style="margin: 0">${readFileSync(at(`../bench/perf/out/${name}.svg`), "utf8")}</body>`,
    );
    await page.locator("svg").screenshot({ path: at(`../docs/images/accuracy-${name}.png`) });
    await close();
    console.log(`docs/images/accuracy-${name}.png`);
  }
} finally {
  await browser.close();
}
