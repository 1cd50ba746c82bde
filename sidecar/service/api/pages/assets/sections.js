// The page below its headline, drawn whole from an overview each time.

const FIRST_ROWS = 8;
const FIRST_IDS = 6;
const MOST_OF_A_KIND = 5;
const STATE_ICONS = { idle: "idle", running: "running", blocked: "warn", stopping: "planned" };
/** The lists of which a person asked for all rows. */
const wholeLists = new Set();

/** Return the sections that an overview fills. */
function sections(overview, needs, now) {
  const page = document.createDocumentFragment();
  page.append(
    ...[
      needs.length ? needsSection(needs) : null,
      figures(overview, now),
      el(
        "div",
        { class: "columns", "data-key": "columns" },
        el("div", { class: "column" }, runningSection(overview, now), endedSection("failures", overview, now)),
        el("div", { class: "column" }, lineSection(overview), workersSection(overview), endedSection("completed", overview, now)),
      ),
    ].filter(Boolean),
  );
  return page;
}

function section(key, title, note, ...children) {
  return el(
    "section",
    { class: `box ${key}`, "data-key": key, "aria-labelledby": `${key}-title` },
    el("div", { class: "box-head" }, el("h2", { id: key, tabindex: "-1" }, el("span", { id: `${key}-title` }, title)), note ? el("p", {}, ...[note].flat()) : null),
    ...children,
  );
}

function nothing(words) {
  return el("p", { class: "nothing" }, words);
}

function unknown(part) {
  return nothing(`Not known: ${PART_WORDS.get(part)} does not answer.`);
}

function needsSection(needs) {
  const items = [...grouped(needs, (need) => need.kind)].flatMap(([kind, each]) => {
    const left = each.length - MOST_OF_A_KIND;
    const rest = el("li", { class: "rest", "data-key": `rest-${kind}` }, `and ${counted(left)} more of this kind, which are shown below`);
    return left > 0 ? [...each.slice(0, MOST_OF_A_KIND).map(needItem), rest] : each.map(needItem);
  });
  return el("section", { class: "needs", "data-key": "needs", "aria-labelledby": "needs-title" }, el("h2", { id: "needs-title" }, "Needs a person"), el("ul", {}, ...items));
}

function needItem(need) {
  return el(
    "li",
    { class: `need tone-${need.tone}`, "data-key": need.key },
    icon(need.tone),
    el(
      "div",
      {},
      el("p", { class: "sentence" }, ...need.title),
      el("p", { class: "step" }, ...need.steps, need.code ? " " : "", need.code ? shownText(need.code, "code") : ""),
      need.cure ? cureLine(need.cure) : null,
      need.act ?? null,
    ),
  );
}

function cureLine(cure) {
  const copy = el("button", { type: "button", class: "copy", "aria-label": `Copy ${printable(cure)}` }, "Copy");
  return el("div", { class: "cure" }, el("code", {}, printable(cure)), copy);
}

function figures(overview, now) {
  const { counts } = overview;
  const fresh = newFailures(overview, now).rows.length;
  const figure = (words, number, kind = "") =>
    el("div", { class: kind }, el("dt", {}, words), el("dd", {}, number === undefined ? "–" : counted(number)));
  return el(
    "dl",
    { class: "figures", "data-key": "figures" },
    figure("Running", counts?.running, "tone-run"),
    figure("Waiting", counts?.pending),
    figure("Completed", counts?.completed),
    figure("Failed", counts?.failed, fresh ? "tone-bad" : ""),
  );
}

function runningSection({ running }, now) {
  if (!running) return section("running", "Running", "", unknown("table"));
  const items = running.map((job) => runningItem(job, now));
  const list = items.length ? el("ul", { class: "jobs" }, ...items) : nothing("Nothing runs.");
  return section("running", "Running", running.length ? counted(running.length) : "", list);
}

function runningItem(job, now) {
  const known = job.clips_total !== null && job.clips_done !== null;
  const words = known ? `${counted(job.clips_done)} of ${plural(job.clips_total, "clip")}` : "clips not known yet";
  return el(
    "li",
    { class: job.stale ? "stale tone-bad" : "", "data-key": job.job_id },
    el("p", { class: "name" }, ...jobName(job.job_id), job.pipeline_id === "qc" ? el("span", { class: "kind" }, "qc") : ""),
    el("p", { class: "by" }, ...workerWords(job)),
    el("p", { class: "since" }, goingOn(job.since, now)),
    known ? progressBar(job.clips_done, job.clips_total) : null,
    el("p", { class: "clips" }, job.pipeline_id === "qc" && !known ? "measures" : words),
    job.stale ? el("p", { class: "silence" }, icon("bad"), `stale${job.silent_seconds === null ? "" : `, silent for ${lasting(job.silent_seconds)}`}`) : null,
  );
}

/** A worker's name often has its host in it, which is not said twice. */
function workerWords({ worker, host }) {
  return worker.includes(host) ? [shownText(worker)] : [shownText(worker), " · ", shownText(host)];
}

function progressBar(done, total) {
  const share = total > 0 ? Math.min(1, Math.max(0, done / total)) : 0;
  const bar = svg("rect", { class: "done", width: `${(share * 100).toFixed(2)}%`, height: "4", rx: "2" });
  return svg("svg", { class: "progress", width: "100%", height: "4", "aria-hidden": "true" }, svg("rect", { class: "all", width: "100%", height: "4", rx: "2" }), bar);
}

function lineSection({ line }) {
  if (!line) return section("waiting", "Waiting line", "", unknown("queue"));
  const shown = line.first.slice(0, FIRST_IDS);
  const rest = line.waiting - shown.length;
  const items = shown.map((id, index) => el("li", { "data-key": `${index} ${id}` }, ...jobName(id)));
  if (rest > 0) items.push(el("li", { class: "rest" }, `and ${counted(rest)} more`));
  return section(
    "waiting",
    "Waiting line",
    line.waiting ? counted(line.waiting) : "",
    items.length ? el("ol", { class: "line" }, ...items) : nothing("Nothing waits."),
    el("p", { class: "from" }, shownText(line.queue, "path"), line.outlives_us ? "" : ": forgets what waits when its process ends"),
  );
}

function workersSection({ workers }) {
  if (!workers) return section("workers", "Workers", "", unknown("table"));
  const hosts = [...grouped(workers, (worker) => worker.host)].sort(([one], [other]) => (one < other ? -1 : 1));
  const parts = hosts.map(([host, each]) =>
    el(
      "div",
      { class: "host-group", "data-key": host },
      el("h3", {}, shownText(host)),
      el("ul", {}, ...each.map(workerItem)),
    ),
  );
  const note = workers.length ? `${counted(workers.length)} on ${plural(hosts.length, "host")}` : "";
  return section("workers", "Workers", note, ...(parts.length ? parts : [nothing("No worker has spoken.")]));
}

function workerItem(worker) {
  const tone = worker.silent ? "warn" : { running: "run", blocked: "warn" }[worker.state] ?? "quiet";
  const words = worker.silent ? `silent for ${lasting(worker.silent_seconds)}` : worker.state;
  return el(
    "li",
    { class: `tone-${tone}`, "data-key": worker.name },
    icon(worker.silent ? "unknown" : STATE_ICONS[worker.state] ?? "unknown"),
    el("p", { class: "name" }, shownText(worker.name)),
    el("p", { class: "state" }, words, worker.job_id ? " " : "", ...(worker.job_id ? jobName(worker.job_id) : [])),
    worker.blocked_by && !worker.silent ? el("p", { class: "why" }, shownText(worker.blocked_by)) : null,
  );
}

const ENDED = {
  failures: { title: "Latest failures", none: "No job has failed.", status: "failed" },
  completed: { title: "Latest completed", none: "No job is completed yet.", status: "completed" },
};

function endedSection(key, overview, now) {
  const { title, none, status } = ENDED[key];
  const rows = overview[key];
  if (!rows) return section(key, title, "", unknown("table"));
  const shown = wholeLists.has(key) ? rows : rows.slice(0, FIRST_ROWS);
  const total = overview.counts?.[status] ?? rows.length;
  const note = total > shown.length ? `${counted(shown.length)} of ${counted(total)}` : "";
  const parts = [shown.length ? el("ul", { class: "ended" }, ...shown.map((job) => endedItem(job, now))) : nothing(none)];
  if (rows.length > FIRST_ROWS) parts.push(moreButton(key, rows.length, shown.length === rows.length));
  return section(key, title, note, ...parts);
}

function moreButton(key, total, isWhole) {
  const words = isWhole ? "Show fewer" : `Show the latest ${counted(total)}`;
  return el("button", { type: "button", class: "copy more", "data-act": "more", "data-list": key, "aria-expanded": String(isWhole) }, words);
}

function endedItem(job, now) {
  return el(
    "li",
    { "data-key": job.job_id },
    el("p", { class: "name" }, ...jobName(job.job_id), job.pipeline_id === "qc" ? el("span", { class: "kind" }, "qc") : ""),
    job.sentence || job.code
      ? el(
          "div",
          { class: "cause" },
          job.code ? el("p", {}, shownText(job.code, "code")) : null,
          el("p", { class: "sentence" }, shownText(job.sentence ?? "")),
          job.next_step ? el("p", { class: "next" }, shownText(job.next_step)) : null,
        )
      : null,
    el("p", { class: "since" }, ago(job.ended, now)),
    job.result
      ? el("button", { type: "button", class: "copy", "data-act": "result", "data-from": job.result, "data-name": `${job.job_id}.${job.pipeline_id === "qc" ? "qc" : "result"}.json`, "aria-label": `Result of ${job.job_id.slice(0, 8)}, as a file` }, "Result")
      : el("p", { class: "none" }, "no result"),
  );
}
