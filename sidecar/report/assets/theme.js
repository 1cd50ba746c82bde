// The colours of the page: as the system, light or dark.

const themed = document.documentElement.dataset;
const THEMES = ["", "light", "dark"];
const THEME_WORDS = { "": ["Auto", "as the system"], light: ["Light", "light"], dark: ["Dark", "dark"] };

function chooseTheme(theme) {
  if (theme) themed.theme = theme;
  else delete themed.theme;
  try {
    localStorage.setItem("proxx-report-theme", theme);
  } catch {
    // Where a page may keep nothing, the choice lasts as long as the page.
  }
  tellTheme();
}

function tellTheme() {
  const [words, told] = THEME_WORDS[themed.theme ?? ""];
  const button = document.getElementById("theme");
  button.lastElementChild.textContent = words;
  button.setAttribute("aria-label", `Colours: ${told}`);
}

tellTheme();
document.getElementById("theme").addEventListener("click", () => {
  chooseTheme(THEMES[(THEMES.indexOf(themed.theme ?? "") + 1) % THEMES.length]);
});
