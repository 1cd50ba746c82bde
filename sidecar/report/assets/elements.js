// Elements. Text only ever becomes text: there is no markup in strings.

function add(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== "") node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== null && child !== ""));
  return node;
}

/** Return an element of HTML with attributes and children; a child that is null is left out. */
function el(name, attributes = {}, ...children) {
  return add(document.createElement(name), attributes, children);
}

/** Return an element of SVG likewise. */
function svg(name, attributes = {}, ...children) {
  return add(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);
}

/** Return one of the icons of the page. */
function icon(name) {
  return svg("svg", { class: "icon", "aria-hidden": "true" }, svg("use", { href: `#i-${name}` }));
}
