// A text into the clipboard, and a word of it.

/** Say something to whoever listens to the page instead of looking at it. */
function say(text) {
  document.getElementById("said").textContent = text;
}

/** Copy what an element shows; where a page may not, select it for the person's own keys. */
async function copyText(shown, button) {
  const copied = await putAway(shown);
  const words = copied ? "Copied" : "Selected: copy it with the keys of your system";
  button.textContent = words;
  button.toggleAttribute("data-done", copied);
  say(words);
  setTimeout(() => {
    button.textContent = "Copy";
    button.removeAttribute("data-done");
    say("");
  }, 2500);
}

/** Put a text where it can be pasted from; whether it is there, and not only selected. */
async function putAway(shown) {
  return (await throughClipboard(shown.textContent)) || bySelection(shown);
}

async function throughClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

function bySelection(shown) {
  const selection = getSelection();
  selection.selectAllChildren(shown);
  const copied = document.execCommand("copy");
  if (copied) selection.removeAllRanges();
  return copied;
}
