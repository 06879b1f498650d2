// @ts-check

/** @typedef {Node | string | null | undefined | false} Child */

/**
 * An element: `h("button.send", {type: "submit", onclick: send}, "Send")`. Attributes that are null or false are
 * left out, functions become listeners. Children are nodes or text, never markup.
 *
 * @param {string} selector tag and classes
 * @param {Record<string, any>} [attributes]
 * @param {...Child} children
 * @returns {HTMLElement}
 */
export function h(selector, attributes = {}, ...children) {
  const [tag, ...classes] = selector.split(".");
  const element = document.createElement(tag);
  if (classes.length) element.className = classes.join(" ");
  setAttributes(element, attributes);
  element.append(...keepNodes(children));
  return element;
}

/** @param {Element} element @param {Record<string, any>} attributes */
export function setAttributes(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (value === null || value === undefined || value === false) element.removeAttribute(name);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
}

/** Replace what an element holds. @param {Element} element @param {...Child} children */
export function fill(element, ...children) {
  element.replaceChildren(...keepNodes(children));
}

/** @param {Child[]} children @returns {(Node | string)[]} */
function keepNodes(children) {
  return children.filter((child) => child !== null && child !== undefined && child !== false && child !== "");
}

const PATHS = {
  close: "M6 6l12 12M18 6 6 18",
  down: "m5 9 7 7 7-7",
  send: "M12 19V5M5.5 11.5 12 5l6.5 6.5",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4.5 20.5c.6-4 3.6-6 7.5-6s6.9 2 7.5 6",
  copy: "M9 9h11v11H9ZM15 9V4H4v11h5",
  sound: "M4 10v4h4l5 4V6l-5 4ZM16.5 9.5a4 4 0 0 1 0 5M19 7a8 8 0 0 1 0 10",
  again: "M4 12a8 8 0 1 0 2.6-5.9M4 4.5v4h4",
  yes: "M7 11v9H4v-9h3Zm0 0 4-8c1.7 0 2.7 1.2 2.4 3L13 9h5.5c1.3 0 2.2 1.2 1.9 2.5l-1.7 7c-.2.9-1 1.5-1.9 1.5H7",
  no: "M17 13V4h3v9h-3Zm0 0-4 8c-1.7 0-2.7-1.2-2.4-3l.4-3H5.5c-1.3 0-2.2-1.2-1.9-2.5l1.7-7C5.5 4.6 6.3 4 7.2 4H17",
  link: "M14 5h5v5M19 5l-8 8M17 14v5H5V7h5",
  warn: "M12 9v4.5M12 17v.1M10.4 4.3 2.9 17.5A1.8 1.8 0 0 0 4.5 20h15a1.8 1.8 0 0 0 1.6-2.5L13.6 4.3a1.8 1.8 0 0 0-3.2 0Z",
  check: "m5 12.5 4.5 4.5L19 7.5",
  clock: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 7v5l3 2",
  search: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM20 20l-4-4",
  mark: "M21 12a8 8 0 0 1-8 8H4l1.6-3.2A8 8 0 1 1 21 12ZM9 11h8m-8 4h5",
  star: "m12 3.5 2.6 5.4 5.9.8-4.3 4.1 1 5.9L12 16.9l-5.2 2.8 1-5.9L3.5 9.7l5.9-.8L12 3.5Z",
};

/** A drawing beside a word that says the same. @param {keyof typeof PATHS} name */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  setAttributes(svg, { viewBox: "0 0 24 24", "aria-hidden": "true", class: "icon" });
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}
