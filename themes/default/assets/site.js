// What makes the pages handier. Every page is whole without it.
"use strict";

(() => {
  const root = document.documentElement;
  const make = (name, properties, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  // What can wait does not hold up the first sight of the page. One that nobody looks at is not painted, and does not wait.
  const once = (work) => (document.hidden ? work() : requestAnimationFrame(() => setTimeout(work)));
  // The words of another language come with words.js.
  const say = (words) => window.afterwordWords?.[words] ?? words;

  // Says in words, to those who listen, what a button did.
  const said = make("p", { className: "hidden" });
  said.setAttribute("role", "status");
  document.body.append(said);

  // A switch between light and dark that stays.
  const button = document.querySelector("button.scheme");
  if (button) {
    const system = matchMedia("(prefers-color-scheme: dark)");
    const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);
    const name = () => {
      button.title = isDark() ? say("Show the site in light colours") : say("Show the site in dark colours");
      button.setAttribute("aria-label", button.title);
    };
    button.addEventListener("click", () => {
      const wanted = isDark() ? "light" : "dark";
      root.dataset.theme = wanted;
      try {
        // What the system wants anyway needs no remembering, so that the site follows the system again.
        if ((wanted === "dark") === system.matches) localStorage.removeItem("afterword-scheme");
        else localStorage.setItem("afterword-scheme", wanted);
      } catch (error) {
        // Without storage the choice lasts for this page.
      }
      name();
    });
    system.addEventListener("change", name);
    name();
  }

  // The box of search: its script comes when somebody turns to it, and `/` leads there.
  const searched = document.querySelector(".search-box input, .search-form input");
  if (searched) {
    const top = new URL("../", searched.form.action);
    if (searched.closest(".search-box")) {
      const fetch = () => {
        searched.removeEventListener("focus", fetch);
        document.head.append(
          make("link", { rel: "stylesheet", href: new URL("assets/search.css", top).href }),
          make("script", { src: new URL("assets/search.js", top).href }),
        );
      };
      searched.addEventListener("focus", fetch);
      if (document.activeElement === searched) fetch();
    }
    addEventListener("keydown", (event) => {
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (event.target.closest?.("input, textarea, select, [contenteditable]")) return;
      event.preventDefault();
      searched.focus();
      searched.select();
    });
  }

  // The entry of the menu that is open stands in view where the menu is wider than the screen.
  const open = document.querySelector(".menu [aria-current]");
  if (open) open.closest("ul").scrollLeft = open.offsetLeft - open.closest("ul").offsetLeft - 16;

  // The contents stand open where there is room beside the text, and mark the part that is being read.
  const contents = document.querySelector(".contents details");
  if (contents) {
    const room = matchMedia("(min-width: 62rem)");
    const follow = () => {
      contents.open = room.matches;
      contents.querySelector("summary").tabIndex = room.matches ? -1 : 0;
    };
    room.addEventListener("change", follow);
    follow();
    const parts = all("a[href^='#']", contents)
      .map((link) => ({ link, at: document.getElementById(decodeURIComponent(link.hash.slice(1))) }))
      .filter((part) => part.at);
    let waiting = false;
    const mark = () => {
      waiting = false;
      let current;
      for (const part of parts) if (part.at.getBoundingClientRect().top < innerHeight * 0.3) current = part;
      if (current && scrollY + innerHeight > root.scrollHeight - 4 && parts.at(-1).at.getBoundingClientRect().top < innerHeight) current = parts.at(-1);
      for (const part of parts) {
        if (part !== current) part.link.removeAttribute("aria-current");
        else if (!part.link.hasAttribute("aria-current")) {
          part.link.setAttribute("aria-current", "true");
          const box = contents.parentElement;
          if (box.scrollHeight > box.clientHeight) box.scrollTop = part.link.offsetTop - box.clientHeight / 2;
        }
      }
    };
    addEventListener("scroll", () => {
      if (!waiting) requestAnimationFrame(mark);
      waiting = true;
    }, { passive: true });
    mark();
  }

  // A folded part opens when a link leads into it.
  const unfold = () => {
    let at = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const target = at;
    for (; at; at = at.parentElement) if (at.localName === "details" && !at.open) { at.open = true; target.scrollIntoView(); }
  };
  addEventListener("hashchange", unfold);
  try { unfold(); } catch (error) { /* A hash that is no anchor leads nowhere. */ }

  // Folded parts belong to a document on paper.
  addEventListener("beforeprint", () => { for (const part of all("details")) part.open = true; });

  // The order in which things became known, where the timeline says so.
  for (const timeline of all(".timeline[data-as-known]")) {
    const list = timeline.querySelector("ol");
    const entries = [...list.children];
    const at = (entry) => Date.parse(entry.dataset.known || entry.querySelector("time")?.dateTime);
    const known = entries.map((entry, index) => ({ entry, index, at: at(entry) }));
    for (const [index, one] of known.entries()) if (Number.isNaN(one.at)) one.at = index ? known[index - 1].at : -Infinity;
    known.sort((a, b) => a.at - b.at || a.index - b.index);
    const button = make("button", { type: "button", className: "plain-button", textContent: say("In the order in which it became known") });
    button.setAttribute("aria-pressed", "false");
    button.addEventListener("click", () => {
      const pressed = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(pressed));
      list.classList.toggle("as-known", pressed);
      list.append(...(pressed ? known.map((one) => one.entry) : entries));
    });
    list.before(button);
  }

  // A site that opens from a folder does not know its own address: the page does.
  for (const address of all(".copyable .address")) address.textContent = location.href.split(/[?#]/)[0];

  // Copies code, and the address of a lesson.
  if (navigator.clipboard) {
    const copier = (label, done, text) => {
      const button = make("button", { type: "button", className: "copy", textContent: label });
      button.addEventListener("click", async () => {
        try {
          await navigator.clipboard.writeText(text());
          button.textContent = say("Copied");
          said.textContent = done;
        } catch (error) {
          button.textContent = say("Not copied");
        }
        setTimeout(() => { button.textContent = label; said.textContent = ""; }, 2000);
      });
      return button;
    };
    for (const pre of all(".prose pre")) {
      const frame = make("div", { className: "code" });
      pre.replaceWith(frame);
      frame.append(pre, copier(say("Copy"), say("The code is copied"), () => pre.textContent.replace(/\n$/, "")));
    }
    for (const code of all(".copyable")) {
      code.parentElement.append(copier(say("Copy"), code.dataset.said, () => code.textContent));
    }
    for (const card of all(".lesson-card")) {
      const link = card.querySelector(".lesson-text a");
      card.querySelector(".lesson-kind").append(copier(say("Copy link"), say("The link to the lesson is copied"), () => link.href));
    }
  }

  // Lists that filter and sort. What is chosen stands in the address, so that it can be passed on. The other pages of a
  // long list are fetched when somebody first filters or sorts; from a folder, where that is not allowed, this page is all.
  const ITEMS = ".row, .lesson-card, .actions tbody tr, .terms > li, .register .entry";
  const AT_ONCE = 300;
  const words = (elements) => [...elements].map((element) => element.textContent.trim());
  const group = (item) => item.closest(".group") || item;
  const FACETS = {
    ".facets": [
      ["Category", (item) => words(item.querySelectorAll(".category"))],
      ["Service", (item) => words(group(item).querySelectorAll(".services a"))],
      ["Factor", (item) => (group(item).dataset.factors || "").split("|").filter(Boolean)],
      ["Guard", (item) => [item.querySelector(".guard:not(.unguarded)") ? say("With a guard") : say("Without a guard")]],
      ["Year", (item) => [group(item).dataset.year || say("Undated")]],
    ],
    ".register": [
      ["Severity", (item) => words(item.querySelectorAll(".severity"))],
      ["Service", (item) => words(item.querySelectorAll(".services a"))],
      ["Year", (item) => [item.querySelector("time")?.dateTime.slice(0, 4) || say("Undated")]],
    ],
  };
  const number = (text) => (text ? Number(text) : NaN);
  const KEYS = {
    date: (item) => item.querySelector("time")?.dateTime,
    title: (item) => item.querySelector("a").textContent.toLowerCase(),
    severity: (item) => number(item.querySelector(".severity")?.className.match(/severity-(\d)/)?.[1]),
    duration: (item) => number(item.querySelector("[data-minutes]")?.dataset.minutes),
    lessons: (item) => parseInt(item.querySelector(".number").textContent, 10),
  };

  const arm = (list) => {
    let items = all(ITEMS, list);
    const pager = document.querySelector(".pager");
    const form = document.querySelector(".filter");
    if (!form) return;
    const box = form.querySelector("input");
    const count = form.querySelector("output");
    const facets = Object.entries(FACETS).flatMap(([selector, kinds]) => (list.matches(selector) ? kinds : []))
      .map(([name, of]) => ({ name, of, select: form.querySelector(`[name=${name.toLowerCase()}]`) })).filter((facet) => facet.select);
    const more = make("button", { type: "button", className: "plain-button", hidden: true, textContent: say("Show more") });
    list.after(more);

    let text;
    let order = "";
    let shown = AT_ONCE;
    const groups = new Map();
    const prepare = () => {
      text = new Map(items.map((item) => {
        const head = item.closest(".ledger")?.querySelector(".group-head");
        return [item, (item.textContent + " " + (head ? head.textContent : "")).toLowerCase()];
      }));
      for (const item of items) groups.set(item, item.closest(".group"));
      for (const facet of facets) {
        facet.values = new Map(items.map((item) => [item, facet.of(item)]));
        const names = [...new Set([...facet.values.values()].flat())].sort((a, b) => a.localeCompare(b, undefined, { numeric: true }));
        if (facet.name === "Year") names.reverse();
        const chosen = facet.select.value || facet.wanted || "";
        facet.select.replaceChildren(make("option", { value: "", textContent: say("All") }), ...names.map((value) => make("option", { value, textContent: value })));
        facet.select.value = names.includes(chosen) ? chosen : "";
        // A choice that would change nothing is not offered; its place is kept, so that nothing moves.
        facet.select.disabled = names.length < 2;
      }
    };

    let whole = !pager;
    const fetchAll = async () => {
      if (whole) return;
      whole = true;
      try {
        const pages = all("li a", pager);
        const parts = await Promise.all(pages.map(async (link) => {
          if (link.hasAttribute("aria-current")) return [...list.querySelectorAll(".group")];
          const answer = await fetch(link.href);
          if (!answer.ok) throw new Error(answer.status);
          const other = new DOMParser().parseFromString(await answer.text(), "text/html");
          // Addresses of all pages are relative to themselves.
          for (const anchor of other.querySelectorAll(".filterable a")) anchor.href = new URL(anchor.getAttribute("href"), link.href).href;
          return [...other.querySelectorAll(".filterable .group")];
        }));
        for (const found of all("[id]", list)) if (found.id.startsWith("aw-")) found.removeAttribute("id");
        list.append(...parts.flat());
        items = all(ITEMS, list);
        pager.hidden = true;
        prepare();
      } catch (error) {
        said.textContent = say("Only this page of the list is filtered");
      }
    };

    // Sorted by anything but the date, the rows leave their years.
    const flat = list.matches(".register") && make("tbody", { className: "group" });
    const arrange = () => {
      const [, down, key] = order.match(/^(-?)(.*)$/);
      const newest = !key || (key === "date" && down);
      if (newest) {
        for (const item of items) groups.get(item).append(item);
        flat.remove();
      } else {
        const value = new Map(items.map((item) => [item, KEYS[key](item)]));
        const is = (one) => one !== undefined && one === one;
        const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
        flat.append(...[...items].sort((a, b) => {
          const [x, y] = [value.get(a), value.get(b)];
          // What is not known stands last, whichever way.
          if (!is(x) || !is(y)) return is(y) - is(x);
          return down ? compare(y, x) : compare(x, y);
        }));
        list.append(flat);
      }
      for (const head of all("[data-sort]", list)) {
        const mine = head.dataset.sort === (key || "date");
        if (mine) head.setAttribute("aria-sort", down || !key ? "descending" : "ascending");
        else head.removeAttribute("aria-sort");
      }
    };

    const apply = () => {
      const wanted = box.value.toLowerCase().split(/\s+/).filter(Boolean);
      const chosen = facets.filter((facet) => facet.select.value);
      const filtered = wanted.length || chosen.length;
      const sorted = flat && flat.isConnected;
      let found = 0;
      for (const item of sorted ? [...flat.children] : items) {
        const fits = wanted.every((word) => text.get(item).includes(word))
          && chosen.every((facet) => facet.values.get(item).includes(facet.select.value));
        if (fits) found += 1;
        item.hidden = !fits || ((filtered || sorted) && found > shown);
      }
      const visible = new Set(items.filter((item) => !item.hidden).map((item) => item.closest(".group")));
      for (const group of all(".group", list)) group.hidden = !visible.has(group) && !group.querySelector(".group:not([hidden])");
      more.hidden = !(filtered || sorted) || found <= shown;
      count.textContent = filtered ? say("{found} of {all}").replace("{found}", found).replace("{all}", items.length) : "";
      const query = new URLSearchParams();
      if (box.value) query.set("filter", box.value);
      for (const facet of chosen) query.set(facet.select.name, facet.select.value);
      if (order) query.set("sort", order);
      const address = location.pathname + (query.size ? `?${query}` : "") + location.hash;
      try { history.replaceState(null, "", address); } catch (error) { /* Not from a folder, in some browsers. */ }
    };
    const change = async () => {
      shown = AT_ONCE;
      await fetchAll();
      if (flat) arrange();
      apply();
    };
    box.addEventListener("input", change);
    for (const facet of facets) facet.select.addEventListener("change", change);
    more.addEventListener("click", () => { shown += AT_ONCE; apply(); });
    for (const head of all("[data-sort]", list)) {
      const button = make("button", { type: "button", textContent: head.textContent });
      // What one wants to see first: the newest, the longest, the most; the worst, and the first of the alphabet.
      const first = ["title", "severity"].includes(head.dataset.sort) ? "" : "-";
      button.addEventListener("click", () => {
        const key = head.dataset.sort;
        const now = order || "-date";
        const next = now.replace("-", "") === key ? (now.startsWith("-") ? key : `-${key}`) : first + key;
        order = next === "-date" ? "" : next;
        change();
      });
      head.replaceChildren(button);
    }

    prepare();
    const query = new URLSearchParams(location.search);
    // Somebody may have begun to type by now.
    const typed = box.value;
    box.value ||= query.get("filter") || "";
    for (const facet of facets) facet.select.value = facet.wanted = query.get(facet.select.name) || "";
    for (const facet of facets) if (facet.select.selectedIndex < 0) facet.select.value = "";
    if (flat && KEYS[(query.get("sort") || "").replace("-", "")]) order = query.get("sort");
    if (typed || (query.size && (box.value || order || facets.some((facet) => facet.wanted)))) change();
  };
  // What the address asks for is shown from the first.
  const lists = all(".filterable");
  if (location.search) lists.forEach(arm);
  else if (lists.length) once(() => lists.forEach(arm));
})();
