// The token: out of the address, kept for this tab, or pasted and kept by nobody.

const TOKEN_KEY = "proxx-token";
let token = "";

/** Take the token out of the address, so that it is in no history; whether there was one. */
function tokenFromAddress() {
  const said = new URLSearchParams(location.hash.slice(1)).get("token");
  if (!said) return false;
  history.replaceState(null, "", location.pathname + location.search);
  token = said;
  inStore((store) => store.setItem(TOKEN_KEY, said));
  return true;
}

function findToken() {
  if (!tokenFromAddress()) token = inStore((store) => store.getItem(TOKEN_KEY)) ?? "";
}

function forgetToken() {
  token = "";
  inStore((store) => store.removeItem(TOKEN_KEY));
}

function inStore(act) {
  try {
    return act(sessionStorage);
  } catch {
    // Where a page may keep nothing, the token lasts as long as the page.
    return null;
  }
}

/** Ask for the service with the token. A token that no header can hold is like a wrong one. */
async function askService(path, patience) {
  let headers;
  try {
    headers = new Headers({ Authorization: `Bearer ${token}` });
  } catch {
    return { status: 401, ok: false };
  }
  return fetch(path, {
    headers,
    cache: "no-store",
    credentials: "omit",
    mode: "same-origin",
    redirect: "error",
    signal: AbortSignal.timeout(patience),
  });
}
