// Asking for the overview again and again: each request begins after the one before has ended.

const SECONDS_SHOWN = 4;
const SECONDS_HIDDEN = 30;
const PATIENCE_MS = 15_000;
const OVERVIEW = "/v1/overview";

let timer = null;
let isAsking = false;
/** What was last heard, and when by the clock of this page; what is wrong since. */
const heard = { overview: null, at: 0, trouble: null };

/** Ask now; does nothing while a request is on its way or there is no token. */
async function ask() {
  if (isAsking || !token) return;
  isAsking = true;
  clearTimeout(timer);
  const asked = token;
  const answer = await lookAtService();
  isAsking = false;
  // Meanwhile another token was given: what this one was told counts no more.
  if (asked !== token) return void ask();
  takeAnswer(answer);
  askLater();
}

function askLater() {
  clearTimeout(timer);
  timer = setTimeout(ask, (document.hidden ? SECONDS_HIDDEN : SECONDS_SHOWN) * 1000);
}

async function lookAtService() {
  let response;
  try {
    response = await askService(OVERVIEW, PATIENCE_MS);
    if (response.status === 401) return { kind: "token" };
    const body = await response.json();
    if (!response.ok) return { kind: "trouble", words: refusal(response.status, body) };
    if (!isOverview(body)) return { kind: "trouble", words: "The service answers what this page cannot read: is it of another version?" };
    return { kind: "overview", overview: body };
  } catch {
    const words = response ? "The service answers what this page cannot read" : "The service does not answer";
    return { kind: "trouble", words };
  }
}

function refusal(status, body) {
  const { code = `HTTP ${status}`, message = "" } = body?.error ?? {};
  return `The service refuses: ${printable(message)} ${printable(code)}`.replace(/\s+/g, " ");
}

function isOverview(body) {
  return typeof body?.made_at === "string" && Array.isArray(body.away);
}

function takeAnswer(answer) {
  if (answer.kind === "token") {
    forgetToken();
    Object.assign(heard, { overview: null, at: 0, trouble: null });
    askForToken("The service does not take this token. It may have been started anew, with a new one.");
    return;
  }
  if (answer.kind === "trouble") {
    heard.trouble = answer.words;
  } else {
    Object.assign(heard, { overview: answer.overview, at: Date.now(), trouble: null });
    lookForLost(answer.overview);
  }
  show();
}
