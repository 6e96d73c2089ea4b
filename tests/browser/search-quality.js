// How good the search is, on judged queries: nDCG@10, MRR, success@5 and queries without an answer, for each type.
//
//   node search-quality.js              the table, the queries that got worse, and those whose best document is not first
//   node search-quality.js --all        every query with what it finds
//   node search-quality.js --keep       keeps what every query reaches, for the next comparison, in `tests/search/reached.json`
//   node search-quality.js FOLDER …     with further folders of documents in the same site
//
// Comes in: `tests/search/queries.yml`, the demo content and the fixtures, built as one site by AFTERWORD_BIN. Goes out:
// figures. `search-quality.test.js` holds them to their floors; `benches/search` compares with other engines.

import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { openIndex } from "./engine.js";

const top = fileURLToPath(new URL("../..", import.meta.url));

/** Builds one site of the demo content, the fixtures and further folders; returns its folder, the content, and its end. */
export function buildCollection(further = [], options = []) {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "afterword-search-")));
  const content = join(root, "content");
  cpSync(join(top, "content"), content, { recursive: true });
  for (const name of readdirSync(join(top, "tests/sites"))) {
    const from = join(top, "tests/sites", name, "in");
    const inner = join(from, "content");
    cpSync(existsSync(inner) ? inner : from, join(content, name, existsSync(inner) ? "in/content" : "in"), { recursive: true });
  }
  for (const folder of further) cpSync(folder, content, { recursive: true });
  writeFileSync(join(root, "afterword.toml"), 'title = "Everything"\n');
  mkdirSync(join(root, "theme"));
  const out = join(root, "site");
  const program = process.env.AFTERWORD_BIN ?? join(top, "target/debug/afterword");
  try {
    execFileSync(program, ["build", root, "--out", out, "--today", "2026-01-15", "--keep-going", ...options], { stdio: ["ignore", "ignore", "pipe"] });
  } catch (error) {
    // Two fixtures may want one address; what is published is what is searched.
    if (error.status !== 1 || !existsSync(out)) throw error;
  }
  return { folder: out, content, remove: () => rmSync(root, { recursive: true, force: true }) };
}

/** Returns the judged queries, each with its type. */
export function judgedQueries(file = join(top, "tests/search/queries.yml")) {
  const types = parse(readFileSync(file, "utf8"));
  return Object.entries(types).flatMap(([type, queries]) => queries.map(({ q, best, good = [] }) => ({ type, query: q, best, good })));
}

/** Returns the addresses of the documents, read from the index itself. */
export async function addresses(index) {
  await index.open();
  const all = [];
  for (let document = 0; document < index.documents; document += 1) all.push((await index.record(document)).url.replace(/(^|\/)index\.html$/, "$1").replace(/\/$/, ""));
  return all;
}

/** Returns whether an address is that of the document that a judgement names. */
export const names = (judged, address) => {
  const plain = (path) => decodeURIComponent(path).toLowerCase();
  return plain(address) === plain(judged) || plain(address).endsWith(`/${plain(judged)}`) || plain(address).endsWith(`/${plain(judged)}/document`);
};

/** Returns the figures of one answer: `found` lists addresses, best first. */
export function judge(query, found, all) {
  const grade = (address) => (query.best.some((one) => names(one, address)) ? 3 : query.good.some((one) => names(one, address)) ? 1 : 0);
  const gain = (grade, place) => (2 ** grade - 1) / Math.log2(place + 2);
  const ten = found.slice(0, 10).map(grade);
  const ideal = all.map(grade).sort((a, b) => b - a).slice(0, 10);
  const sum = (grades) => grades.reduce((total, one, place) => total + gain(one, place), 0);
  const first = found.findIndex((address) => grade(address) === 3);
  return { ndcg: sum(ten) / sum(ideal), mrr: first < 0 ? 0 : 1 / (first + 1), success: first >= 0 && first < 5 ? 1 : 0, none: found.length ? 0 : 1, first };
}

/** Returns the addresses that our search finds, each once. */
export async function ask(index, all, query) {
  const answer = await index.search(query);
  const hits = await index.page(answer, 0, 10);
  const rest = answer.hits.slice(10, 60);
  return { answer, found: [...new Set([...hits, ...rest].map((hit) => all[hit.document]))] };
}

/** Adds figures up by type. */
export function summary(results) {
  const types = new Map();
  for (const type of [...new Set(results.map((one) => one.type)), "all"]) {
    const own = results.filter((one) => type === "all" || one.type === type);
    const mean = (key) => own.reduce((sum, one) => sum + one[key], 0) / own.length;
    types.set(type, { count: own.length, ndcg: mean("ndcg"), mrr: mean("mrr"), success: mean("success"), none: mean("none") });
  }
  return types;
}

/** Asks every query; those whose best documents are not in the collection are left out. */
export async function measure(folder) {
  const { index } = openIndex(folder);
  const all = await addresses(index);
  const results = [];
  const waiting = [];
  for (const query of judgedQueries()) {
    if (!query.best.some((one) => all.some((address) => names(one, address)))) {
      waiting.push(query);
      continue;
    }
    const { found } = await ask(index, all, query.query);
    results.push({ ...query, found, ...judge(query, found, all) });
  }
  return { results, waiting, all };
}

const REACHED = join(top, "tests/search/reached.json");

/** Returns the queries whose nDCG@10 is lower than what was kept, those that lost most first. */
export function worse(results) {
  const kept = JSON.parse(readFileSync(REACHED, "utf8"));
  return results.map((one) => ({ ...one, lost: (kept[one.type]?.[one.query] ?? 0) - one.ndcg })).filter((one) => one.lost > 0.01)
    .sort((a, b) => b.lost - a.lost);
}

/** Keeps what every query reached. */
function keep(results) {
  const types = {};
  for (const one of results) (types[one.type] ??= {})[one.query] = Number(one.ndcg.toFixed(2));
  writeFileSync(REACHED, `${JSON.stringify(types, null, 1)}\n`);
}

if (process.argv[1] && basename(process.argv[1]) === "search-quality.js") {
  const further = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
  const site = buildCollection(further, ["--theme", join(dirname(fileURLToPath(import.meta.url)), "../../themes/default")]);
  try {
    const { results, waiting, all } = await measure(site.folder);
    console.log(`${all.length} documents, ${results.length} queries, ${waiting.length} wait for a document\n`);
    console.log("type         queries  nDCG@10    MRR  success@5  none");
    for (const [type, one] of summary(results)) {
      console.log(`${type.padEnd(12)} ${String(one.count).padStart(7)} ${one.ndcg.toFixed(3).padStart(8)} ${one.mrr.toFixed(3).padStart(6)} ${one.success.toFixed(3).padStart(10)} ${one.none.toFixed(3).padStart(5)}`);
    }
    const down = worse(results);
    console.log(down.length ? `\nWorse than kept:` : "\nNo query is worse than kept.");
    for (const one of down) console.log(`  ${(one.ndcg + one.lost).toFixed(2)} to ${one.ndcg.toFixed(2)} ${one.type}: ${one.query}\n      ${one.found.slice(0, 4).join("  ")}`);
    if (process.argv.includes("--keep") && !further.length) keep(results);
    console.log("\nNot first:");
    for (const one of results) {
      if (process.argv.includes("--all") || one.first !== 0) console.log(`${one.first < 0 ? " - " : String(one.first + 1).padStart(2)} ${one.ndcg.toFixed(2)} ${one.type}: ${one.query}\n      ${one.found.slice(0, 4).join("  ")}`);
    }
    for (const one of waiting) console.log(`waits: ${one.query} (${one.best.join(", ")})`);
  } finally {
    site.remove();
  }
}
