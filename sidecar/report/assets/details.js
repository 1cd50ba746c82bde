// What a row tells when it is opened, built of its JSON at that moment.

const GRAVITY = ["different", "unknown", "planned", "equal"];
const VERDICT_ICONS = { equal: "good", planned: "planned", different: "bad", unknown: "unknown" };
const NLE_VERDICTS = { attaches: "equal", "attaches by hand": "planned", no: "different" };

/** Return the second row of a clip: all that its results tell. */
function buildDetails(data, id) {
  const sides = [
    el("div", {}, proofTable(data.checks) ?? placeBlock(data)),
    el("div", {}, factTable(data.facts), nleTable(data.nle), linkList(data.links)),
  ];
  const filled = sides.filter((side) => side.childElementCount);
  const cell = el(
    "td",
    { role: "cell" },
    failureBox(data.failure),
    qualityBlock(data.quality),
    filled.length ? el("div", { class: "sides" }, ...filled) : null,
    textBlock(commandTitle(data), data.command, "command"),
    textBlock("Messages of the engine", data.messages, "messages"),
    data.checks ? placeBlock(data) : null,
  );
  return el("tr", { role: "row", class: "opened", id }, cell);
}

function block(title, ...children) {
  return el("section", {}, el("h3", {}, title), ...children);
}

function isolated(text) {
  return el("bdi", {}, text);
}

function failureBox(failure) {
  if (!failure) return null;
  return el(
    "div",
    { class: "failure" },
    el("p", { class: "sentence" }, isolated(failure.sentence)),
    failure.next_step ? el("p", { class: "step" }, "→ ", isolated(failure.next_step)) : null,
    el("p", { class: "from" }, el("span", { class: "code" }, failure.code), ` in ${failure.stage}`),
  );
}

function table(heads, lines, kind = "") {
  const head = el("tr", {}, ...heads.map((words) => el("th", { scope: "col" }, words)));
  return el("table", { class: kind }, el("thead", {}, head), el("tbody", {}, ...lines));
}

function verdictCell(verdict, words = verdict) {
  const shape = VERDICT_ICONS[verdict] ?? "unknown";
  return el("td", { class: `verdict verdict-${verdict}` }, icon(shape), words);
}

function proofTable(checks) {
  if (!checks) return null;
  const grave = (line) => (GRAVITY.indexOf(line[3]) + GRAVITY.length) % GRAVITY.length;
  const ordered = [...checks].sort((one, other) => grave(one) - grave(other));
  const counted = GRAVITY.map((verdict) => [verdict, checks.filter((line) => line[3] === verdict)]);
  const summary = counted.filter(([, lines]) => lines.length).map(([verdict, lines]) => `${lines.length} ${verdict}`);
  const lines = ordered.map(([name, expected, actual, verdict]) =>
    el(
      "tr",
      { class: `verdict-${verdict}` },
      el("th", { scope: "row" }, name),
      el("td", {}, isolated(expected)),
      el("td", {}, isolated(actual)),
      verdictCell(verdict),
    ),
  );
  return block(`Proof: ${summary.join(", ")}`, table(["Check", "Expected", "Actual", "Verdict"], lines));
}

function factTable(facts) {
  if (!facts) return null;
  const lines = facts.map(([name, source, proxy]) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, name),
      el("td", {}, isolated(source || "–")),
      el("td", {}, isolated(proxy || "–")),
    ),
  );
  return block("Source and proxy", table(["Fact", "Source", "Proxy"], lines));
}

function nleTable(lines) {
  if (!lines) return null;
  const rows = lines.map(([name, verdict, reasons]) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, name),
      verdictCell(NLE_VERDICTS[verdict] ?? "unknown", verdict),
      el("td", { class: "reasons" }, isolated(reasons)),
    ),
  );
  return block("Editing programs", table(["Program", "Verdict", "Reasons"], rows, "nle"));
}

function linkList(links) {
  if (!links) return null;
  const items = links.map((link) => el("li", {}, isolated(link)));
  return block("Links in Resolve", el("ul", { class: "told-links" }, ...items));
}

function qualityBlock(quality) {
  if (!quality) return null;
  const remarks = quality.remarks.map((remark) => el("p", { class: "remarks" }, isolated(remark)));
  const measures = quality.measures.filter((measure) => measure.values.length);
  return block(
    "Quality",
    el("p", { class: "remarks" }, isolated(quality.told)),
    ...remarks,
    measures.length ? el("div", { class: "measures" }, ...measures.map(measureChart)) : null,
    quality.pictures.length ? filmstrip(quality) : null,
  );
}

function commandTitle(data) {
  return data.engine === "resolve" ? "Render settings" : "Command";
}

function textBlock(title, text, kind) {
  if (!text) return null;
  const shown = el("pre", { tabindex: "0", "aria-label": title, role: "group" }, text);
  const copy = el("button", { type: "button", class: "copy", "aria-label": `Copy ${title.toLowerCase()}` }, "Copy");
  copy.addEventListener("click", () => copyText(shown, copy));
  return el("section", { class: kind }, el("div", { class: "block-head" }, el("h3", {}, title), copy), shown);
}

function placeBlock(data) {
  const places = [
    ["Source", [data.source], "path"],
    ["Proxy", [data.proxy], "path"],
    [data.kind === "file" ? "File" : "Told by", data.files, "path"],
    ["Job", [[data.job, data.label].filter(Boolean).join(", ")]],
    ["Batch", [data.batch]],
    ["Worker", [data.worker]],
    ["Speed", [data.speed]],
  ];
  const known = places
    .map(([name, values, kind]) => [name, (values ?? []).filter(Boolean), kind])
    .filter(([, values]) => values.length);
  if (!known.length) return null;
  const lines = known.map(([name, values, kind]) =>
    el("div", {}, el("dt", {}, name), ...values.map((value) => el("dd", { class: kind }, isolated(value)))),
  );
  return block("Where it lies and how it was made", el("dl", { class: "told-list" }, ...lines));
}
