// The charts of quality.

const CHART = { width: 360, height: 96, left: 44, right: 6, top: 8, bottom: 18 };
const LEAST_SPREAD = 0.05;

/** Return a value with as many digits as its measure is read with: SSIM goes to 1. */
function valueWords(measure, value) {
  return value.toFixed(measure.mean > 1.5 ? 1 : 3);
}

/** Return one measure over the pictures that were compared, as a line. */
function measureChart(measure) {
  const { name, unit, lowest, mean } = measure;
  const { numbers, values } = thinned(measure);
  const worst = values.indexOf(Math.min(...values));
  const said = (value) => valueWords(measure, value) + (unit && ` ${unit}`);
  const heading = el(
    "h4",
    {},
    el("b", {}, name),
    el("span", {}, `mean ${said(mean)}, lowest ${said(lowest)} at picture ${numbers[worst]}`),
  );
  const label = `${name} of ${measure.values.length} pictures: mean ${said(mean)}, lowest ${said(lowest)}`;
  const drawing = svg("svg", {
    viewBox: `0 0 ${CHART.width} ${CHART.height}`,
    role: "img",
    "aria-label": label,
  });
  drawing.append(...chartParts({ numbers, values, mean, worst, said }));
  return el("div", { class: "measure" }, heading, drawing);
}

function chartParts({ numbers, values, mean, worst, said }) {
  const x = scale(numbers, [CHART.left, CHART.width - CHART.right]);
  // What hardly changes is drawn nearly flat: an axis of its own spread would make mountains of it.
  const y = scale(values, [CHART.height - CHART.bottom, CHART.top], mean * LEAST_SPREAD);
  const points = values.map((value, index) => [x.at(numbers[index]), y.at(value)]);
  const path = points.map(([px, py], index) => `${index ? "L" : "M"}${px} ${py}`).join("");
  const base = CHART.height - CHART.bottom;
  const level = (value, kind) =>
    svg("line", { class: kind, x1: CHART.left, x2: CHART.width - CHART.right, y1: y.at(value), y2: y.at(value) });
  const words = (text, px, py, kind) => svg("text", { x: px, y: py, class: kind }, text);
  const parts = [
    level(y.high, "rule"),
    level(y.low, "zero"),
    level(mean, "mean"),
    svg("path", { class: "area", d: `${path}L${points.at(-1)[0]} ${base}L${points[0][0]} ${base}Z` }),
    svg("path", { class: "line", d: path }),
    words(said(y.high), CHART.left - 5, CHART.top + 4, "end"),
    words(said(y.low), CHART.left - 5, base, "end"),
    words(`picture ${numbers[0]}`, CHART.left, CHART.height - 4),
  ];
  if (numbers.length > 1) {
    parts.push(words(String(numbers.at(-1)), CHART.width - CHART.right, CHART.height - 4, "end"));
  }
  points.forEach(([cx, cy], index) => {
    const title = svg("title", {}, `picture ${numbers[index]}: ${said(values[index])}`);
    parts.push(svg("circle", { class: "hit", cx, cy, r: 7 }, title));
    if (points.length <= 60) parts.push(svg("circle", { class: "point", cx, cy, r: 1.8 }));
  });
  const [cx, cy] = points[worst];
  parts.push(svg("circle", { class: "lowest", cx, cy, r: 3.6 }));
  return parts;
}

/** Return no more points than a chart has room for: of each stretch the picture that lost most. */
function thinned({ numbers, values }) {
  const stretch = Math.ceil(values.length / (CHART.width - CHART.left));
  if (stretch === 1) return { numbers, values };
  const kept = [];
  for (let from = 0; from < values.length; from += stretch) {
    const part = values.slice(from, from + stretch);
    kept.push(from + part.indexOf(Math.min(...part)));
  }
  return { numbers: kept.map((index) => numbers[index]), values: kept.map((index) => values[index]) };
}

/** Return where values lie between two ends; what spreads less than asked for lies near the second. */
function scale(values, [from, to], least = 0) {
  const high = Math.max(...values);
  const low = Math.min(...values, high - least);
  const at = (value) =>
    Number((from + (high > low ? (value - low) / (high - low) : 0.5) * (to - from)).toFixed(2));
  return { low, high, at };
}
