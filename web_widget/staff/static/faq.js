// What the customer will see, while the lead writes it: built by the widget's own code.

import { link, markdown } from "./widget/markdown.js";

const form = /** @type {HTMLFormElement} */ (document.getElementById("entry"));
const preview = /** @type {HTMLElement} */ (document.getElementById("preview"));
const question = /** @type {HTMLElement} */ (document.getElementById("preview-question"));
const links = /** @type {HTMLElement} */ (document.getElementById("preview-links"));
let isChanged = false;

/** @param {string} name */
function value(name) {
  return /** @type {HTMLInputElement} */ (form.elements.namedItem(name)).value;
}

function show() {
  question.textContent = value("question");
  preview.replaceChildren(markdown(value("answer")));
  links.replaceChildren(...value("links").split("\n").filter((line) => line.trim()).map((line) => {
    const at = line.trim().lastIndexOf(" ");
    const item = document.createElement("li");
    item.append(link(line.trim().slice(at + 1), line.trim().slice(0, at)));
    return item;
  }));
}

form.addEventListener("input", () => {
  isChanged = true;
  show();
});
form.addEventListener("submit", () => {
  isChanged = false;
});
// What was typed and not saved is not thrown away by a slip.
window.addEventListener("beforeunload", (event) => {
  if (isChanged) event.preventDefault();
});
show();
