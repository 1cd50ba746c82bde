// What needs a person, gravest first, and the one sentence that says so.

const SEEN_KEY = "proxx-failures-seen";
const START = { steps: ["Start one on a host that sees the media:"], cure: "proxx worker SETTINGS.toml" };
const IN_ONE_PROCESS = { steps: ["The workers of this service are in its own process: end it, and start it again."] };
const PART_WORDS = new Map([
  ["table", "the job table"],
  ["queue", "the queue"],
  ["storage", "the storage"],
]);
/** Ids that were missing in the line at the last look: a worker may just have taken one. */
let missedBefore = new Set();
let lost = [];
let seenHere = null;

/** Look at a new overview: what is missed at two looks is lost. */
function lookForLost(overview) {
  const missed = overview.lost?.job_ids ?? [];
  lost = missed.filter((id) => missedBefore.has(id));
  missedBefore = new Set(missed);
}

function seenUntil(now) {
  const told = inLocal((store) => store.getItem(SEEN_KEY)) ?? seenHere;
  const moment = told ? new Date(told) : null;
  return moment && moment <= now ? moment : null;
}

function markSeen(moment) {
  inLocal((store) => store.setItem(SEEN_KEY, moment));
  seenHere = moment;
}

function inLocal(act) {
  try {
    return act(localStorage);
  } catch {
    // Where a page may keep nothing, what was seen is known as long as the page.
    return null;
  }
}

/** Return the failures that nobody has marked as seen, and since when. */
function newFailures(overview, now) {
  const seen = seenUntil(now);
  const since = seen ?? new Date(now - DAY * 1000);
  const rows = (overview.failures ?? []).filter((job) => new Date(job.ended) > since);
  const more = rows.length > 0 && rows.length === overview.failures.length && overview.counts?.failed > rows.length;
  return { rows, more, since: seen ? `since ${clock(seen, now)} UTC` : "in the last 24 hours" };
}

/** Return everything that needs a person: a short sentence for the headline, and what to do. */
function needsOf(overview, now) {
  return [
    ...awayNeeds(overview),
    ...(overview.running ?? []).filter((job) => job.stale).map((job) => staleNeed(job)),
    ...lostNeeds(overview),
    ...(overview.workers ?? []).filter(isBlocked).map(blockedNeed),
    ...idleNeeds(overview),
    ...failureNeeds(overview, now),
  ];
}

function isBlocked(worker) {
  return !worker.silent && worker.state === "blocked";
}

function awayNeeds(overview) {
  return overview.away.map((away) => ({
    key: `away-${away.part}`,
    kind: "away",
    tone: "bad",
    short: `${PART_WORDS.get(away.part) ?? "a part of the service"} ${away.code.endsWith("_OLD") ? "is of another version" : "does not answer"}`,
    title: [shownText(away.sentence), away.detail ? ": " : "", away.detail ? shownText(away.detail) : ""],
    steps: [shownText(away.next_step)],
    code: away.code,
  }));
}

function staleNeed(job) {
  const silence = job.silent_seconds === null ? "tells nothing of it any more" : `was not heard of for ${lasting(job.silent_seconds)}`;
  return {
    key: `stale-${job.job_id}`,
    kind: "stale",
    tone: "bad",
    title: ["Job ", ...jobName(job.job_id), " is stale: its worker ", shownText(job.worker), ` ${silence}`],
    steps: ["Look on ", shownText(job.host, "host"), " whether it still runs. A worker that is started there settles the job of a dead one by itself; where none can be started, release it:"],
    cure: job.cure,
  };
}

function lostNeeds(overview) {
  if (!lost.length) return [];
  const count = lost.length < overview.lost.job_ids.length ? lost.length : overview.lost.count;
  const words = overview.line?.outlives_us === false ? "End the service, and start it again so:" : "Enter them again:";
  const told = lost.slice(0, 4).flatMap((id) => [...jobName(id), " "]);
  return [
    {
      key: "lost",
      kind: "lost",
      tone: "bad",
      short: `${plural(count, "job")} lost ${count === 1 ? "its" : "their"} place in the line`,
      title: [`${plural(count, "job")} ${count === 1 ? "waits" : "wait"} and ${count === 1 ? "is" : "are"} not in the line, so that no worker will take ${count === 1 ? "it" : "them"}`],
      steps: [...told, count > 4 ? `and ${counted(count - 4)} more. ` : "", words],
      cure: overview.lost.cure,
    },
  ];
}

function blockedNeed(worker) {
  return {
    key: `blocked-${worker.name}`,
    kind: "blocked",
    tone: "warn",
    title: ["Worker ", shownText(worker.name), " on ", shownText(worker.host, "host"), " takes no job"],
    steps: [shownText(worker.blocked_by ?? "it does not say why"), ". It goes on by itself when the cause is gone."],
  };
}

/** Jobs that wait where nobody works. */
function idleNeeds(overview) {
  if (!overview.workers || !overview.counts?.pending) return [];
  if (overview.workers.some((worker) => !worker.silent)) return [];
  const waiting = plural(overview.counts.pending, "job");
  return [
    {
      key: "no-worker",
      kind: "no-worker",
      tone: "bad",
      short: `no worker is heard of while ${waiting} ${overview.counts.pending === 1 ? "waits" : "wait"}`,
      title: [`${waiting} ${overview.counts.pending === 1 ? "waits" : "wait"}, and no worker is heard of`],
      ...(overview.line?.outlives_us === false ? IN_ONE_PROCESS : START),
    },
  ];
}

function failureNeeds(overview, now) {
  const { rows, more, since } = newFailures(overview, now);
  if (!rows.length) return [];
  const codes = new Map();
  for (const { code } of rows) codes.set(code ?? "no code", (codes.get(code ?? "no code") ?? 0) + 1);
  const told = [...codes].sort((one, other) => other[1] - one[1]).slice(0, 5);
  const list = told.flatMap(([code, count], index) => [index ? ", " : "", `${counted(count)} × `, shownText(code, "code")]);
  const words = `${more ? "at least " : ""}${plural(rows.length, "job")} failed ${since}`;
  return [
    {
      key: "failures",
      kind: "failures",
      tone: "bad",
      short: words,
      title: [words],
      steps: [...list, codes.size > 5 ? " and others" : "", ". ", el("a", { href: "#failures" }, "Causes and next steps"), " are told below."],
      act: el("button", { type: "button", class: "copy", "data-act": "seen", "data-until": rows[0].ended }, "Mark as seen"),
    },
  ];
}

const GROUP_WORDS = {
  stale: (count) => `${plural(count, "job")} ${count === 1 ? "is" : "are"} stale`,
  blocked: (count) => `${plural(count, "worker")} ${count === 1 ? "is" : "are"} blocked`,
};

/** Return the sentence, its tone, and what is said aloud: numbers of what is well are not. */
function headlineOf(overview, needs) {
  if (!needs.length) {
    const { running = 0, pending = 0 } = overview.counts ?? {};
    const doing = running || pending ? `${counted(running)} running, ${counted(pending)} waiting` : "nothing runs and nothing waits";
    return { tone: "good", words: [`All is well: ${doing}`], aloud: "All is well" };
  }
  const groups = grouped(needs, (need) => need.kind);
  const words = [...groups].flatMap(([kind, each]) => GROUP_WORDS[kind]?.(each.length) ?? [...new Set(each.map((need) => need.short))]);
  const tone = needs.some((need) => need.tone === "bad") ? "bad" : "warn";
  return { tone, words, aloud: words.join(" · ") };
}

function grouped(values, keyOf) {
  const groups = new Map();
  for (const value of values) groups.set(keyOf(value), [...(groups.get(keyOf(value)) ?? []), value]);
  return groups;
}
