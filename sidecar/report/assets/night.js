// The night: from a stretch to its row; one stop of the Tab key, the arrows go on from there.

const lanes = [...document.querySelectorAll(".lane")].map((lane) => [...lane.querySelectorAll("a")]);
const filledLanes = lanes.filter((lane) => lane.length);

function startNight() {
  filledLanes.flat().forEach((stretch, index) => {
    stretch.setAttribute("tabindex", index ? "-1" : "0");
    stretch.addEventListener("click", (event) => {
      const row = document.getElementById(stretch.getAttribute("href").slice(1));
      if (!row) return;
      event.preventDefault();
      standOn(stretch);
      reveal(row);
    });
    stretch.addEventListener("keydown", moveInNight);
  });
}

function standOn(stretch) {
  for (const other of filledLanes.flat()) other.setAttribute("tabindex", other === stretch ? "0" : "-1");
}

function moveInNight(event) {
  const steps = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
  const step = steps[event.key];
  if (!step) return;
  const stretch = event.currentTarget;
  const lane = filledLanes.findIndex((each) => each.includes(stretch));
  const next = step[0]
    ? nearest(filledLanes[lane + step[0]], stretch)
    : filledLanes[lane][filledLanes[lane].indexOf(stretch) + step[1]];
  event.preventDefault();
  event.stopPropagation();
  if (!next) return;
  standOn(next);
  next.focus();
}

function nearest(lane, stretch) {
  if (!lane) return undefined;
  const middle = (each) => {
    const box = each.getBoundingClientRect();
    return box.left + box.width / 2;
  };
  const here = middle(stretch);
  return lane.reduce((best, each) =>
    Math.abs(middle(each) - here) < Math.abs(middle(best) - here) ? each : best,
  );
}
