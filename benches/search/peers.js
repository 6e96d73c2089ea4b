// Other engines for static sites, over the same documents as ours.
//
// Comes in: our index of a built site. Goes out: the text of its documents, and Pagefind and MiniSearch that have taken it in,
// with what a browser would load of them.

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import MiniSearch from "minisearch";

const milliseconds = (from) => Math.round(performance.now() - from);

/** Returns every document as our index knows it. */
export async function documents(index) {
  await index.open();
  const facets = await index.facets();
  const named = new Map();
  for (const { value, documents } of ["service", "factor", "tag"].flatMap((facet) => facets[facet])) {
    for (const document of documents) named.set(document, [...(named.get(document) ?? []), value]);
  }
  const all = [];
  for (let document = 0; document < index.documents; document += 1) {
    const record = await index.record(document);
    const passages = await index.passages(record);
    all.push({
      id: document, title: record.title, names: (named.get(document) ?? []).join(" "), summary: record.summary, lessons: (await index.lessons(record)).map(([text]) => text).join("\n"),
      headings: passages.map(([, heading]) => heading).join("\n"), text: passages.map(([, , text]) => text).join("\n"), passages,
    });
  }
  return all;
}

/** Makes the index of Pagefind, and serves it to this process as a browser would have it. */
export async function pagefind(all) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "afterword-pagefind-")));
  const escape = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  for (const one of all) {
    mkdirSync(join(folder, String(one.id)), { recursive: true });
    const body = one.passages.map(([, heading, text]) => `${heading ? `<h2>${escape(heading)}</h2>` : ""}${text.split("\n").map((line) => `<p>${escape(line)}</p>`).join("")}`).join("");
    writeFileSync(join(folder, String(one.id), "index.html"), `<!doctype html><html lang="en"><head><title>${escape(one.title)}</title></head><body><h1>${escape(one.title)}</h1><p>${escape(one.names)}</p><p>${escape(one.summary)}</p><p>${escape(one.lessons)}</p>${body}</body></html>`);
  }
  const program = fileURLToPath(new URL("node_modules/.bin/pagefind", import.meta.url));
  const began = performance.now();
  execFileSync(program, ["--site", folder], { stdio: "ignore" });
  const made = milliseconds(began);
  let tell = () => {};
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://host").pathname);
    try {
      const bytes = readFileSync(join(folder, path));
      tell(path, bytes);
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
  const script = join(folder, "pagefind/pagefind.js");
  let visits = 0;
  return {
    made,
    folder: join(folder, "pagefind"),
    script: readFileSync(script),
    /** Begins as a page that was just opened; `read` tells of each file that is loaded, by path and bytes. */
    open: async (read = () => {}) => {
      tell = read;
      const engine = await import(`${pathToFileURL(script).href}?visit=${(visits += 1)}`);
      await engine.options({ basePath: base, baseUrl: "/" });
      await engine.init();
      return {
        /** Finds documents, and asks for what it shows of the first of them: their titles are not known before. */
        search: async (query, shown = 10) => {
          const { results } = await engine.search(query);
          const data = await Promise.all(results.slice(0, shown).map((one) => one.data()));
          return data.map((one) => Number(one.url.match(/(\d+)\//)[1]));
        },
      };
    },
    close: () => {
      server.close();
      server.closeAllConnections();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Makes the index of MiniSearch, with prefixes, slips and boosts as its documentation suggests; a page loads it whole. */
export function minisearch(all) {
  const began = performance.now();
  const mini = new MiniSearch({ fields: ["title", "names", "summary", "lessons", "headings", "text"], storeFields: ["title"] });
  mini.addAll(all.map(({ passages, ...one }) => one));
  return {
    made: milliseconds(began),
    bytes: Buffer.from(JSON.stringify(mini)),
    script: readFileSync(fileURLToPath(new URL("node_modules/minisearch/dist/umd/index.js", import.meta.url))),
    search: (query) => mini.search(query, { prefix: true, fuzzy: 0.2, boost: { title: 7, names: 4, summary: 2, lessons: 2, headings: 2 } }),
  };
}
