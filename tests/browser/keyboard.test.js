// The whole site with the key Tab alone: everything that can be used is reached, in the order of the page, and it is seen where one is.

import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { build, needed, onePageOfEachKind } from "./demo.js";

/** Long lists repeat themselves: of more stops than this, those in the middle are left out. */
const MOST = 60;

let browser;
let site;

before(async () => {
  browser = await chromium.launch({ executablePath: needed("AFTERWORD_BROWSER"), headless: true, args: ["--headless", "--no-sandbox", "--disable-gpu"] });
  site = build();
});

after(async () => {
  await browser?.close();
  site?.remove();
});

/** Runs in the page: finds what should be reached, and notes each stop and how it looks. */
function watch() {
  const LOOK = ["outlineStyle", "outlineWidth", "outlineColor", "boxShadow", "backgroundColor", "borderTopColor", "top"];
  const usable = "a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled), summary, [tabindex='0']";
  const look = (one) => { const style = getComputedStyle(one); return Object.fromEntries(LOOK.map((name) => [name, style[name]])); };
  const expected = [...document.querySelectorAll(usable)].filter((one) => one.tabIndex >= 0 && one.checkVisibility({ visibilityProperty: true }) && one.getClientRects().length > 0);
  const name = (one) => `${one.localName}${one.className ? `.${one.className.trim().replaceAll(" ", ".")}` : ""}`;
  // Of two that stand in the same way one shows how both are marked.
  const kind = (one) => [one.parentElement.parentElement, one.parentElement, one].map(name).join(" > ");
  const before = new Map(expected.map((one) => [one, look(one)]));
  window.expected = expected;
  window.reached = new Set();
  window.stop = () => {
    const one = document.activeElement;
    if (!one || one === document.body || one === document.documentElement) return null;
    const at = expected.indexOf(one);
    const again = window.reached.has(one);
    window.reached.add(one);
    const now = look(one);
    const was = before.get(one);
    const boxes = [...one.getClientRects()].filter((box) => box.width > 0 && box.height > 0);
    const box = boxes[0] ?? one.getBoundingClientRect();
    const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    // Sampled within the window, so that what is higher than it has a middle too.
    const x = (Math.max(box.left, 0) + Math.min(box.right, innerWidth)) / 2;
    const y = (Math.max(box.top, 0) + Math.min(box.bottom, innerHeight)) / 2;
    const top = inside && document.elementFromPoint(x, y);
    return {
      at, again, kind: kind(one), html: one.outerHTML.slice(0, 140), inside,
      covered: inside && !(top && (one.contains(top) || top.contains(one))) ? (top ? name(top) : "nothing") : "",
      // An outline that can be seen, or another ground.
      marked: !was || (now.outlineStyle !== "none" && parseFloat(now.outlineWidth) >= 2) || now.boxShadow !== was.boxShadow || now.backgroundColor !== was.backgroundColor,
      box: { x: box.left, y: box.top, width: box.width, height: box.height },
    };
  };
}

/** Tabs until something has the focus; a browser drops keys that come before it has painted the page. */
async function begin(page) {
  for (let times = 0; times < 30; times += 1) {
    await page.keyboard.press("Tab");
    if (await page.evaluate(() => document.activeElement !== document.body)) return;
    await page.waitForTimeout(100);
  }
  assert.fail("no key arrives");
}

test("everything is reached with the keyboard, in order, and seen", async () => {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, colorScheme: "light", reducedMotion: "reduce" });
  const faults = [];
  const seen = new Set();
  let stops = 0;
  for (const path of onePageOfEachKind(site.folder)) {
    await page.goto(pathToFileURL(join(site.folder, path)).href);
    // What scripts add comes after the first paint; the page of search asks its index.
    if (path.startsWith("search/")) await page.waitForSelector(".search-fields input");
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(() => setTimeout(resolve)))));
    // The page of search puts the focus into its field: begin where everybody begins.
    await page.evaluate(() => document.activeElement?.blur());
    await page.evaluate(() => { getSelection().removeAllRanges(); document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute("tabindex"); });
    await page.evaluate(watch);
    const count = await page.evaluate(() => window.expected.length);
    assert.ok(count > 5, `${path} has only ${count} places to stop`);
    await begin(page);
    let last = -1;
    let skipped = 0;
    for (let pressed = 0; pressed < count + 30; pressed += 1) {
      const stop = await page.evaluate(() => window.stop());
      if (!stop) break;
      stops += 1;
      // The end of the page, or a trap: then what lies behind it is missed.
      if (stop.again) break;
      // A box that scrolls takes the focus without being asked to; a browser gives it one.
      if (stop.at >= 0) {
        if (stop.at < last) faults.push(`${path}: ${stop.html} comes after what stands behind it`);
        last = stop.at;
        if (!stop.inside) faults.push(`${path}: ${stop.html} has the focus outside the window`);
        else if (stop.covered) faults.push(`${path}: ${stop.html} has the focus behind ${stop.covered}`);
        if (!stop.marked) faults.push(`${path}: nothing marks the focus on ${stop.html}`);
        else if (stop.inside && !seen.has(stop.kind)) {
          seen.add(stop.kind);
          if (!await marksAround(page, stop)) faults.push(`${path}: the mark around ${stop.html} is not to be seen`);
        }
      }
      if (!skipped && stop.at >= MOST / 2 && count > MOST) {
        skipped = count - MOST;
        await page.evaluate((skipped) => {
          const from = window.expected.indexOf(document.activeElement);
          for (const one of window.expected.slice(from + 1, from + 1 + skipped)) window.reached.add(one);
          window.expected[from + skipped].focus();
          // What is laid out only when it comes near has to settle before its place is asked for.
          return new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve))));
        }, skipped);
        last += skipped;
      }
      await page.keyboard.press("Tab");
    }
    const missed = await page.evaluate(() => window.expected.filter((one) => !window.reached.has(one)).map((one) => one.outerHTML.slice(0, 140)));
    for (const one of missed.slice(0, 5)) faults.push(`${path}: Tab does not reach ${one}`);
  }
  await page.close();
  assert.deepEqual(faults, []);
  assert.ok(stops > 300 && seen.size > 30, `${stops} stops of ${seen.size} kinds`);
});

/** Compares the screen around the focus with the same place without it: the mark is there on at least three sides. */
async function marksAround(page, { box }) {
  const EDGE = 8;
  const size = page.viewportSize();
  const x = Math.max(0, Math.floor(box.x - EDGE));
  const y = Math.max(0, Math.floor(box.y - EDGE));
  const clip = { x, y, width: Math.min(size.width, Math.ceil(box.x + box.width + EDGE)) - x, height: Math.min(size.height, Math.ceil(box.y + box.height + EDGE)) - y };
  const shoot = async () => (await page.screenshot({ clip, caret: "hide" })).toString("base64");
  const focused = await shoot();
  await page.evaluate(() => { window.held = document.activeElement; window.held.blur(); });
  const plain = await shoot();
  await page.evaluate(() => window.held.focus({ preventScroll: true, focusVisible: true }));
  return page.evaluate(async ([pictures, inner]) => {
    const [one, other] = await Promise.all(pictures.map(async (picture) => {
      const image = new Image();
      image.src = `data:image/png;base64,${picture}`;
      await image.decode();
      const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d");
      canvas.drawImage(image, 0, 0);
      return canvas.getImageData(0, 0, image.width, image.height);
    }));
    const { width, height } = one;
    const differs = (x, y) => [0, 1, 2].some((channel) => Math.abs(one.data[(y * width + x) * 4 + channel] - other.data[(y * width + x) * 4 + channel]) > 40);
    let [top, bottom, left, right, all] = [0, 0, 0, 0, 0];
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        if (!differs(x, y)) continue;
        all += 1;
        if (y < inner.y + 2) top += 1;
        if (y > inner.y + inner.height - 3) bottom += 1;
        if (x < inner.x + 2) left += 1;
        if (x > inner.x + inner.width - 3) right += 1;
      }
    }
    const sides = [[top, inner.width], [bottom, inner.width], [left, inner.height], [right, inner.height]].filter(([marked, length]) => marked > length * 0.6).length;
    return sides >= 3 || all > width * height * 0.4;
  }, [[focused, plain], { x: box.x - x, y: box.y - y, width: box.width, height: box.height }]);
}

test("in the head of the site the focus goes as the eye does, at any width", async () => {
  for (const width of [390, 900, 1280]) {
    const page = await browser.newPage({ viewport: { width, height: 900 } });
    await page.goto(pathToFileURL(join(site.folder, "incidents/index.html")).href);
    await begin(page);
    const places = [];
    for (let pressed = 0; pressed < 30; pressed += 1) {
      await page.keyboard.press("Tab");
      const place = await page.evaluate(() => {
        const one = document.activeElement;
        const box = one.getBoundingClientRect();
        return one.closest(".site-header") && { words: one.textContent.trim() || one.name || one.className, x: box.left + (one.closest("ul")?.scrollLeft ?? 0), y: box.top + box.height / 2 };
      });
      if (!place) break;
      places.push(place);
    }
    assert.ok(places.length > 8, `only ${places.length} stops`);
    for (const [at, place] of places.entries()) {
      const before = places[at - 1];
      if (!before) continue;
      assert.ok(place.y > before.y + 12 || (Math.abs(place.y - before.y) <= 12 && place.x > before.x),
        `at ${width} px ${place.words} follows ${before.words}, and stands before it`);
    }
    await page.close();
  }
});
