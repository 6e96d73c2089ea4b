// What `afterword serve` adds to each page: it shows what is at fault, and brings the page up to date when a file is saved.
"use strict";

(() => {
  const script = document.currentScript;
  const own = new URL("./", script.src);
  let version = Number(new URL(script.src).searchParams.get("v"));
  // This runs before the scripts of the site change anything, so this is the page as it was sent.
  let sent = document.documentElement.cloneNode(true);

  const make = (name, properties, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };
  document.head.append(make("link", { rel: "stylesheet", href: new URL("serve.css", own).href }));

  // What is at fault stands over the page. Only errors begin unfolded: who writes wants to see the page. What somebody chose stays,
  // also where the page is loaded again.
  const panel = make("aside", { id: "afterword-serve", hidden: true });
  panel.setAttribute("role", "status");
  panel.setAttribute("aria-label", "Findings");
  document.body.append(panel);
  const CHOICE = "afterword-serve-findings";
  let choice = null;
  try { choice = sessionStorage.getItem(CHOICE); } catch (error) { /* Without a memory it begins anew on each page. */ }
  let last = "";

  const failed = () => {
    const message = script.dataset.error;
    return message ? [{ rule: "broken-theme", level: "error", message, file: "", help: "the page shows what it was before" }] : [];
  };

  const show = (findings) => {
    const list = [...failed(), ...findings];
    const now = JSON.stringify(list);
    if (now === last) return;
    last = now;
    panel.hidden = list.length === 0;
    const worst = ["error", "warning", "note"].find((level) => list.some((finding) => finding.level === level));
    panel.className = worst || "";
    const counts = ["error", "warning", "note"]
      .map((level) => [level, list.filter((finding) => finding.level === level).length])
      .filter(([, count]) => count)
      .map(([level, count]) => `${count} ${level}${count === 1 ? "" : "s"}`);
    const items = list.slice(0, 50).map((finding, number) => {
      const before = list[number - 1];
      const place = finding.file ? `${finding.file}${finding.line ? `:${finding.line}:${finding.column}` : ""}` : "";
      const item = make("li", { className: finding.level },
        make("p", {}, make("b", { textContent: `${finding.level}[${finding.rule}] ` }), finding.message),
        make("p", { className: "place", textContent: place }));
      if (finding.text) item.append(make("pre", { textContent: finding.text }));
      if (finding.label) item.append(make("p", { textContent: finding.label }));
      // The same advice is given once in a row.
      if (finding.help && !(before && before.rule === finding.rule && before.help === finding.help)) item.append(make("p", { textContent: `help: ${finding.help}` }));
      return item;
    });
    const summary = make("summary", { textContent: counts.join(", ") });
    // Shown while the panel is folded.
    summary.dataset.first = list[0] ? list[0].message : "";
    const open = choice ? choice === "open" : worst === "error";
    const details = make("details", { open }, summary, make("ul", {}, ...items));
    summary.addEventListener("click", () => {
      choice = details.open ? "folded" : "open";
      try { sessionStorage.setItem(CHOICE, choice); } catch (error) { /* As above. */ }
    });
    panel.replaceChildren(details);
  };
  show([]);

  // Scripts of the site have taken hold of these; where one of them changes, the page is loaded anew.
  const HELD = "pre, h1, h2, h3, h4, h5, h6, details, [id], .copyable, .timeline";

  // Puts the changed blocks of a document's text in the place of the old ones; returns false where more than that has changed.
  const swap = (fresh) => {
    const before = sent.querySelectorAll("main .prose");
    const after = fresh.querySelectorAll("main .prose");
    const live = document.querySelectorAll("main .prose");
    if (before.length !== 1 || after.length !== 1 || live.length !== 1) return false;
    const rest = (root) => {
      const body = root.querySelector("body").cloneNode(true);
      body.querySelector("main .prose").replaceChildren();
      for (const tag of body.querySelectorAll("script[src*='/.afterword/']")) tag.remove();
      return body.innerHTML.trim();
    };
    if (rest(sent) !== rest(fresh)) return false;
    const [olds, news, shown] = [before[0], after[0], live[0]].map((prose) => [...prose.childNodes]);
    if (olds.length !== shown.length) return false;
    let start = 0;
    while (start < olds.length && start < news.length && olds[start].isEqualNode(news[start])) start += 1;
    let end = 0;
    while (end < olds.length - start && end < news.length - start && olds[olds.length - 1 - end].isEqualNode(news[news.length - 1 - end])) end += 1;
    const [gone, come] = [olds, news].map((nodes) => nodes.slice(start, nodes.length - end));
    const held = (node) => node.nodeType === Node.ELEMENT_NODE && (node.matches(HELD) || node.querySelector(HELD));
    if ([...gone, ...come].some(held)) return false;
    const behind = shown[shown.length - end] || null;
    for (const node of shown.slice(start, shown.length - end)) node.remove();
    for (const node of come) live[0].insertBefore(document.importNode(node, true), behind);
    document.title = fresh.title;
    return true;
  };

  let working = false;
  const update = async (wanted) => {
    if (working) return;
    working = true;
    try {
      const answer = await fetch(location.href.split("#")[0], { cache: "no-store" });
      const text = await answer.text();
      const fresh = new DOMParser().parseFromString(text, "text/html");
      const tag = fresh.querySelector("script[src*='/.afterword/serve.js']");
      if (!answer.ok || !tag || script.dataset.error || !swap(fresh)) {
        // The browser keeps the scroll position of a page that it loads again.
        location.reload();
        return;
      }
      sent = fresh.documentElement;
      version = Number(new URL(tag.getAttribute("src"), location.href).searchParams.get("v"));
      document.documentElement.dataset.afterwordVersion = version;
    } catch (error) {
      // The server is gone, or at work; it says when it is back.
    } finally {
      working = false;
    }
    if (version < newest) update(newest);
  };

  // A browser keeps few connections to one host, so a page that nobody looks at gives its own back.
  let newest = version;
  let source;
  const listen = () => {
    source = new EventSource(new URL("events", own));
    source.addEventListener("message", (event) => {
      const state = JSON.parse(event.data);
      // A server that was started again counts anew.
      if (state.version < version) { location.reload(); return; }
      newest = state.version;
      show(state.findings || []);
      if (version < newest) update(newest);
    });
  };
  const follow = () => {
    if (document.hidden) { source?.close(); source = undefined; }
    else if (!source) listen();
  };
  document.addEventListener("visibilitychange", follow);
  addEventListener("pagehide", () => { source?.close(); source = undefined; });
  addEventListener("pageshow", follow);
  document.documentElement.dataset.afterwordVersion = version;
  follow();
})();
