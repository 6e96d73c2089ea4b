// Sets the scheme that the reader chose before anything is drawn. Runs first, so that nothing flashes.
try {
  var scheme = localStorage.getItem("afterword-scheme");
  if (scheme === "light" || scheme === "dark") document.documentElement.dataset.theme = scheme;
} catch (error) {
  // Without storage the system's own scheme stands.
}
