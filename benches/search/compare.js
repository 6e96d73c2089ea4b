// The judged queries against Pagefind and MiniSearch, over the same documents, in the same run.
//
//   cd tests/browser && npm ci && cd ../../benches/search && npm install && node compare.js [FOLDER …]
//
// Comes in: the demo content, the fixtures and further folders, built as one site by AFTERWORD_BIN, and the queries of
// `tests/search/queries.yml` (or of the file that QUERIES names). Goes out: a table of figures by type and engine, what the
// browser loads, and the queries at which ours is behind. Each engine gets the text of the documents as our index has it,
// and the settings that its documentation suggests; MiniSearch with prefixes, `fuzzy: 0.2` and boosts as ours.

import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { openIndex } from "../../tests/browser/engine.js";
import { addresses, ask, buildCollection, judge, judgedQueries, names, summary } from "../../tests/browser/search-quality.js";
import { documents, minisearch, pagefind } from "./peers.js";

const further = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
const theme = new URL("../../themes/default", import.meta.url).pathname;
const site = buildCollection(further, ["--theme", theme]);
const packed = (bytes) => gzipSync(bytes, { level: 9 }).length;
const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} KB`;

try {
  const { index } = openIndex(site.folder);
  const all = await addresses(index);
  const texts = await documents(index);
  const mini = minisearch(texts);
  const other = await pagefind(texts);
  const visited = await other.open();
  const engines = {
    ours: async (query) => (await ask(index, all, query)).found,
    pagefind: async (query) => (await visited.search(query)).map((id) => all[id]),
    minisearch: async (query) => mini.search(query).map((one) => all[one.id]),
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
  console.log(`\nAll files of the index, gzip: ours ${kilobytes(weigh(join(site.folder, "search/data")))}, Pagefind ${kilobytes(weigh(other.folder))}, MiniSearch ${kilobytes(packed(mini.bytes))}`);
  console.log(`Made in: Pagefind ${other.made} ms, MiniSearch ${mini.made} ms (wall)`);
  other.close();
} finally {
  site.remove();
}
