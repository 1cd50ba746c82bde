// What is drawn anew becomes what is shown with as few changes as there are: focus and selection stay.

/** Make what stands in an element equal to what was drawn. */
function morphChildren(here, drawn) {
  const kept = new Set([...drawn.childNodes].map((child) => child.dataset?.key));
  const keyed = new Map();
  // What is gone goes first: then what stays is in its place, and what has the focus is not moved.
  for (const child of [...here.childNodes]) {
    const key = child.dataset?.key;
    if (key && kept.has(key)) keyed.set(key, child);
    else if (key) child.remove();
  }
  let at = here.firstChild;
  for (const wanted of [...drawn.childNodes]) {
    const key = wanted.dataset?.key;
    const found = key ? keyed.get(key) : at;
    if (!found || !isLike(found, wanted)) {
      here.insertBefore(wanted, at);
      continue;
    }
    if (found === at) at = at.nextSibling;
    else here.insertBefore(found, at);
    keyed.delete(key);
    morph(found, wanted);
  }
  while (at) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}

function isLike(one, other) {
  return one.nodeName === other.nodeName && one.dataset?.key === other.dataset?.key;
}

function morph(here, wanted) {
  if (here.nodeType === Node.TEXT_NODE) {
    if (here.data !== wanted.data) here.data = wanted.data;
    return;
  }
  for (const { name } of [...here.attributes]) {
    if (!wanted.hasAttribute(name) && name !== "data-done") here.removeAttribute(name);
  }
  for (const { name, value } of wanted.attributes) {
    if (here.getAttribute(name) !== value) here.setAttribute(name, value);
  }
  // A button that says what it has just done says so until it is over.
  if (!here.hasAttribute("data-done")) morphChildren(here, wanted);
}
