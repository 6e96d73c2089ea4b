// The search of a built site without a browser: the same script, reading the same files.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import vm from "node:vm";

const SCRIPT = new URL("../../themes/default/assets/search.js", import.meta.url);

/** Runs the script as a page would, and returns what it offers. */
export function runScript() {
  const context = vm.createContext({ performance, setTimeout, console });
  vm.runInContext(readFileSync(SCRIPT, "utf8"), context);
  return context.AfterwordSearch;
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
