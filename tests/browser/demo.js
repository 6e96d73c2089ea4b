// The site that is looked at: our own content and one page that is hard to lay out, built by the program itself.

import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { dirname, extname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const top = join(here, "..", "..");

/** The policy that the site promises to run under. */
export const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; manifest-src 'self'";

/** Returns a variable of the environment that `tests/run` sets. */
export function needed(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: start these tests with tests/run`);
  return value;
}

/** Builds the site and returns its folder and what it was built from, with a function that removes both. */
export function build(...options) {
  const temporary = realpathSync(mkdtempSync(join(tmpdir(), "afterword-browser-")));
  const root = join(temporary, "root");
  cpSync(join(top, "content"), join(root, "content"), { recursive: true });
  cpSync(join(top, "afterword.toml"), join(root, "afterword.toml"));
  cpSync(join(top, "lessons.lock"), join(root, "lessons.lock"), { recursive: true });
  cpSync(join(here, "content"), join(root, "content"), { recursive: true });
  const out = join(temporary, "site");
  execFileSync(needed("AFTERWORD_BIN"), ["build", root, "--out", out, "--today", "2026-01-15", ...options], { stdio: ["ignore", "ignore", "pipe"] });
  return { root, folder: out, remove: () => rmSync(temporary, { recursive: true, force: true }) };
}

/** Returns the paths of all pages below a folder, with `/` between their parts. */
export function pagesOf(folder) {
  return readdirSync(folder, { recursive: true })
    .map((path) => String(path).split(sep).join("/"))
    .filter((path) => path.endsWith(".html"))
    .sort();
}

/** Returns whether a page only leads on to another. */
export function isRedirect(folder, path) {
  return readFileSync(join(folder, path), "utf8").includes('http-equiv="refresh"');
}

/** Returns the first page of each kind and the one that is hard to lay out; with `everyDocument` all documents too. */
export function onePageOfEachKind(folder, { everyDocument = false } = {}) {
  const kinds = new Map();
  for (const path of pagesOf(folder)) {
    const kind = readFileSync(join(folder, path), "utf8").match(/<body class="([^"]*)"/)?.[1];
    if (!kind) throw new Error(`the body of ${path} has no class`);
    const counted = path.startsWith("hard-to-lay-out/") || (everyDocument && kind.includes("page-document")) ? path : kind;
    if (!kinds.has(counted) && !isRedirect(folder, path)) kinds.set(counted, path);
  }
  return [...kinds.values()];
}

/** What files are, by the end of their names; each of these is text. */
export const TYPES = {
  ".css": "text/css", ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".json": "application/json",
  ".md": "text/markdown; charset=utf-8", ".svg": "image/svg+xml", ".txt": "text/plain", ".xml": "application/xml",
};

/** Serves a folder on loopback below a prefix, as a host of static files does; `headers` come with every answer. */
export async function serve(prefix, headers) {
  let folder;
  const server = createServer((request, response) => {
    let path = decodeURIComponent(new URL(request.url, "http://host").pathname);
    const inside = path.startsWith(prefix) ? join(folder, path.slice(prefix.length)) : "";
    const file = inside && path.endsWith("/") ? join(inside, "index.html") : inside;
    const found = file && !relative(folder, file).startsWith("..") && statSync(file, { throwIfNoEntry: false })?.isFile();
    const shown = found ? file : join(folder, "404.html");
    response.writeHead(found ? 200 : 404, { "content-type": TYPES[extname(shown)] ?? "application/octet-stream", ...headers });
    response.end(readFileSync(shown));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}${prefix}`,
    show: (what) => { folder = what; },
    close: () => new Promise((resolve) => { server.closeAllConnections(); server.close(resolve); }),
  };
}
