// The plain theme: everybody can use it too.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { build, needed, onePageOfEachKind } from "./demo.js";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

let browser;
let site;

before(async () => {
  browser = await chromium.launch({ executablePath: needed("AFTERWORD_BROWSER"), headless: true, args: ["--headless", "--no-sandbox", "--disable-gpu"] });
  site = build("--theme", "plain");
});

after(async () => {
  await browser?.close();
  site?.remove();
});

// The theme leaves colours to the browser, so one page tells of the dark ones.
for (const [colorScheme, wanted] of [["light", () => true], ["dark", (path) => path.startsWith("hard-to-lay-out/")]]) {
  test(`no fault on any kind of page (axe), ${colorScheme}`, async () => {
    const page = await browser.newPage({ viewport: { width: 390, height: 844 }, colorScheme });
    const faults = [];
    const paths = onePageOfEachKind(site.folder).filter(wanted);
    assert.ok(paths.length >= (colorScheme === "light" ? 5 : 1), `only ${paths}`);
    for (const path of paths) {
      await page.goto(pathToFileURL(join(site.folder, path)).href);
      await page.evaluate(AXE);
      const { violations } = await page.evaluate(() => window.axe.run({ resultTypes: ["violations"] }));
      for (const { id, help, nodes } of violations) {
        faults.push(`${path}: ${id}: ${help}: ${nodes.slice(0, 3).map((node) => `${node.html.slice(0, 160)} [${[...node.any, ...node.all, ...node.none].map((one) => one.message).join("; ")}]`).join(" | ")}`);
      }
      const [wide, room] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
      if (wide > room) faults.push(`${path} is ${wide} px wide on a screen of ${room}`);
    }
    await page.close();
    assert.deepEqual(faults, []);
  });
}
