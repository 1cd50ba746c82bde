// What is heard, pressed and pasted, tied to what the page shows then.

const byId = (id) => document.getElementById(id);
const SILENT_MS = 2500;
let saidAloud = "";

/** Show what is known. */
function show() {
  const { overview, trouble } = heard;
  byId("ask").hidden = true;
  byId("told").hidden = !overview;
  byId("told").classList.toggle("old", Boolean(trouble));
  const now = overview ? momentOf(overview) : new Date();
  labels = new Map(Object.entries(overview?.labels ?? {}));
  const needs = overview ? needsOf(overview, now) : [];
  if (trouble) showHeadline("bad", [trouble], troubleDetails(now));
  else {
    const { tone, words, aloud } = headlineOf(overview, needs);
    showHeadline(tone, words, details(overview), aloud);
  }
  if (overview) morphChildren(byId("told"), sections(overview, needs, now));
  tellHeard();
}

/** Return the service's time of what is shown: ages are those that it had then. */
function momentOf(overview) {
  return new Date(overview.made_at);
}

function details(overview) {
  const workers = (overview.workers ?? []).filter((worker) => !worker.silent);
  const hosts = new Set(workers.map((worker) => worker.host));
  const heardOf = workers.length ? `${plural(workers.length, "worker")} on ${plural(hosts.size, "host")}` : "no worker is heard of";
  return overview.workers ? [heardOf] : [];
}

function troubleDetails(now) {
  if (!heard.overview) return ["nothing was heard yet", "the page goes on asking"];
  return [`what stands below is from ${clock(now, new Date())} UTC`, "the page goes on asking"];
}

function showHeadline(tone, words, list, aloud = words.join(" · ")) {
  const parts = words.flatMap((each, index) => [index ? el("span", { class: "dot" }, " · ") : "", el("span", { class: "piece" }, each)]);
  const drawn = el("div", {}, icon(tone), el("div", {}, el("h1", {}, ...parts), list.length ? el("ul", {}, ...list.map((each) => el("li", {}, each))) : null));
  byId("headline").className = `headline tone-${tone}`;
  morphChildren(byId("headline"), drawn);
  for (const link of document.querySelectorAll("link[data-tone]")) link.rel = link.dataset.tone === tone ? "icon" : "x-icon";
  document.title = `${words.join(" · ")} · Proxx`;
  if (aloud !== saidAloud) say(aloud);
  saidAloud = aloud;
}

function tellHeard() {
  const { at, trouble } = heard;
  const seconds = (Date.now() - at) / 1000;
  const late = Date.now() - at < SILENT_MS ? "just now" : `${lasting(seconds)} ago`;
  byId("heard").textContent = at ? `${trouble ? "Last heard" : "Heard"} ${late}` : "";
  byId("heard").classList.toggle("lost", Boolean(trouble));
}

function askForToken(words) {
  byId("ask").hidden = false;
  byId("told").hidden = true;
  byId("ask-words").textContent = words;
  showHeadline("quiet", ["The service asks for a token"], [], words);
  byId("token").focus();
  tellHeard();
}

function usePasted() {
  const pasted = byId("token").value.trim();
  if (!pasted) return;
  byId("token").value = "";
  token = pasted;
  ask();
}

/** Fetch a file with the token, and hand it to the person. */
async function download(button) {
  const path = button.dataset.from;
  if (!path.startsWith("/v1/")) return;
  try {
    const response = await askService(path, 60_000);
    if (!response.ok) throw new Error(String(response.status));
    const link = el("a", { href: URL.createObjectURL(await response.blob()), download: button.dataset.name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    flash(button, "Saved");
  } catch {
    flash(button, "Not there", false);
  }
}

function flash(button, words, isDone = true) {
  const before = button.textContent;
  if (button.hasAttribute("data-done")) return;
  button.textContent = words;
  button.setAttribute("data-done", isDone ? "yes" : "no");
  say(words);
  setTimeout(() => {
    button.textContent = before;
    button.removeAttribute("data-done");
  }, 2500);
}

async function copyJob(button) {
  const copied = await putAway(button);
  button.setAttribute("data-done", copied ? "yes" : "no");
  say(copied ? "Copied" : "Selected: copy it with the keys of your system");
  setTimeout(() => button.removeAttribute("data-done"), 2500);
}

const ACTS = {
  seen(button) {
    markSeen(button.dataset.until);
    show();
    byId("told").focus();
  },
  more(button) {
    const { list } = button.dataset;
    if (!wholeLists.delete(list)) wholeLists.add(list);
    show();
  },
  result: download,
};

byId("told").addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.act) ACTS[button.dataset.act]?.(button);
  else if (button.matches(".job")) copyJob(button);
  else if (button.matches(".copy")) copyText(button.previousElementSibling, button);
});
byId("use-token").addEventListener("click", usePasted);
byId("token").addEventListener("keydown", (event) => {
  if (event.key === "Enter") usePasted();
});
document.addEventListener("visibilitychange", () => {
  if (document.hidden) askLater();
  else ask();
});
addEventListener("hashchange", () => {
  if (tokenFromAddress()) ask();
});
setInterval(tellHeard, 1000);

findToken();
if (token) ask();
else askForToken("Paste the token here: proxx serve names its file when it starts. With --dev, in a terminal, the address that it tells holds it.");
