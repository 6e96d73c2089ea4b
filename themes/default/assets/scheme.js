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
  // sheet is on its way; any other is kept for the next page, and the system's own serves this one.
  const LATE = 100;
  if (!("fonts" in document)) return;
  let late = false;
  const show = () => root.classList.remove("waiting");
  setTimeout(() => { late = true; show(); }, LATE);
  root.classList.add("waiting");
  const address = new URL("fonts/literata.woff2", document.currentScript.src);
  new FontFace("Literata", `url("${address}")`, { weight: "400 700" }).load()
    .then((font) => { if (!late) document.fonts.add(font); }).catch(() => {}).then(show);
})();
