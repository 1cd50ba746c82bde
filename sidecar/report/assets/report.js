// What is pressed, typed and printed, tied to what the page does then.

const byId = (id) => document.getElementById(id);

function when(id, event, act) {
  byId(id)?.addEventListener(event, act);
}

/** Forget what was asked for, but what is named. */
function clearAsked(kept = {}) {
  Object.assign(asked, { text: "", states: new Set(), engine: "", batch: "", quiet: false }, kept);
  for (const id of ["search", "engine", "batch"]) {
    if (byId(id)) byId(id).value = "";
  }
  if (byId("quiet")) byId("quiet").checked = asked.quiet;
  for (const chip of document.querySelectorAll(".chip")) chip.setAttribute("aria-pressed", "false");
  if (list) showAsked();
}

function pressChip(chip) {
  const { state } = chip.dataset;
  const chosen = !asked.states.delete(state);
  if (chosen) asked.states.add(state);
  chip.setAttribute("aria-pressed", String(chosen));
  showAsked();
}

function startRows() {
  when("search", "input", (event) => {
    asked.text = event.target.value;
    showAsked();
  });
  for (const id of ["engine", "batch"]) {
    when(id, "change", (event) => {
      asked[id] = event.target.value;
      showAsked();
    });
  }
  when("quiet", "change", (event) => {
    asked.quiet = event.target.checked;
    showAsked();
  });
  when("clear", "click", () => clearAsked());
  when("show-quiet", "click", () => {
    asked.quiet = byId("quiet").checked = true;
    showAsked();
  });
  for (const chip of document.querySelectorAll(".chip")) {
    chip.addEventListener("click", () => pressChip(chip));
  }
  for (const head of list.tHead.querySelectorAll("th")) {
    head.firstElementChild.addEventListener("click", () => clickedHead(head));
  }
  list.addEventListener("click", (event) => {
    const head = event.target.closest("tbody.clip > tr:first-child");
    if (!head) return;
    // Who has just selected a text there wants to keep it.
    const asksToOpen = event.target.closest(".open") || getSelection().isCollapsed;
    if (asksToOpen) setOpen(head.parentElement, !isOpen(head.parentElement));
  });
  showAsked();
}

function revealHash() {
  const row = location.hash.startsWith("#r-") ? byId(location.hash.slice(1)) : null;
  if (row) reveal(row);
}

// On paper every failure stands with its details, and afterwards all is as it was.
let openedForPaper = [];

function beforePaper() {
  const closed = rows.filter((row) => !row.hidden && row.classList.contains("tone-bad") && !isOpen(row));
  for (const row of closed) setOpen(row, true);
  openedForPaper.push(...closed);
}

function afterPaper() {
  for (const row of openedForPaper) setOpen(row, false);
  openedForPaper = [];
}

when("show-keys", "click", () => keysDialog.showModal());
document.addEventListener("keydown", pressed);
addEventListener("hashchange", revealHash);
// Not before: where an address leads to, the browser takes the focus from at the end of loading.
addEventListener("load", () => setTimeout(revealHash));
addEventListener("beforeprint", beforePaper);
addEventListener("afterprint", afterPaper);
matchMedia("print").addEventListener("change", (event) => (event.matches ? beforePaper() : afterPaper()));
if (list) {
  startRows();
  startNight();
  startPictures();
}
