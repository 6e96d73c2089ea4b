// The judged queries against Pagefind and MiniSearch, over the same documents, in the same run.
//
//   cd tests/browser && npm ci && cd ../../benches/search && npm install && node compare.js [FOLDER …]
//
// Comes in: the demo content, the fixtures and further folders, built as one site by AFTERWORD_BIN, and the queries of
// `tests/search/queries.yml` (or of the file that QUERIES names). Goes out: a table of figures by type and engine, what the
// browser loads, and the queries at which ours is behind. Each engine gets the text of the documents as our index has it,
// and the settings that its documentation suggests; MiniSearch with prefixes, `fuzzy: 0.2` and boosts as ours.

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import MiniSearch from "minisearch";
import { openIndex } from "../../tests/browser/engine.js";
import { addresses, ask, buildCollection, judge, judgedQueries, names, summary } from "../../tests/browser/search-quality.js";

const further = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
const theme = new URL("../../themes/default", import.meta.url).pathname;
const site = buildCollection(further, ["--theme", theme]);
const temporary = realpathSync(mkdtempSync(join(tmpdir(), "afterword-compare-")));
const packed = (bytes) => gzipSync(bytes, { level: 9 }).length;
const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} KB`;
const milliseconds = (from) => Math.round(performance.now() - from);

/** Returns every document as our index knows it. */
async function documents(index) {
  await index.open();
  const facets = await index.facets();
  const all = [];
  for (let document = 0; document < index.documents; document += 1) {
    const record = await index.record(document);
    const passages = await index.passages(record);
    const named = ["service", "factor", "tag"].flatMap((facet) => facets[facet].filter((one) => one.documents.includes(document)).map((one) => one.value));
    all.push({
      id: document, title: record.title, names: named.join(" "), summary: record.summary, lessons: (await index.lessons(record)).map(([text]) => text).join("\n"),
      headings: passages.map(([, heading]) => heading).join("\n"), text: passages.map(([, , text]) => text).join("\n"), passages,
    });
  }
  return all;
}

/** Starts Pagefind in this process, reading from a server as it would in a browser. */
async function pagefind(all) {
  const pages = join(temporary, "pages");
  const escape = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  for (const one of all) {
    mkdirSync(join(pages, String(one.id)), { recursive: true });
    const body = one.passages.map(([, heading, text]) => `${heading ? `<h2>${escape(heading)}</h2>` : ""}${text.split("\n").map((line) => `<p>${escape(line)}</p>`).join("")}`).join("");
    writeFileSync(join(pages, String(one.id), "index.html"), `<!doctype html><html lang="en"><head><title>${escape(one.title)}</title></head><body><h1>${escape(one.title)}</h1><p>${escape(one.names)}</p><p>${escape(one.summary)}</p><p>${escape(one.lessons)}</p>${body}</body></html>`);
  }
  const program = fileURLToPath(new URL("node_modules/.bin/pagefind", import.meta.url));
  const began = performance.now();
  execFileSync(program, ["--site", pages], { stdio: "ignore" });
  const made = milliseconds(began);
  const loaded = new Map();
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://host").pathname);
    try {
      const bytes = readFileSync(join(pages, path));
      loaded.set(path, packed(bytes));
      response.end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const base = `http://127.0.0.1:${server.address().port}/pagefind/`;
  globalThis.window = globalThis;
  globalThis.location = new URL(base);
  globalThis.document = { currentScript: null, querySelector: () => ({ getAttribute: () => "en" }) };
  // Its script asks for addresses of the site, which a process does not have.
  const fetch = globalThis.fetch;
  globalThis.fetch = (address, ...rest) => fetch(new URL(address, base), ...rest);
  const engine = await import(pathToFileURL(join(pages, "pagefind/pagefind.js")).href);
  await engine.options({ basePath: base, baseUrl: "/" });
  await engine.init();
  return {
    made,
    loaded,
    own: packed(readFileSync(join(pages, "pagefind/pagefind.js"))),
    search: async (query) => {
      const { results } = await engine.search(query);
      const data = await Promise.all(results.slice(0, 10).map((one) => one.data()));
      return data.map((one) => Number(one.url.match(/(\d+)\//)[1]));
    },
    close: () => server.close(),
  };
}

try {
  const { index } = openIndex(site.folder);
  const all = await addresses(index);
  const texts = await documents(index);
  const began = performance.now();
  const mini = new MiniSearch({ fields: ["title", "names", "summary", "lessons", "headings", "text"], storeFields: ["title"] });
  mini.addAll(texts.map(({ passages, ...one }) => one));
  const miniMade = milliseconds(began);
  const miniBytes = packed(Buffer.from(JSON.stringify(mini)));
  const other = await pagefind(texts);
  const engines = {
    ours: async (query) => (await ask(index, all, query)).found,
    pagefind: async (query) => (await other.search(query)).map((id) => all[id]),
    minisearch: async (query) => mini.search(query, { prefix: true, fuzzy: 0.2, boost: { title: 7, names: 4, summary: 2, lessons: 2, headings: 2 } }).map((one) => all[one.id]),
  };
  const queries = judgedQueries(process.env.QUERIES).filter((query) => query.best.some((one) => all.some((address) => names(one, address))));
  const results = {};
  for (const [engine, search] of Object.entries(engines)) {
    results[engine] = [];
    for (const query of queries) {
      let found = [];
      try {
        found = await search(query.query);
      } catch (error) {
        console.error(`${engine} fails at “${query.query}”: ${error.message}`);
      }
      results[engine].push({ ...query, found, ...judge(query, found, all) });
    }
  }
  console.log(`${all.length} documents, ${queries.length} judged queries\n`);
  const sums = Object.fromEntries(Object.entries(results).map(([engine, list]) => [engine, summary(list)]));
  console.log("| type | queries | nDCG@10 ours | Pagefind | MiniSearch | MRR ours | Pagefind | MiniSearch | success@5 ours | Pagefind | MiniSearch | none ours | Pagefind | MiniSearch |");
  console.log("|---|---|---|---|---|---|---|---|---|---|---|---|---|---|");
  for (const [type, one] of sums.ours) {
    const cells = ["ndcg", "mrr", "success", "none"].flatMap((key) => ["ours", "pagefind", "minisearch"].map((engine) => sums[engine].get(type)[key].toFixed(3)));
    console.log(`| ${type} | ${one.count} | ${cells.join(" | ")} |`);
  }
  console.log("\nWhere ours is behind:");
  results.ours.forEach((one, at) => {
    for (const engine of ["pagefind", "minisearch"]) {
      const theirs = results[engine][at];
      if (theirs.ndcg > one.ndcg + 0.01) console.log(`  ${one.ndcg.toFixed(2)} < ${theirs.ndcg.toFixed(2)} ${engine}: ${one.type}: ${one.query}`);
    }
  });
  const weigh = (folder) => readdirSync(folder, { recursive: true }).map((path) => join(folder, String(path))).filter((path) => statSync(path).isFile()).reduce((sum, path) => sum + packed(readFileSync(path)), 0);
  console.log(`\nAll files of the index, gzip: ours ${kilobytes(weigh(join(site.folder, "search/data")))}, Pagefind ${kilobytes(weigh(join(temporary, "pages/pagefind")))}, MiniSearch ${kilobytes(miniBytes)}`);
  console.log(`Made in: Pagefind ${other.made} ms, MiniSearch ${miniMade} ms (wall)`);
  other.close();
} finally {
  site.remove();
  rmSync(temporary, { recursive: true, force: true });
}
