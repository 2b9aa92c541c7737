// Sets the colour scheme before the first paint, so that a dark room stays dark while the app loads.
// A file of its own because the content security policy allows no inline script.
(function () {
  var chosen = "auto";
  try {
    chosen = localStorage.getItem("tokenworks-scheme") || "auto";
  } catch {
    // Storage is switched off: follow the system.
  }
  var dark = chosen === "auto" ? matchMedia("(prefers-color-scheme: dark)").matches : chosen === "dark";
  document.documentElement.setAttribute("data-mantine-color-scheme", dark ? "dark" : "light");
})();
