// The keys of the page; `?` shows them.

const keysDialog = document.getElementById("keys");

function isTyping(target) {
  return target.matches("input:not([type=checkbox]), select, textarea");
}

function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.key === "Escape") {
    document.activeElement?.blur();
    clearAsked();
    return;
  }
  if (isTyping(event.target)) return;
  const act = actionOf(event);
  if (!act) return;
  event.preventDefault();
  act();
}

function actionOf(event) {
  const onRow = event.target.matches(".open");
  switch (event.key) {
    case "/":
      return () => document.getElementById("search")?.select();
    case "?":
      return () => keysDialog.showModal();
    case "j":
      return () => moveBy(1);
    case "k":
      return () => moveBy(-1);
    case "ArrowDown":
      return onRow ? () => moveBy(1) : null;
    case "ArrowUp":
      return onRow ? () => moveBy(-1) : null;
    default:
      return null;
  }
}
