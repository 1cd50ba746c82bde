// The rows: which are shown, in which order, and which are open.

const list = document.getElementById("clips");
const rows = list ? [...list.tBodies] : [];
const asked = { text: "", states: new Set(), engine: "", batch: "", quiet: false };
const given = new Map(rows.map((row, index) => [row, index]));
let order = rows;

/** A name is found however its accents are composed, in either case. */
function plain(text) {
  return text.normalize("NFC").toLowerCase();
}

let searched = null;

function searchText(row) {
  searched ??= new Map(rows.map((each) => [each, plain(each.dataset.search)]));
  return searched.get(row);
}

function isQuiet(row) {
  return row.classList.contains("tone-quiet");
}

function matches(row, words) {
  const { state, engine, batch } = row.dataset;
  if (asked.states.size && !asked.states.has(state)) return false;
  if (asked.engine && asked.engine !== engine) return false;
  if (asked.batch && asked.batch !== batch) return false;
  return words.every((word) => searchText(row).includes(word));
}

/** Show the rows that are asked for, and how many they are. */
function showAsked() {
  const words = plain(asked.text).split(/\s+/).filter(Boolean);
  let count = 0;
  let kept = 0;
  for (const row of rows) {
    const found = matches(row, words);
    const quiet = isQuiet(row) && !asked.quiet && !asked.states.size;
    const wanted = found && !quiet;
    kept += found && quiet;
    row.hidden = !wanted;
    row.classList.toggle("wanted", wanted);
    count += wanted;
  }
  const total = rows.length;
  document.getElementById("shown").textContent =
    count === total ? `${total} ${total === 1 ? "row" : "rows"}` : `${count} of ${total} rows`;
  document.getElementById("nothing").hidden = count > 0;
  list.hidden = count === 0;
  const showQuiet = document.getElementById("show-quiet");
  showQuiet.hidden = kept === 0;
  showQuiet.textContent = `Show ${kept} done again or replaced`;
}

function shownRows() {
  return order.filter((row) => !row.hidden);
}

function headOf(row) {
  return row.querySelector(".open");
}

function isOpen(row) {
  return headOf(row).getAttribute("aria-expanded") === "true";
}

/** Open or close a row; its details are built the first time. */
function setOpen(row, open) {
  const head = headOf(row);
  const id = head.getAttribute("aria-controls");
  let details = row.rows[1];
  if (open && !details) {
    const data = JSON.parse(row.querySelector("script").textContent);
    details = buildDetails(data, id);
    row.append(details);
    // What an engine said last is what it failed of.
    details.querySelector(".messages pre")?.scrollTo(0, Number.MAX_SAFE_INTEGER);
  }
  if (details) details.hidden = !open;
  head.setAttribute("aria-expanded", String(open));
  row.classList.toggle("is-open", open);
}

/** Put a row before a person's eyes, whatever was asked for: open, and in focus. */
function reveal(row) {
  if (row.hidden) clearAsked({ quiet: asked.quiet || isQuiet(row) });
  setOpen(row, true);
  headOf(row).focus({ preventScroll: true });
  row.scrollIntoView({ block: "start" });
}

/** Move the focus by so many rows from the one that has it. */
function moveBy(step) {
  const shown = shownRows();
  const here = shown.indexOf(document.activeElement?.closest("tbody.clip"));
  const next = here < 0 ? (step > 0 ? shown[0] : shown.at(-1)) : shown[here + step];
  if (!next) return;
  headOf(next).focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

const collator = new Intl.Collator("en", { numeric: true });
const cellText = (row, kind) => row.querySelector(`.${kind}`).textContent.trim();
const KEYS = {
  state: (row) => Number(row.dataset.rank),
  name: (row) => headOf(row).textContent,
  told: (row) => row.querySelector(".told > span").textContent,
  engine: (row) => cellText(row, "engine"),
  size: (row) => (row.dataset.size ? Number(row.dataset.size) : null),
  took: (row) => (row.dataset.took ? Number(row.dataset.took) : null),
  ended: (row) => cellText(row, "ended"),
};

/** Sort by a column; what has no value there comes last, equals stay as they were given. */
function sortBy(column, direction) {
  const keys = new Map(rows.map((row) => [row, KEYS[column](row)]));
  const lacking = (key) => key === null || key === "";
  const compare = (one, other) => {
    const [a, b] = [keys.get(one), keys.get(other)];
    if (lacking(a) || lacking(b)) return lacking(a) - lacking(b);
    const sign = direction === "descending" ? -1 : 1;
    return sign * (typeof a === "number" ? a - b : collator.compare(a, b));
  };
  order = [...rows].sort((one, other) => compare(one, other) || given.get(one) - given.get(other));
  list.append(...order);
}

/** As they were given: the gravest first. */
function unsort() {
  order = rows;
  list.append(...order);
}

function clickedHead(head) {
  const now = head.getAttribute("aria-sort");
  for (const other of list.tHead.querySelectorAll("[aria-sort]")) other.removeAttribute("aria-sort");
  if (now === "descending") {
    unsort();
    return;
  }
  const direction = now === "ascending" ? "descending" : "ascending";
  head.setAttribute("aria-sort", direction);
  sortBy(head.dataset.sort, direction);
}
