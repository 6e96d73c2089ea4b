// What a reader sees and does, in a real browser. Start with tests/run.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { POLICY, build, isRedirect, needed, onePageOfEachKind, pagesOf, serve } from "./demo.js";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const WIDE = { width: 1280, height: 900 };
const NARROW = { width: 390, height: 844 };
const PREFIX = "/deep/prefix/";

let browser;
let local; // Built without an address: opens from a folder.
let published; // Built for the server below.
let server;

before(async () => {
  browser = await chromium.launch({
    executablePath: needed("AFTERWORD_BROWSER"),
    headless: true,
    args: [
      "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync",
    ],
  });
  local = build();
  server = await serve(PREFIX, { "content-security-policy": POLICY });
  published = build("--base-url", server.url);
  server.show(published.folder);
});

after(async () => {
  await browser?.close();
  await server?.close();
  local?.remove();
  published?.remove();
});

/** Opens a page in a browser that nobody has used, and calls `look` with it and with all that went wrong. */
async function inBrowser(options, look) {
  const context = await browser.newContext({ viewport: WIDE, colorScheme: "light", ...options });
  const page = await context.newPage();
  const faults = [];
  page.on("console", (message) => { if (["error", "warning"].includes(message.type())) faults.push(`console: ${message.text()}`); });
  page.on("pageerror", (error) => faults.push(`script: ${error.message}`));
  page.on("requestfailed", (request) => {
    // Whoever leaves a page before its icon has come ends that request.
    const why = request.failure()?.errorText;
    if (why !== "net::ERR_ABORTED") faults.push(`request: ${request.url()} ${why}`);
  });
  try {
    await look(page, faults, context);
  } finally {
    await context.close();
  }
}

/**
 * Calls `look` with a page and each of the paths, in three browsers at once: most of the time a page is waited for.
 * Faults are those of that browser.
 */
async function onEach(paths, options, look, prepare = async () => {}) {
  const left = [...paths];
  await Promise.all([1, 2, 3].map(() => inBrowser(options, async (page, faults) => {
    await prepare(page);
    for (let path = left.shift(); path !== undefined; path = left.shift()) {
      await look(page, path);
      assert.deepEqual(faults, [], path);
    }
  })));
}

const at = (path) => pathToFileURL(join(local.folder, path)).href;
const addressOf = (path) => server.url + path.replace(/(^|\/)index\.html$/, "$1").split("/").map(encodeURIComponent).join("/");

test("from a folder, every page is reached from the first one and every link leads somewhere", async () => {
  const all = pagesOf(local.folder);
  const links = new Map();
  await onEach(all.filter((path) => !isRedirect(local.folder, path)), {}, async (page, path) => {
    const url = at(path);
    await page.goto(url);
    const targets = new Set();
    for (const link of await page.$$eval("a[href]", (links) => links.map((link) => link.href))) {
      if (!link.startsWith("file:")) continue;
      const target = new URL(link);
      target.hash = "";
      const file = fileURLToPath(target);
      assert.ok(file.startsWith(local.folder), `${url} leads out of the site: ${link}`);
      assert.ok(existsSync(file), `${url} leads to nothing: ${link}`);
      targets.add(target.href);
    }
    links.set(url, targets);
  });
  const seen = new Set([at("index.html")]);
  for (const url of seen) for (const target of links.get(url) ?? []) seen.add(target);
  const alone = all.filter((path) => !seen.has(at(path)) && path !== "404.html" && !isRedirect(local.folder, path));
  assert.deepEqual(alone, [], "no link leads to these pages");
});

test("a click leads from the list to the document and back, from a folder and from a server", async () => {
  for (const start of [at("index.html"), server.url]) {
    await inBrowser({}, async (page, faults) => {
      await page.goto(start);
      await page.click("nav.menu >> text=Incidents");
      const title = await page.textContent(".row-title a");
      await page.click(".row-title a");
      assert.equal(await page.textContent("h1"), title);
      await page.click("nav.breadcrumbs >> text=Home");
      assert.equal(page.url(), start);
      assert.deepEqual(faults, []);
    });
  }
});

test("an older address leads on", async () => {
  await inBrowser({}, async (page) => {
    await page.goto(at("an/older/address/index.html"));
    await page.waitForURL(at("hard-to-lay-out/index.html"));
    await page.goto(`${server.url}an/older/address/`);
    await page.waitForURL(`${server.url}hard-to-lay-out/`);
  });
});

test("an address that does not exist shows a whole page at any depth", async () => {
  await inBrowser({}, async (page, faults) => {
    const answer = await page.goto(`${server.url}a/b/c/nothing`);
    assert.equal(answer.status(), 404);
    assert.equal(await page.locator(".scheme[title]").count(), 1, "the scripts of the page of missing addresses do not run");
    await page.click(".site-title");
    assert.equal(page.url(), server.url);
    assert.deepEqual(faults.filter((fault) => !fault.includes("404")), []);
  });
});

test("under the strict policy nothing is refused and nothing leaves the site", async () => {
  const elsewhere = [];
  const paths = pagesOf(published.folder).filter((path) => !isRedirect(published.folder, path));
  await onEach(paths, {}, async (page, path) => {
    const answer = await page.goto(addressOf(path));
    assert.equal(answer.status(), 200, path);
    assert.equal(answer.headers()["content-security-policy"], POLICY);
    assert.equal(await page.locator("button.scheme[title]").count(), 1, `the scripts of ${path} do not run`);
    const font = await page.evaluate(() => getComputedStyle(document.body).marginTop);
    assert.equal(font, "0px", `the styles of ${path} are not used`);
  }, async (page) => {
    await page.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));
    });
    page.on("request", (request) => { if (!request.url().startsWith(server.url)) elsewhere.push(request.url()); });
  });
  assert.deepEqual(elsewhere, []);
});

test("the policy is one that would refuse what it should", async () => {
  await inBrowser({}, async (page, faults) => {
    await page.goto(server.url);
    await page.evaluate(() => {
      const script = document.createElement("script");
      script.textContent = "window.ran = true";
      document.head.append(script);
    });
    assert.equal(await page.evaluate(() => window.ran), undefined);
    assert.equal(faults.length, 1);
  });
});

describe("light and dark", () => {
  const scheme = (page) => page.evaluate(() => {
    const [red, green, blue] = getComputedStyle(document.documentElement).backgroundColor.match(/[\d.]+/g).map(Number);
    return red + green + blue > 382 ? "light" : "dark";
  });

  test("the switch stays after a reload and on other pages", async () => {
    for (const system of ["light", "dark"]) {
      const other = system === "light" ? "dark" : "light";
      await inBrowser({ colorScheme: system }, async (page, faults) => {
        await page.goto(server.url);
        assert.equal(await scheme(page), system, "the system's own scheme comes first");
        await page.click("button.scheme");
        assert.equal(await scheme(page), other);
        await page.reload();
        assert.equal(await scheme(page), other);
        await page.goto(`${server.url}lessons/`);
        assert.equal(await scheme(page), other);
        await page.click("button.scheme");
        await page.reload();
        assert.equal(await scheme(page), system);
        assert.deepEqual(faults, []);
      });
    }
  });
});

test("the box filters a list", async () => {
  await inBrowser({}, async (page, faults) => {
    await page.goto(`${server.url}lessons/`);
    const cards = page.locator(".lesson-card");
    const all = await cards.count();
    const words = await cards.nth(all - 1).locator(".lesson-text").textContent();
    await page.fill(".filter input", words.toUpperCase());
    assert.deepEqual(await page.locator(".lesson-card:visible .lesson-text").allTextContents(), [words]);
    assert.equal(await page.textContent(".filter output"), `1 of ${all}`);
    await page.fill(".filter input", "no lesson says this");
    assert.equal(await page.locator(".lesson-card:visible").count(), 0);
    await page.fill(".filter input", "");
    assert.equal(await page.locator(".lesson-card:visible").count(), all);
    assert.deepEqual(faults, []);
  });
});

test("incidents are filtered and sorted, and the address says how", async () => {
  await inBrowser({}, async (page, faults) => {
    const rows = page.locator(".register .entry:visible");
    const lengths = () => page.$$eval(".register [data-minutes]", (cells) => cells.filter((cell) => cell.offsetParent).map((cell) => Number(cell.dataset.minutes)));
    await page.goto(`${server.url}incidents/`);
    const all = await rows.count();
    await page.click("th[data-sort=duration] button");
    const sorted = await lengths();
    assert.deepEqual(sorted, [...sorted].sort((a, b) => b - a));
    assert.equal(await page.locator("th[aria-sort]").count(), 1);
    await page.selectOption("select[name=service]", "ec2");
    const some = await rows.count();
    assert.ok(some > 0 && some < all);
    assert.equal(new URL(page.url()).search, "?service=ec2&sort=-duration");
    await page.reload();
    assert.equal(await rows.count(), some, "the address shows the same to somebody else");
    assert.equal(await page.textContent(".filter output"), `${some} of ${all}`);
    await page.goto(`${server.url}incidents/`);
    assert.equal(await rows.count(), all);
    assert.deepEqual(faults, []);
  });
});

test("nothing moves while a page loads", async () => {
  for (const viewport of [WIDE, NARROW]) {
    await inBrowser({ viewport }, async (page) => {
      await page.addInitScript(() => {
        window.moved = 0;
        new PerformanceObserver((list) => { for (const entry of list.getEntries()) window.moved += entry.value; }).observe({ type: "layout-shift", buffered: true });
      });
      for (const path of onePageOfEachKind(published.folder, { everyDocument: viewport === WIDE })) {
        await page.goto(addressOf(path));
        await page.waitForTimeout(100);
        const moved = await page.evaluate(() => window.moved);
        assert.ok(moved < 0.005, `${path} at ${viewport.width} px: ${moved}`);
      }
    });
  }
});

test("nothing moves on a phone whose network is slow", async () => {
  // Files come one after the other there, and a script long after the style sheet.
  await inBrowser({ viewport: NARROW, hasTouch: true, isMobile: true }, async (page, faults, context) => {
    const session = await context.newCDPSession(page);
    await session.send("Network.enable");
    await session.send("Network.emulateNetworkConditions", { offline: false, latency: 60, downloadThroughput: 400_000, uploadThroughput: 400_000 });
    await session.send("Network.setCacheDisabled", { cacheDisabled: true });
    await page.addInitScript(() => {
      window.moved = [];
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) window.moved.push(`${entry.value}: ${entry.sources.map(({ node }) => node?.outerHTML?.slice(0, 80) ?? node?.nodeName).join(", ")}`);
      }).observe({ type: "layout-shift", buffered: true });
    });
    for (const path of onePageOfEachKind(published.folder)) {
      await page.goto(addressOf(path));
      await page.waitForTimeout(150);
      const moved = await page.evaluate(() => window.moved);
      assert.deepEqual(moved.filter((one) => parseFloat(one) >= 0.002), [], path);
    }
  });
});

test("buttons copy exactly what they stand beside", async () => {
  await inBrowser({ permissions: ["clipboard-read", "clipboard-write"] }, async (page, faults) => {
    const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
    await page.goto(`${server.url}hard-to-lay-out/`);
    const source = readFileSync(join(published.folder, "hard-to-lay-out/index.md"), "utf8");
    const code = source.match(/```sh\n([^]*?)\n```/)[1];
    await page.click(".prose pre + button.copy");
    await page.waitForSelector("text=Copied");
    assert.equal(await clipboard(), code);
    const link = page.locator(".lesson-card").first();
    await link.locator("button.copy").click();
    await link.locator("text=Copied").waitFor();
    assert.equal(await clipboard(), await link.locator(".lesson-text a").evaluate((one) => one.href));
    await page.goto(await clipboard());
    assert.equal(await page.evaluate(() => document.getElementById(decodeURIComponent(location.hash.slice(1))) !== null), true);
    assert.deepEqual(faults, []);
  });
});

test("every lesson that is locked has its page, whose buttons copy exactly what may be pasted", async () => {
  const cite = (id, format) =>
    execFileSync(needed("AFTERWORD_BIN"), ["cite", id, "--root", published.root, "--base-url", server.url, "--format", format], { encoding: "utf8" }).trim();
  const locked = new Map(readdirSync(join(published.root, "lessons.lock"), { recursive: true })
    .filter((path) => String(path).endsWith(".txt"))
    .flatMap((path) => readFileSync(join(published.root, "lessons.lock", String(path)), "utf8").split("\n"))
    .map((line) => line.match(/^(ll-[0-9a-z]+) \S+ (".+")/))
    .filter(Boolean)
    .map(([, id, text]) => [id, JSON.parse(text)]));
  assert.ok(locked.size > 100, `only ${locked.size} lessons are locked`);
  await inBrowser({ permissions: ["clipboard-read", "clipboard-write"] }, async (page, faults) => {
    const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
    let number = 0;
    for (const [id, text] of locked) {
      const answer = await page.goto(`${server.url}lessons/${id}/`);
      assert.equal(answer.status(), 200, id);
      assert.equal(await page.textContent(".lesson-id"), id);
      assert.equal(await page.textContent("h1"), text, id);
      // A command for each of them all would take minutes.
      if (number++ % 20 > 0) continue;
      for (const [name, format] of [["Link", "url"], ["Markdown", "markdown"], ["Commit trailer", "trailer"]]) {
        const row = page.locator(".copies > div", { has: page.locator(`dt:text-is("${name}")`) });
        await row.locator("button.copy").click();
        await row.locator("text=Copied").waitFor();
        assert.equal(await clipboard(), cite(id, format), `${name} of ${id}`);
      }
    }
    // Without an address of the site the page says where it stands itself.
    const [id] = locked.keys();
    await page.goto(at(`lessons/${id}/index.html`));
    assert.equal(await page.locator(".copies code").first().textContent(), at(`lessons/${id}/index.html`));
    assert.deepEqual(faults, []);
  });
});

test("no page is wider than a telephone", async () => {
  const all = pagesOf(local.folder).filter((path) => !isRedirect(local.folder, path));
  for (const [colorScheme, paths] of [["light", all], ["dark", onePageOfEachKind(local.folder)]]) {
    await onEach(paths, { viewport: NARROW, colorScheme }, async (page, path) => {
      await page.goto(at(path));
      const [wide, room] = await page.evaluate(() => {
        for (const details of document.querySelectorAll("details")) details.open = true;
        return [document.documentElement.scrollWidth, document.documentElement.clientWidth];
      });
      const who = wide > room && await page.evaluate((room) => [...document.querySelectorAll("body *")]
        .filter((one) => one.getBoundingClientRect().right > room + 1)
        .slice(0, 5).map((one) => one.outerHTML.slice(0, 120)), room);
      assert.ok(wide <= room, `${path} is ${wide} px wide on a screen of ${room}: ${who}`);
    });
  }
});

test("what is too wide for a telephone can be scrolled to its end", async () => {
  await inBrowser({ viewport: NARROW }, async (page) => {
    await page.goto(at("hard-to-lay-out/index.html"));
    for (const what of [".prose table", ".prose pre code"]) {
      const reach = await page.locator(what).first().evaluate((one) => {
        for (let box = one; box; box = box.parentElement) {
          if (box.scrollWidth > box.clientWidth + 1 && ["auto", "scroll"].includes(getComputedStyle(box).overflowX)) return "scrolls";
        }
        return one.getBoundingClientRect().right <= innerWidth ? "fits" : "is cut off";
      });
      assert.notEqual(reach, "is cut off", what);
    }
  });
});

test("with scripts off every word can be read", async () => {
  const all = pagesOf(local.folder).filter((path) => !isRedirect(local.folder, path));
  await onEach(all, { javaScriptEnabled: false }, async (page, path) => {
    await page.goto(at(path));
    const unseen = await page.evaluate(() => {
      const main = document.querySelector("main");
      const walker = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
      const unseen = [];
      for (let text = walker.nextNode(); text; text = walker.nextNode()) {
        const parent = text.parentElement;
        // A folded part opens without a script; some words are only for those who listen, for narrow screens or for scripts; the
        // mark beside a heading appears under the pointer, and so does the title of a mark in a drawing, whose list is below it.
        if (!text.data.trim() || parent.closest("details:not([open]) > :not(summary), .hidden, .label, .anchor, .filter, .day, svg title")) continue;
        const range = document.createRange();
        range.selectNodeContents(text);
        const box = range.getBoundingClientRect();
        const style = getComputedStyle(parent);
        if (box.width === 0 || box.height === 0 || style.visibility !== "visible" || style.opacity === "0") unseen.push(text.data);
      }
      return unseen;
    });
    assert.deepEqual(unseen, [], path);
    assert.ok(await page.locator("h1").isVisible(), path);
    assert.equal(await page.locator("button[type=button]:visible").count(), 0, `${path} has a button that does nothing`);
  });
  await inBrowser({ javaScriptEnabled: false }, async (page, faults) => {
    await page.goto(at("hard-to-lay-out/index.html"));
    await page.click("text=Folded");
    assert.ok(await page.locator("text=The words inside.").isVisible());
    assert.deepEqual(faults, []);
  });
});

test("the first key leads to the content", async () => {
  await inBrowser({}, async (page) => {
    await page.goto(at("incidents/index.html"));
    // A browser drops keys that come before it has painted the page.
    for (let times = 0; times < 20; times++) {
      await page.keyboard.press("Tab");
      if (await page.evaluate(() => document.activeElement !== document.body)) break;
      await page.waitForTimeout(100);
    }
    assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
    const box = await page.locator(".skip").boundingBox();
    assert.ok(box.x >= 0 && box.y >= 0, "it is seen once it has the focus");
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate(() => document.activeElement.id), "aw-main");
  });
});

describe("everybody can use it (axe)", () => {
  for (const colorScheme of ["light", "dark"]) {
    for (const viewport of [WIDE, NARROW]) {
      test(`${colorScheme}, ${viewport.width} px`, async () => {
        await inBrowser({ colorScheme, viewport }, async (page) => {
          const faults = [];
          // What differs between documents is their text; what differs between schemes and widths is the theme.
          for (const path of onePageOfEachKind(local.folder, { everyDocument: colorScheme === "light" && viewport === WIDE })) {
            await page.goto(at(path));
            await page.evaluate(() => { for (const details of document.querySelectorAll("details")) details.open = true; });
            await page.evaluate(AXE);
            const { violations } = await page.evaluate(() => window.axe.run({ resultTypes: ["violations"] }));
            for (const { id, help, nodes } of violations) {
              faults.push(`${path}: ${id}: ${help}: ${nodes.slice(0, 3).map((node) => `${node.html.slice(0, 160)} [${node.any.map((one) => one.message).join("; ")}]`).join(" | ")}`);
            }
          }
          assert.deepEqual(faults, []);
        });
      });
    }
  }
});
