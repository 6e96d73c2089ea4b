// What makes the pages handier. Every page is whole without it.
"use strict";

(() => {
  const root = document.documentElement;
  const make = (name, properties) => Object.assign(document.createElement(name), properties);

  // Says in words, to those who listen, what a button did.
  const said = make("p", { className: "hidden" });
  said.setAttribute("role", "status");
  document.body.append(said);

  // A switch between light and dark that stays.
  const bar = document.querySelector(".site-header .wide");
  if (bar) {
    const system = matchMedia("(prefers-color-scheme: dark)");
    const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);
    const button = make("button", { type: "button", className: "scheme" });
    const name = () => {
      button.textContent = isDark() ? "Light" : "Dark";
      button.title = isDark() ? "Show the site in light colours" : "Show the site in dark colours";
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
    bar.append(button);
  }

  // The box of search: its script comes when somebody turns to it, and `/` leads there.
  const words = document.querySelector(".search-box input, .search-form input");
  if (words) {
    const top = new URL("../", words.form.action);
    if (words.closest(".search-box")) {
      const fetch = () => {
        words.removeEventListener("focus", fetch);
        document.head.append(
          make("link", { rel: "stylesheet", href: new URL("assets/search.css", top).href }),
          make("script", { src: new URL("assets/search.js", top).href }),
        );
      };
      words.addEventListener("focus", fetch);
      if (document.activeElement === words) fetch();
    }
    addEventListener("keydown", (event) => {
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (event.target.closest?.("input, textarea, select, [contenteditable]")) return;
      event.preventDefault();
      words.focus();
      words.select();
    });
  }

  // The contents stand open where there is room beside the text.
  const contents = document.querySelector(".contents details");
  if (contents) {
    const room = matchMedia("(min-width: 70rem)");
    const follow = () => { contents.open = room.matches; };
    room.addEventListener("change", follow);
    follow();
  }

  // A folded part opens when a link leads into it.
  const unfold = () => {
    let at = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const target = at;
    for (; at; at = at.parentElement) if (at.localName === "details" && !at.open) { at.open = true; target.scrollIntoView(); }
  };
  addEventListener("hashchange", unfold);
  try { unfold(); } catch (error) { /* A hash that is no anchor leads nowhere. */ }

  // A site that opens from a folder does not know its own address: the page does.
  for (const address of document.querySelectorAll(".copyable .address")) address.textContent = location.href.split(/[?#]/)[0];

  // Copies code, and the address of a lesson.
  if (navigator.clipboard) {
    const copier = (label, done, text) => {
      const button = make("button", { type: "button", className: "copy", textContent: label });
      button.addEventListener("click", async () => {
        try {
          await navigator.clipboard.writeText(text());
          button.textContent = "Copied";
          said.textContent = done;
        } catch (error) {
          button.textContent = "Not copied";
        }
        setTimeout(() => { button.textContent = label; said.textContent = ""; }, 2000);
      });
      return button;
    };
    for (const pre of document.querySelectorAll(".prose pre")) {
      const frame = make("div", { className: "code" });
      pre.replaceWith(frame);
      frame.append(pre, copier("Copy", "The code is copied", () => pre.textContent.replace(/\n$/, "")));
    }
    for (const code of document.querySelectorAll(".copyable")) {
      code.parentElement.append(copier("Copy", code.dataset.said, () => code.textContent));
    }
    for (const card of document.querySelectorAll(".lesson-card")) {
      const link = card.querySelector(".lesson-text a");
      card.querySelector(".lesson-kind").append(copier("Copy link", "The link to the lesson is copied", () => link.href));
    }
  }

  // Choices by which lessons are filtered; one that would change nothing is not offered.
  const facetsOf = (items) => {
    const words = (elements) => [...elements].map((element) => element.textContent.trim());
    const group = (item) => item.closest(".group");
    const kinds = [
      ["Category", (item) => words(item.querySelectorAll(".category"))],
      ["Service", (item) => words(group(item).querySelectorAll(".services a"))],
      ["Factor", (item) => (group(item).dataset.factors || "").split("|").filter(Boolean)],
      ["Guard", (item) => [item.querySelector(".guard") ? "With a guard" : "Without a guard"]],
      ["Year", (item) => [group(item).dataset.year || "Undated"]],
    ];
    return kinds.map(([name, of]) => {
      const values = new Map(items.map((item) => [item, of(item)]));
      const all = [...new Set([...values.values()].flat())].sort((a, b) => a.localeCompare(b, undefined, { numeric: true }));
      const select = make("select", {});
      select.append(make("option", { value: "", textContent: "All" }), ...all.map((value) => make("option", { value, textContent: value })));
      const label = make("label", { className: "facet" });
      label.append(make("span", { textContent: name }), select);
      return { label, select, of: values, many: all.length > 1 };
    }).filter((facet) => facet.many);
  };

  // A box that filters a long list as it is typed into.
  for (const list of document.querySelectorAll(".filterable")) {
    const items = [...list.querySelectorAll(".row, .lesson-card, .actions tbody tr, .terms > li")];
    if (items.length < 8) continue;
    const text = new Map(items.map((item) => {
      const head = item.closest(".ledger")?.querySelector(".group-head");
      return [item, (item.textContent + " " + (head ? head.textContent : "")).toLowerCase()];
    }));
    const label = make("label", { className: "filter" });
    const box = make("input", { type: "search", autocomplete: "off", spellcheck: false });
    const count = make("output", {});
    label.append(make("span", { textContent: "Filter this page" }), box, count);
    list.before(label);
    const facets = list.matches(".facets") ? facetsOf(items) : [];
    if (facets.length) {
      const row = make("div", { className: "filter" });
      row.append(...facets.map((facet) => facet.label));
      label.after(row);
    }
    const apply = () => {
      const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
      const chosen = facets.filter((facet) => facet.select.value);
      let shown = 0;
      for (const item of items) {
        const fits = words.every((word) => text.get(item).includes(word))
          && chosen.every((facet) => facet.of.get(item).includes(facet.select.value));
        item.hidden = !fits;
        if (fits) shown += 1;
      }
      for (const group of list.querySelectorAll(".group")) group.hidden = !items.some((item) => !item.hidden && group.contains(item));
      count.textContent = words.length || chosen.length ? `${shown} of ${items.length}` : "";
    };
    box.addEventListener("input", apply);
    for (const facet of facets) facet.select.addEventListener("change", apply);
  }
})();
