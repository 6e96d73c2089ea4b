// Sets the scheme that the reader chose, and gets the font of the text, before anything is drawn: nothing flashes or moves.
(() => {
  const root = document.documentElement;
  root.classList.add("scripted");
  try {
    const scheme = localStorage.getItem("afterword-scheme");
    if (scheme === "light" || scheme === "dark") root.dataset.theme = scheme;
  } catch (error) {
    // Without storage the system's own scheme stands.
  }
  // A font that comes late would move what is being read. One that is at hand, or comes at once, is waited for while the style
  // sheet is on its way; any other is kept for the next page, and the system's own serves this one. Who has already waited for the
  // page does not wait for a font that was never loaded before, nor has it in the way of what is to be read.
  const LATE = 100;
  const KEPT = "afterword-font";
  if (!("fonts" in document)) return;
  const address = new URL("fonts/literata.woff2", document.currentScript.src);
  const get = () => new FontFace("Literata", `url("${address}")`, { weight: "400 700" }).load();
  const keep = () => { try { localStorage.setItem(KEPT, "yes"); } catch (error) { /* It is asked for again. */ } };
  let kept = false;
  try { kept = Boolean(localStorage.getItem(KEPT)); } catch (error) { /* As above. */ }
  let late = false;
  const show = () => root.classList.remove("waiting");
  setTimeout(() => { late = true; show(); }, LATE);
  root.classList.add("waiting");
  if (!kept && performance.now() > 3 * LATE) {
    // Half a page would move when its other half comes.
    document.addEventListener("readystatechange", show);
    addEventListener("load", () => { get().then(keep, () => {}); });
    return;
  }
  get().then((font) => { keep(); if (!late) document.fonts.add(font); }).catch(() => {}).then(show);
})();
