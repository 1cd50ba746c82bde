// Words: numbers, ages and names as a person reads them.

const DAY = 86400;

/** Return a text in which all that no one could see is written out. */
function printable(text) {
  return String(text).replace(
    /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu,
    (char) => `\\u{${char.codePointAt(0).toString(16)}}`,
  );
}

function counted(number) {
  return number.toLocaleString("en");
}

/** Return a count with its noun: 1 job, 1,204 jobs. */
function plural(number, noun) {
  return `${counted(number)} ${noun}${number === 1 ? "" : "s"}`;
}

/** Return a length of time in one or two words of it: 40 s, 4 min, 3 h 20 min, 2 days. */
function lasting(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min`;
  if (whole < DAY) {
    const hours = Math.floor(whole / 3600);
    const minutes = Math.floor((whole % 3600) / 60);
    return hours < 6 && minutes ? `${hours} h ${minutes} min` : `${hours} h`;
  }
  return plural(Math.floor(whole / DAY), "day");
}

/** Return a moment as a clock shows it, with the day where it is not the day of `now`. */
function clock(moment, now) {
  const [day, time] = moment.toISOString().split("T");
  const hours = time.slice(0, 5);
  if (day === now.toISOString().split("T")[0]) return hours;
  const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
  const year = moment.getUTCFullYear() === now.getUTCFullYear() ? "" : ` ${moment.getUTCFullYear()}`;
  return `${moment.getUTCDate()} ${months[moment.getUTCMonth()]}${year}, ${hours}`;
}

/** Return how long ago a moment was, with the moment itself beside it. */
function ago(text, now) {
  const seconds = (now - new Date(text)) / 1000;
  return moment(text, now, seconds < 5 ? "just now" : `${lasting(seconds)} ago`, "");
}

/** Return for how long something goes on, with its beginning. */
function goingOn(text, now) {
  return moment(text, now, `for ${lasting((now - new Date(text)) / 1000)}`, "since ");
}

function moment(text, now, words, before) {
  const at = new Date(text);
  return el("time", { datetime: at.toISOString() }, el("span", {}, words), " ", el("small", {}, before, clock(at, now)));
}

/** Return a text from elsewhere: isolated, so that it turns nothing else around. */
function shownText(text, kind = "") {
  return el("bdi", { class: kind }, printable(text));
}

/** What people call the jobs of the overview that is shown, by id. */
let labels = new Map();

/** Return a job by what people call it, where that is known, and by its first digits. */
function jobName(id) {
  const label = labels.get(id);
  return label ? [shownText(label, "label"), " ", jobId(id)] : [jobId(id)];
}

/** Return a job by its first digits; pressed, it copies the whole id. */
function jobId(id) {
  const text = printable(id);
  return el(
    "button",
    { type: "button", class: "job", title: `${text}: press to copy` },
    el("span", {}, text.slice(0, 8)),
    el("span", { class: "unseen" }, text.slice(8)),
  );
}
