// The filmstrip: the same pictures of source and proxy; one pair is looked at large.

const pairDialog = document.getElementById("pair");
let film = { told: [], pictures: [], at: 0 };

/** Return the pictures of a clip, the source's above the proxy's. */
function filmstrip({ pictures, measures }) {
  const told = pictures.map((pair) => toldOf(pair, measures));
  const frames = pictures.map((pair, at) => {
    const larger = el(
      "button",
      { type: "button", class: "larger", "aria-label": `Larger: picture ${pair.number}` },
      picture(pair.source, `source, picture ${pair.number}`),
      picture(pair.proxy, `proxy, picture ${pair.number}`),
    );
    larger.addEventListener("click", () => {
      film = { told, pictures, at };
      showPair(0);
      pairDialog.showModal();
    });
    const lines = told[at].flatMap((value) => [el("br"), value]);
    const caption = el("figcaption", {}, `Picture ${pair.number}`, ...lines);
    return el("figure", {}, larger, caption);
  });
  return el("div", { class: "film", role: "group", "aria-label": "Source above proxy" }, ...frames);
}

function toldOf(pair, measures) {
  return measures
    .map((measure) => [measure, measure.numbers.indexOf(pair.number)])
    .filter(([, index]) => index >= 0)
    .map(([measure, index]) => `${measure.name} ${valueWords(measure, measure.values[index])}`);
}

function picture(source, alt) {
  return source ? el("img", { src: source, alt }) : el("span", { class: "lost" }, `${alt}: could not be read`);
}

/** Show the pair that lies so many steps on from the one that is shown. */
function showPair(step) {
  const at = film.at + step;
  if (at < 0 || at >= film.pictures.length) return;
  film.at = at;
  const { number, source, proxy } = film.pictures[at];
  const told = [`Picture ${number}, ${at + 1} of ${film.pictures.length}`, film.told[at].join(", ")];
  document.getElementById("pair-title").textContent = told.filter(Boolean).join(": ");
  document.getElementById("pair-pictures").replaceChildren(
    el("figure", {}, picture(source, `source, picture ${number}`), el("figcaption", {}, "Source")),
    el("figure", {}, picture(proxy, `proxy, picture ${number}`), el("figcaption", {}, "Proxy")),
  );
  document.getElementById("pair-before").disabled = at === 0;
  document.getElementById("pair-next").disabled = at === film.pictures.length - 1;
}

function startPictures() {
  document.getElementById("pair-before").addEventListener("click", () => showPair(-1));
  document.getElementById("pair-next").addEventListener("click", () => showPair(1));
  pairDialog.addEventListener("keydown", (event) => {
    if (event.key === "ArrowLeft") showPair(-1);
    if (event.key === "ArrowRight") showPair(1);
  });
}
