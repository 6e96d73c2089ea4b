// What a browser loads for an answer, and how long it thinks, on a built site.
//
//   cargo bench --bench build -- --only-generate /tmp/site 10000
//   afterword build /tmp/site --out /tmp/site/dist
//   node weigh.js /tmp/site/dist             # ours
//   node weigh.js /tmp/site/dist --peers     # and Pagefind and MiniSearch over the same documents, asked the same
//   AFTERWORD_BROWSER=chromium node weigh.js /tmp/site/dist    # and how long ours thinks in a real browser
//
// Comes in: the folder of a site. Goes out: kilobytes (gzip at level 6 and Brotli at 5, as servers compress) for the first
// answer to two words, with the script and style of search, and for later ones; milliseconds of a query that was asked before,
// and of one whose words nobody asked for yet but whose pieces are there, by the clock and of the processor; and the longest
// that one stretch of work held everything else up. Words are taken from titles, texts and typos, the same in every run. The
// first answer counts ten results; the texts for the context of five stand in a column of their own.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { openIndex } from "../../tests/browser/engine.js";

const [folder] = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
const withPeers = process.argv.includes("--peers");
if (!folder) throw new Error("name the folder of a built site");

const weights = {
  gzip: (text) => gzipSync(text, { level: 6 }).length,
  brotli: (text) => brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }).length,
};
const middle = (list, part = 0.5) => [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * part))];
const spread = (list, unit) => `${middle(list).toFixed(1)} / ${middle(list, 0.9).toFixed(1)} / ${Math.max(...list).toFixed(1)} ${unit}`;

/** The same numbers in every run. */
let seed = 7;
const random = (below) => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return seed % below;
};

const { search, index } = openIndex(folder);
await index.open();
const sets = { "two words of a title": [], "two words of a text": [], "a word and a typo": [] };
for (let number = 0; number < 60; number += 1) {
  const record = await index.record(random(index.documents));
  const words = (text) => search.tokens(text).filter((word) => /^[a-z]{4,}$/.test(word));
  const pick = (list) => list[random(list.length)];
  const title = words(record.title);
  const text = words((await index.passages(record)).map(([, , text]) => text).join(" "));
  if (title.length > 1) sets["two words of a title"].push(`${title[0]} ${title[title.length - 1]}`);
  if (text.length > 1) {
    sets["two words of a text"].push(`${pick(text)} ${pick(text)}`);
    const long = text.filter((word) => word.length > 6);
    if (long.length) {
      const word = pick(long);
      const at = 1 + random(word.length - 2);
      sets["a word and a typo"].push(`${pick(text)} ${word.slice(0, at)}${word[at + 1]}${word[at]}${word.slice(at + 2)}`);
    }
  }
}

for (const [compression, weigh] of Object.entries(weights)) {
  const assets = ["assets/search.js", "assets/search.css"].map((path) => weigh(readFileSync(join(folder, path)))).reduce((a, b) => a + b);
  console.log(`${compression}: script and style ${(assets / 1000).toFixed(1)} KB, root ${(weigh(readFileSync(join(folder, "search/data/root.js"))) / 1000).toFixed(1)} KB (median / 90 % / most)`);
  for (const [name, queries] of Object.entries(sets)) {
    const first = [];
    const contexts = [];
    const later = [];
    const by = {};
    for (let at = 0; at < queries.length; at += 1) {
      let loaded = 0;
      const { index } = openIndex(folder, (file, text) => {
        const bytes = weigh(text);
        loaded += bytes;
        const kind = file === "root" ? file : file[0];
        by[kind] = (by[kind] ?? 0) + bytes;
      });
      const show = async (query) => index.page(await index.search(query), 0, 10);
      await show(queries[at]);
      first.push((assets + loaded) / 1000);
      loaded = 0;
      const answer = await index.search(queries[at]);
      for (const hit of (await index.page(answer, 0, 5))) await index.context(hit.record, answer);
      contexts.push(loaded / 1000);
      loaded = 0;
      await show(queries[(at + 1) % queries.length]);
      later.push(loaded / 1000);
    }
    const parts = Object.entries(by).map(([kind, bytes]) => `${kind} ${(bytes / 1000 / queries.length / (kind === "root" ? 1 : 2)).toFixed(1)}`).join(", ");
    console.log(`  ${name}: first ${spread(first, "KB")}; contexts of five ${spread(contexts, "KB")}; later ${spread(later, "KB")}  [each: ${parts}]`);
  }
}

// Everything that these queries need is loaded by now, so what is measured is thinking.
const { search: engine, index: warm } = openIndex(folder);
const took = async (index, query) => {
  const began = performance.now();
  const used = process.cpuUsage();
  await index.page(await index.search(query), 0, 10);
  const clock = performance.now() - began;
  const { user, system } = process.cpuUsage(used);
  return { clock, cpu: (user + system) / 1000 };
};
const spreads = (list) => `${spread(list.map(({ clock }) => clock), "ms")} by the clock (CPU ${spread(list.map(({ cpu }) => cpu), "ms")})`;
/** Times a query on an index that has its pieces in memory and has taken none of them apart but the root. */
const tookFirst = async (query) => {
  const pieces = new Map();
  const copy = async (name) => JSON.parse(JSON.stringify(await warm.load(name)));
  const probe = new engine.Index((name) => {
    pieces.set(name, copy(name));
    return copy(name);
  });
  await took(probe, query);
  await Promise.all(pieces.values());
  const index = new engine.Index((name) => pieces.get(name));
  await index.open();
  return took(index, query);
};
for (let round = 0; round < 3; round += 1) {
  for (const [name, queries] of Object.entries(sets)) {
    const times = [];
    const firsts = [];
    let longest = 0;
    for (const query of queries) times.push(await took(warm, query));
    for (const query of queries) firsts.push(await tookFirst(query));
    for (const query of queries) {
      let last = performance.now();
      let running = true;
      const tick = () => {
        const now = performance.now();
        longest = Math.max(longest, now - last);
        last = now;
        if (running) setImmediate(tick);
      };
      setImmediate(tick);
      await warm.search(query);
      running = false;
      await new Promise((done) => setImmediate(done));
    }
    if (round === 2) console.log(`${name}: a query takes ${spreads(times)}, for the first time ${spreads(firsts)}; the longest stretch ${longest.toFixed(1)} ms`);
  }
}

// The same questions on the page of search, by the clock of a real browser, each asked once before.
if (process.env.AFTERWORD_BROWSER) {
  const { chromium } = createRequire(new URL("../../tests/browser/package.json", import.meta.url))("playwright-core");
  const browser = await chromium.launch({ executablePath: process.env.AFTERWORD_BROWSER, headless: true, args: ["--headless", "--no-sandbox", "--disable-gpu"] });
  const page = await browser.newPage();
  await page.goto(pathToFileURL(join(folder, "search/index.html")).href);
  const times = await page.evaluate(async (sets) => {
    const data = new Map();
    globalThis.afterwordSearch = (name, value) => { data.set(name, value); };
    const fetch = (name) => new Promise((done, failed) => {
      const script = document.createElement("script");
      script.addEventListener("load", () => (data.has(name) ? done(data.get(name)) : failed(new Error(`${name} registers nothing`))));
      script.addEventListener("error", () => failed(new Error(`${name} is missing`)));
      script.src = new URL(`data/${name}.js`, location.href).href;
      document.head.append(script);
    });
    const index = new globalThis.AfterwordSearch.Index(fetch);
    await index.open();
    const times = {};
    for (const round of ["once", "again"]) {
      for (const [name, queries] of Object.entries(sets)) {
        times[name] = [];
        for (const query of queries) {
          const began = performance.now();
          await index.page(await index.search(query), 0, 10);
          if (round === "again") times[name].push(performance.now() - began);
        }
      }
    }
    return times;
  }, sets);
  for (const [name, list] of Object.entries(times)) console.log(`in a browser, ${name}: a query takes ${spread(list, "ms")}`);
  await browser.close();
}

// The same questions to other engines, each visit with an empty cache. Pagefind compresses its own files; the rest is packed as a server would.
if (withPeers) {
  const { documents, minisearch, pagefind } = await import("./peers.js");
  const texts = await documents(warm);
  const began = process.cpuUsage();
  const mini = minisearch(texts);
  const used = process.cpuUsage(began);
  const other = await pagefind(texts);
  console.log(`Pagefind, index made in ${(other.made / 1000).toFixed(1)} s by the clock; MiniSearch in ${((used.user + used.system) / 1e6).toFixed(1)} s of CPU`);
  const { gzip } = weights;
  console.log(`gzip: MiniSearch loads all before the first answer: ${((gzip(mini.script) + gzip(mini.bytes)) / 1000).toFixed(1)} KB (script ${(gzip(mini.script) / 1000).toFixed(1)} KB)`);
  for (const [name, queries] of Object.entries(sets)) {
    const [bare, first, later] = [[], [], []];
    const times = { Pagefind: [], MiniSearch: [] };
    for (let at = 0; at < queries.length; at += 1) {
      let loaded = 0;
      const visit = await other.open((path, bytes) => { loaded += gzip(bytes); });
      await visit.search(queries[at], 0);
      bare.push((gzip(other.script) + loaded) / 1000);
      await visit.search(queries[at], 5);
      first.push((gzip(other.script) + loaded) / 1000);
      loaded = 0;
      const next = queries[(at + 1) % queries.length];
      await visit.search(next, 5);
      later.push(loaded / 1000);
      const asked = performance.now();
      await visit.search(next, 5);
      times.Pagefind.push(performance.now() - asked);
      const before = performance.now();
      mini.search(next);
      times.MiniSearch.push(performance.now() - before);
    }
    console.log(`  ${name}: Pagefind first ${spread(bare, "KB")}, with the titles and contexts of five ${spread(first, "KB")}; later, with five ${spread(later, "KB")}`);
    for (const [engine, list] of Object.entries(times)) console.log(`    a warm query takes ${engine} ${spread(list, "ms")}`);
  }
  other.close();
}
