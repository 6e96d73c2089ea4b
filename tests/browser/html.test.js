// Every page is HTML as the standard has it, in both themes.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { HtmlValidate } from "html-validate";
import { build, isRedirect, onePageOfEachKind, pagesOf } from "./demo.js";

const validator = new HtmlValidate({
  root: true,
  extends: ["html-validate:standard"],
  // How long a title is stands in the hands of those who write.
  rules: { "long-title": "off" },
});

async function faultsOf(folder, pages) {
  const faults = [];
  for (const path of pages) {
    const report = await validator.validateFile(join(folder, path));
    for (const { messages } of report.results) {
      for (const fault of messages) faults.push(`${path}:${fault.line}: ${fault.ruleId}: ${fault.message}`);
    }
  }
  return faults;
}

for (const [name, options] of [["the default theme", []], ["the plain theme", ["--theme", "plain"]]]) {
  test(name, async () => {
    const site = build(...options);
    try {
      const redirect = pagesOf(site.folder).find((path) => isRedirect(site.folder, path));
      assert.deepEqual(await faultsOf(site.folder, [...onePageOfEachKind(site.folder, { everyDocument: true }), redirect]), []);
    } finally {
      site.remove();
    }
  });
}

test("what is no HTML is found", async () => {
  const report = await validator.validateString("<!DOCTYPE html><html lang=\"en\"><head><title>A</title></head><body><p><div></div></p></body></html>");
  assert.equal(report.valid, false);
});
