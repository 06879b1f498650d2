// @ts-check
/**
 * Questions offered while typing. The text field keeps the focus; the arrow keys move through the list, which the
 * field names as its active descendant. (A text field of several lines may not take the role combobox.)
 */

import { fill, h, icon } from "./dom.js";

/** @typedef {import("./view.js").Context} Context */
/** @typedef {{faq_id: string, question: string}} Suggestion */

const WAIT = 140;
const LIST_ID = "suggestions";

/**
 * @param {HTMLTextAreaElement} field
 * @param {Context} context
 * @param {(question: string) => void} onPick
 */
export function createSuggestions(field, { t, suggest, announce }, onPick) {
  const element = h("ul.suggestions", { id: LIST_ID, role: "listbox", "aria-label": t("suggestions"), hidden: true });
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", LIST_ID);
  /** @type {Suggestion[]} */
  let offered = [];
  let active = -1;
  /** @type {number | undefined} */
  let timer;
  let request = new AbortController();

  const isOpen = () => !element.hidden;

  function close() {
    clearTimeout(timer);
    request.abort();
    element.hidden = true;
    offered = [];
    setActive(-1);
  }

  /** @param {number} index */
  function setActive(index) {
    active = index;
    [...element.children].forEach((option, at) => option.setAttribute("aria-selected", String(at === index)));
    if (index < 0) field.removeAttribute("aria-activedescendant");
    else field.setAttribute("aria-activedescendant", `suggestion-${index}`);
    element.children[index]?.scrollIntoView({ block: "nearest" });
  }

  /** @param {Suggestion[]} found */
  function show(found) {
    if (!found.length || document.activeElement !== field) return close();
    offered = found;
    fill(element, ...found.map(({ question }, at) =>
      h("li", { role: "option", id: `suggestion-${at}`, "aria-selected": "false",
        // The field would lose the focus to the press of the mouse.
        onmousedown: (/** @type {Event} */ event) => event.preventDefault(),
        onclick: () => pick(at) }, icon("search"), h("span", {}, question))));
    element.hidden = false;
    setActive(-1);
    announce(t("suggestions_count", { count: found.length }));
  }

  /** @param {number} at */
  function pick(at) {
    const { question } = offered[at];
    close();
    onPick(question);
  }

  async function look() {
    const typed = field.value.trim();
    request.abort();
    request = new AbortController();
    const { signal } = request;
    try {
      const found = await suggest(typed, signal);
      if (!signal.aborted && field.value.trim() === typed) show(found.slice(0, 5));
    } catch {
      // Only a help while typing: without it the customer just types on.
      if (!signal.aborted) close();
    }
  }

  return {
    element,
    close,

    /** The text has changed. One Japanese character says as much as two letters. */
    typed() {
      clearTimeout(timer);
      const typed = field.value.trim();
      const isEnough = typed.length > 1 || /[^\x00-\u02ff]/.test(typed);
      if (!isEnough || typed.length > 100 || typed.includes("\n")) return close();
      timer = setTimeout(look, WAIT);
    },

    /** @param {KeyboardEvent} event @returns {boolean} whether the list used the key */
    key(event) {
      if (!isOpen() || event.shiftKey || event.altKey || event.ctrlKey || event.metaKey) return false;
      const count = offered.length;
      if (event.key === "ArrowDown") setActive(active + 1 < count ? active + 1 : 0);
      else if (event.key === "ArrowUp") setActive(active > 0 ? active - 1 : count - 1);
      else if (event.key === "Enter" && active >= 0) pick(active);
      else if (event.key === "Escape") close();
      else return false;
      event.preventDefault();
      return true;
    },
  };
}
