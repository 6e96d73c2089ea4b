// What a writer sees while writing, in a real browser: `afterword serve` and files that change. Start with tests/run.

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, sep } from "node:path";
import { createInterface } from "node:readline";
import { after, before, describe, test } from "node:test";
import { chromium } from "playwright-core";
import { needed } from "./demo.js";

const TODAY = "2026-01-15";
const LONG = Array.from({ length: 60 }, (_, index) => `Paragraph ${index} says what was seen at that minute of the outage.\n`).join("\n");

let browser;
let temporary;
let root;
let server;
let url;

const write = (path, text) => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
};

/** A postmortem with a text that is longer than a screen. */
const checkout = (sentence, more = "") => `---
title: Checkout rejects cards
date: 2025-03-02
services: [checkout]
severity: SEV-2
---

${sentence}

${LONG}
${more}
## Lessons

- Alert on the share of failed payments, not on their number.
`;

before(async () => {
  browser = await chromium.launch({
    executablePath: needed("AFTERWORD_BROWSER"),
    headless: true,
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
  });
  temporary = realpathSync(mkdtempSync(join(tmpdir(), "afterword-browser-")));
  root = join(temporary, "root");
  write("afterword.toml", "title = \"Shop\"\ntheme = \"theme\"\n");
  write("content/checkout.md", checkout("A rule sent half of the payments astray."));
  write("content/disk.md", "# The disk was full on 2025-04-03\n\nLogs filled it. See [the checkout](checkout.md).\n");
  write("theme/assets/own.css", "");
  server = spawn(needed("AFTERWORD_BIN"), ["serve", root, "--port", "0", "--today", TODAY], { stdio: ["ignore", "pipe", "ignore"] });
  url = await new Promise((resolve, reject) => {
    createInterface({ input: server.stdout }).once("line", resolve);
    server.once("exit", (code) => reject(new Error(`serve ended with ${code}`)));
  });
});

after(async () => {
  await browser?.close();
  server?.kill();
  rmSync(temporary, { recursive: true, force: true });
});

/**
 * A page, or a part of it, that is looked at once more where it was loaded anew meanwhile: it may be, at any moment after a file was
 * written. What does something to the page is done once.
 */
function steady(object) {
  const LOOKS = ["count", "evaluate", "goto", "isVisible", "title"];
  const whileLoading = (error) => ["context was destroyed", "interrupted by another navigation", "ERR_ABORTED"].some((words) => error.message.includes(words));
  return new Proxy(object, {
    get(target, name) {
      const member = target[name];
      if (typeof member !== "function") return member;
      if (!LOOKS.includes(name)) {
        return (...given) => {
          const result = member.apply(target, given);
          return result?.constructor?.name === "Locator" ? steady(result) : result;
        };
      }
      return async (...given) => {
        for (let times = 0; ; times++) {
          try {
            return await member.apply(target, given);
          } catch (error) {
            if (times === 20 || !whileLoading(error)) throw error;
          }
        }
      };
    },
  });
}

/** Opens a page, and calls `look` with it; nothing may go wrong on it, the policy among it. */
async function onPage(path, look, allowed = []) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = steady(await context.newPage());
  const faults = [];
  page.on("console", (message) => { if (["error", "warning"].includes(message.type())) faults.push(message.text()); });
  page.on("pageerror", (error) => faults.push(error.message));
  try {
    await page.goto(new URL(path, url).href);
    await look(page);
    assert.deepEqual(faults.filter((fault) => !allowed.some((words) => fault.includes(words))), []);
  } finally {
    await context.close();
  }
}

const panel = (page) => page.locator("#afterword-serve");

/** Fails where a page, or any other file, is not what a fresh build writes. */
async function compare(what) {
  const fresh = join(temporary, "fresh");
  execFileSync(needed("AFTERWORD_BIN"), ["build", root, "--out", fresh, "--today", TODAY, "--keep-going"], { stdio: "ignore" });
  const files = readdirSync(fresh, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const entry of files) {
    const path = join(entry.parentPath ?? entry.path, entry.name).slice(fresh.length + 1).split(sep).join("/");
    if (path === ".afterword") continue;
    const answer = await fetch(new URL(path, url));
    const served = (await answer.text()).replace(/<script src="\/\.afterword\/serve\.js\?v=\d+"><\/script>\n/, "");
    assert.equal(served, readFileSync(join(fresh, path), "utf8"), `${what}: ${path}`);
  }
}

describe("while somebody writes", () => {
  test("a changed sentence takes the place of the old one, and the page stays where it is", async () => {
    await onPage("checkout/", async (page) => {
      await page.evaluate(() => { window.mine = true; scrollTo(0, 700); });
      const at = await page.evaluate(() => scrollY);
      assert.ok(at > 300, `${at}`);
      const began = Date.now();
      write("content/checkout.md", checkout("A new rule sent every second payment astray."));
      await page.getByText("A new rule sent every second payment astray.").first().waitFor({ state: "attached" });
      await page.waitForFunction((before) => Math.abs(scrollY - before) < 60, at);
      assert.ok(Date.now() - began < 5000);
      await compare("a sentence");
    });
  });

  test("a block below is exchanged without loading the page again", async () => {
    await onPage("checkout/", async (page) => {
      await page.evaluate(() => { window.mine = true; scrollTo(0, 500); });
      const at = await page.evaluate(() => scrollY);
      const text = readFileSync(join(root, "content/checkout.md"), "utf8");
      write("content/checkout.md", text.replace("Paragraph 40 says", "Paragraph forty tells"));
      await page.getByText("Paragraph forty tells").waitFor({ state: "attached" });
      assert.deepEqual(await page.evaluate(() => [window.mine, scrollY]), [true, at]);
      await compare("a block");
    });
  });

  test("a new heading loads the page again at the same place", async () => {
    await onPage("checkout/", async (page) => {
      await page.evaluate(() => scrollTo(0, 600));
      const at = await page.evaluate(() => scrollY);
      write("content/checkout.md", checkout("A new rule sent every second payment astray.", "## What was tried\n\nThe rule was taken back.\n"));
      await page.getByRole("heading", { name: "What was tried" }).waitFor({ state: "attached" });
      await page.waitForFunction((before) => Math.abs(scrollY - before) < 120, at);
    });
  });

  test("findings of the saved file stand over the page until they are mended", async () => {
    await onPage("checkout/", async (page) => {
      assert.equal(await panel(page).getByText("leads to nothing").count(), 0);
      write("content/checkout.md", checkout("See [the runbook](gone.md)."));
      // A warning leaves the page to be seen, and is one line until it is opened; it stays open then.
      const summary = panel(page).locator("summary", { hasText: "1 warning" });
      await summary.waitFor();
      assert.match(await summary.evaluate((element) => getComputedStyle(element, "::after").content), /leads to nothing that is there/);
      assert.equal(await panel(page).getByText("content/checkout.md:8:5").isVisible(), false);
      await summary.click();
      await panel(page).getByText("content/checkout.md:8:5").waitFor();
      await page.reload();
      await panel(page).getByText("content/checkout.md:8:5").waitFor();
      await panel(page).getByText("leads to nothing that is there").waitFor();
      assert.equal(await panel(page).evaluate((element) => getComputedStyle(element).position), "fixed");
      write("content/checkout.md", checkout("See [the disk](disk.md)."));
      await panel(page).getByText("leads to nothing that is there").waitFor({ state: "detached" });
      rmSync(join(root, "content/checkout.md"));
      await panel(page).waitFor({ state: "hidden" });
      write("content/checkout.md", checkout("See [the disk](disk.md)."));
      await page.getByRole("heading", { name: "Checkout rejects cards" }).first().waitFor();
      await compare("mended");
    }, ["404"]);
  });

  test("broken settings and templates show their error over the last good page", async () => {
    await onPage("", async (page) => {
      const settings = readFileSync(join(root, "afterword.toml"), "utf8");
      write("afterword.toml", "titel = \"Shop\"\n");
      await panel(page).getByText("broken-settings").waitFor();
      assert.equal(await page.title(), "Shop");
      write("afterword.toml", settings);
      await panel(page).getByText("broken-settings").waitFor({ state: "detached" });

      write("theme/home.html", "{% extends \"default/home.html\" %}{% block main %}");
      await panel(page).getByText("broken-theme").waitFor();
      await page.getByText("Checkout rejects cards").first().waitFor();
      write("theme/home.html", "{% extends \"default/home.html\" %}{% block main %}{{ nothing.there }}{% endblock main %}");
      await panel(page).getByText("cannot make the page").waitFor();
      await page.getByText("Checkout rejects cards").first().waitFor();
      rmSync(join(root, "theme/home.html"));
      await panel(page).getByText("cannot make the page").waitFor({ state: "detached" });
      await compare("a mended theme");
    }, ["500"]);
  });

  test("new, renamed and deleted files are in lists, on tag pages and in the search", async () => {
    await onPage("incidents/", async (page) => {
      write("content/new/pager.md", "---\ntitle: The pager slept\ndate: 2025-06-01\nservices: [pager]\nseverity: SEV-3\n---\n\nNobody was woken by zanzibar.\n");
      await page.getByText("The pager slept").first().waitFor();
      await compare("a new file");
      renameSync(join(root, "content/new"), join(root, "content/night"));
      await page.locator("a[href*='night/pager']").first().waitFor({ state: "attached" });
      await compare("a renamed folder");
      await page.goto(new URL("services/pager/", url).href);
      await page.getByText("The pager slept").first().waitFor();

      await page.goto(new URL("search/?q=zanzibar", url).href);
      await page.getByText("The pager slept").first().waitFor();
      write("content/disk.md", "# The disk was full on 2025-04-03\n\nLogs of zanzibar filled it.\n");
      await page.getByText("The disk was full").first().waitFor();

      await page.goto(new URL("night/pager/", url).href);
      rmSync(join(root, "content/night"), { recursive: true });
      await page.waitForFunction(() => document.body.className.includes("404") || document.title.toLowerCase().includes("not"));
      await compare("a deleted folder");
    }, ["404"]);
  });
});
