// How long a built site keeps a reader on a slow phone waiting, and whether it moves while it loads.
//
//   node measure.js SITE           the heaviest page of each kind
//   node measure.js SITE PATH …    these pages, such as lessons/index.html
//
// Comes in: the folder of a site. Goes out: for each page the median of the first and of the largest paint with its
// element, the largest paint of the slowest run, the worst layout shift of all runs, and what came over the wire until the page was still.
// A machine that has something else to do slows all this down. `alone` is the largest paint without that: when the last file that
// it waits for had come, and four times what the processor really spent on the page before and after that, in the
// run that was disturbed least.
// The phone is the one that Lighthouse simulates: 390 px wide, a processor slowed to a quarter, 150 ms for each request and
// 1.6 Mbit/s. Every run begins with an empty cache. The server is on loopback, compresses with gzip as hosts do, and sends the
// strict policy that the site promises to run under.

import { createServer } from "node:http";
import { createRequire } from "node:module";
import { readFileSync, statSync } from "node:fs";
import { extname, join, relative } from "node:path";
import { gzipSync } from "node:zlib";
import { POLICY, TYPES, isRedirect, pagesOf } from "../../tests/browser/demo.js";

const require = createRequire(new URL("../../tests/browser/package.json", import.meta.url));
const { chromium } = require("playwright-core");

const RUNS = Number(process.env.RUNS ?? 5);
const PHONE = { width: 390, height: 844 };
const NETWORK = { offline: false, latency: 150, downloadThroughput: (1.6 * 1024 * 1024) / 8, uploadThroughput: (0.75 * 1024 * 1024) / 8 };
const SLOWED = 4;

const [folder, ...named] = process.argv.slice(2);
if (!folder) throw new Error("name the folder of a built site");

/** Returns the heaviest page of each kind, by the class of its body. */
function heaviestOfEachKind() {
  const kinds = new Map();
  for (const path of pagesOf(folder)) {
    if (isRedirect(folder, path)) continue;
    const kind = readFileSync(join(folder, path), "utf8").match(/<body class="([^"]*)"/)?.[1];
    const size = statSync(join(folder, path)).size;
    if (!(kinds.get(kind)?.size >= size)) kinds.set(kind, { path, size });
  }
  return [...kinds.values()].map((one) => one.path);
}

const packed = new Map();
const server = createServer((request, response) => {
  const path = decodeURIComponent(new URL(request.url, "http://host").pathname);
  const file = join(folder, path.endsWith("/") ? `${path}index.html` : path);
  if (relative(folder, file).startsWith("..") || !statSync(file, { throwIfNoEntry: false })?.isFile()) {
    response.writeHead(404).end();
    return;
  }
  const type = TYPES[extname(file)] ?? "application/octet-stream";
  const headers = { "content-type": type, "content-security-policy": POLICY, "cache-control": "max-age=600" };
  let body = packed.get(file) ?? readFileSync(file);
  if (TYPES[extname(file)]) {
    if (!packed.has(file)) packed.set(file, body = gzipSync(body, { level: 6 }));
    headers["content-encoding"] = "gzip";
  }
  response.writeHead(200, { ...headers, "content-length": body.length }).end(body);
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const base = `http://127.0.0.1:${server.address().port}/`;

/** Runs in the page before anything else and notes what the browser tells. */
function watch() {
  window.seen = { first: 0, largest: 0, element: "", moved: 0, movers: [] };
  const name = (one) => (one?.localName ? one.localName + (one.id ? `#${one.id}` : "") + [...one.classList].map((word) => `.${word}`).join("") : "?");
  const observe = (type, take) => new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true });
  observe("paint", (entry) => { if (entry.name === "first-contentful-paint") window.seen.first = entry.startTime; });
  observe("largest-contentful-paint", (entry) => { window.seen.largest = entry.startTime; window.seen.element = name(entry.element); });
  observe("layout-shift", (entry) => {
    window.seen.moved += entry.value;
    window.seen.movers.push(...entry.sources.map((source) => name(source.node)));
  });
}

/** What a screen adds: a frame. */
const FRAME = 17;

/** Opens a page with the processor as it is, and returns when its largest paint would come on the phone alone. */
async function alone(browser, path) {
  const context = await browser.newContext({ viewport: PHONE, hasTouch: true, isMobile: true });
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send("Network.enable");
  await session.send("Network.emulateNetworkConditions", NETWORK);
  const whole = await browser.newBrowserCDPSession();
  const events = [];
  whole.on("Tracing.dataCollected", ({ value }) => events.push(...value));
  const complete = new Promise((resolve) => { whole.on("Tracing.tracingComplete", resolve); });
  await whole.send("Tracing.start", { transferMode: "ReportEvents", traceConfig: { includedCategories: ["toplevel", "devtools.timeline", "loading", "blink.user_timing"] } });
  const url = base + address(path);
  await page.goto(url, { waitUntil: "networkidle" });
  await whole.send("Tracing.end");
  await complete;
  await whole.detach();
  await context.close();
  const begin = events.find((event) => event.name === "navigationStart" && event.args.data?.documentLoaderURL === url);
  const mine = events.filter((event) => event.pid === begin.pid && event.ts >= begin.ts);
  const paint = mine.filter((event) => event.name === "largestContentfulPaint::Candidate").at(-1);
  const sent = mine.filter((event) => event.name === "ResourceSendRequest");
  const came = (end) => {
    const ids = sent.filter((event) => event.args.data.url.endsWith(end) && event.ts < paint.ts).map((event) => event.args.data.requestId);
    return Math.max(begin.ts, ...mine.filter((event) => event.name === "ResourceFinish" && ids.includes(event.args.data.requestId) && event.ts < paint.ts).map((event) => event.ts));
  };
  const files = Math.max(came(".css"), came("scheme.js"));
  const tasks = mine.filter((event) => event.tid === begin.tid && event.ph === "X" && event.name === "ThreadControllerImpl::RunTask");
  const spent = (from, to) => tasks.filter((task) => task.ts >= from && task.ts < to).reduce((sum, task) => sum + (task.tdur ?? task.dur), 0);
  return (files - begin.ts + (SLOWED - 1) * spent(begin.ts, files) + SLOWED * spent(files, paint.ts)) / 1000 + FRAME;
}

const address = (path) => path.replace(/(^|\/)index\.html$/, "$1").split("/").map(encodeURIComponent).join("/");

/** Opens a page once in a browser that knows nothing yet. */
async function open(browser, path) {
  const context = await browser.newContext({ viewport: PHONE, hasTouch: true, isMobile: true });
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send("Network.enable");
  await session.send("Network.emulateNetworkConditions", NETWORK);
  await session.send("Emulation.setCPUThrottlingRate", { rate: SLOWED });
  let bytes = 0;
  let requests = 0;
  session.on("Network.loadingFinished", (event) => { bytes += event.encodedDataLength; requests += 1; });
  await page.addInitScript(watch);
  await page.goto(base + address(path), { waitUntil: "networkidle" });
  await page.waitForTimeout(300);
  const seen = await page.evaluate(() => window.seen);
  await context.close();
  return { ...seen, bytes, requests };
}

const middle = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const browser = await chromium.launch({ executablePath: process.env.AFTERWORD_BROWSER ?? "/usr/bin/chromium", args: ["--headless", "--no-sandbox", "--disable-gpu"] });
console.log("page                                           first   largest  slowest     alone   shift    kB  requests  element");
for (const path of named.length ? named : heaviestOfEachKind()) {
  const runs = [];
  for (let run = 0; run < RUNS; run += 1) runs.push(await open(browser, path));
  const quiet = [];
  for (let run = 0; run < RUNS; run += 1) quiet.push(await alone(browser, path));
  const of = (what) => runs.map((run) => run[what]);
  const moved = Math.max(...of("moved"));
  console.log([
    path.replace(/index\.html$/, "").slice(-42).padEnd(42) || "home",
    `${Math.round(middle(of("first")))} ms`.padStart(9),
    `${Math.round(middle(of("largest")))} ms`.padStart(9),
    `${Math.round(Math.max(...of("largest")))} ms`.padStart(8),
    `${Math.round(Math.min(...quiet))} ms`.padStart(10),
    moved.toFixed(3).padStart(7),
    (middle(of("bytes")) / 1000).toFixed(0).padStart(5),
    String(middle(of("requests"))).padStart(9),
    ` ${runs[0].element}`,
    moved >= 0.0005 ? ` moved: ${[...new Set(runs.flatMap((run) => run.movers))].join(", ")}` : "",
  ].join(""));
}
await browser.close();
server.close();
