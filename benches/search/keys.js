// What a key press costs in a real browser, on a built site of any size.
//
//   AFTERWORD_BROWSER=chromium node keys.js SITE
//
// Comes in: the folder of a site. Goes out: for the box and for the page of search, while somebody types a few queries, the
// longest task of the page's main thread and how many take longer than 16 and 50 ms, in CPU time of that thread, so that a
// busy machine does not count. A task is one turn of the page: script, styles, layout and painting as they come.

import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const { chromium } = createRequire(new URL("../../tests/browser/package.json", import.meta.url))("playwright-core");
const folder = process.argv[2];
if (!folder || !process.env.AFTERWORD_BROWSER) throw new Error("name the folder of a built site, and a browser in AFTERWORD_BROWSER");

const QUERIES = ["connection timeout ", "payments database replication lag", "certificte expired", "retry storm in the queue", "us-east-1 outage"];
const browser = await chromium.launch({ executablePath: process.env.AFTERWORD_BROWSER, headless: true, args: ["--headless", "--no-sandbox", "--disable-gpu"] });
for (const [start, box] of [["index.html", "#aw-search"], ["search/index.html", "#aw-search-words"]]) {
  for (const round of ["first", "again"]) {
    const page = round === "first" ? await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage() : browser.contexts().at(-1).pages()[0];
    if (round === "first") await page.goto(pathToFileURL(join(folder, start)).href);
    await page.focus(box);
    await page.waitForTimeout(800);
    for (const query of QUERIES) {
      await page.fill(box, "");
      await page.waitForTimeout(400);
      await browser.startTracing(page, { categories: ["toplevel", "devtools.timeline", "disabled-by-default-devtools.timeline"] });
      await page.keyboard.type(query, { delay: 120 });
      await page.waitForTimeout(1500);
      const { traceEvents } = JSON.parse((await browser.stopTracing()).toString());
      const main = traceEvents.find((event) => event.name === "thread_name" && event.args.name === "CrRendererMain" && traceEvents.some((other) => other.pid === event.pid && other.name === "FunctionCall"));
      const own = traceEvents.filter((event) => event.pid === main.pid && event.tid === main.tid && event.ph === "X" && event.tdur !== undefined);
      const tasks = own.filter((event) => /RunTask$/.test(event.name)).sort((a, b) => b.tdur - a.tdur);
      const long = tasks[0];
      const parts = own.filter((event) => event !== long && event.ts >= long.ts && event.ts + event.dur <= long.ts + long.dur && event.tdur > 2000 && !/RunTask|ThreadControllerImpl/.test(event.name))
        .map((event) => `${event.name} ${(event.tdur / 1000).toFixed(1)}`).slice(0, 6);
      console.log(`${start} ${round.padEnd(5)} ${JSON.stringify(query).padEnd(36)} longest ${(long.tdur / 1000).toFixed(1).padStart(6)} ms, over 16 ms ${tasks.filter((task) => task.tdur > 16_000).length}, over 50 ms ${tasks.filter((task) => task.tdur > 50_000).length}  ${parts.join(", ")}`);
    }
  }
}
await browser.close();
