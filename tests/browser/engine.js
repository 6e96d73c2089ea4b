// The search of a built site without a browser: the same script, reading the same files.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import vm from "node:vm";

const SCRIPT = new URL("../../themes/default/assets/search.js", import.meta.url);

/**
 * Runs the script as a page would, and returns what it offers. It runs in this context, since Node.js looks up every global
 * name of another one in a slow way, and times would say nothing of a browser; and without a channel, which would keep the
 * program from ending.
 */
export function runScript() {
  const run = vm.runInThisContext(`(function (MessageChannel) {${readFileSync(SCRIPT, "utf8")}\n})`, { filename: SCRIPT.pathname });
  run();
  const offered = globalThis.AfterwordSearch;
  delete globalThis.AfterwordSearch;
  return offered;
}

/** Opens the index of a built site; `read` tells of each script that is loaded, by name and text. */
export function openIndex(folder, read = () => {}) {
  const search = runScript();
  const fetch = async (name) => {
    const text = readFileSync(join(folder, "search", "data", `${name}.js`), "utf8");
    read(name, text);
    let data;
    vm.runInNewContext(text, { afterwordSearch: (given, value) => { if (given === name) data = value; } });
    if (data === undefined) throw new search.Unavailable(`${name} registers nothing`);
    return data;
  };
  return { search, index: new search.Index(fetch) };
}
