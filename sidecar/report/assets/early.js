// Before anything is drawn: the page has scripts, and the colours that were chosen the last time.
const root = document.documentElement;
root.classList.add("js");
try {
  const theme = localStorage.getItem("proxx-report-theme");
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
} catch {
  // Where a page may keep nothing, it is drawn in the colours of the system.
}
