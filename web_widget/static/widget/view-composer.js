// @ts-check
import { fill, h, icon } from "./dom.js";
import { createSuggestions } from "./view-suggestions.js";

/** @typedef {import("./view.js").Context} Context */
/** @typedef {import("./types.js").State} State */

/** The server's limit, in characters as people count them, not in UTF-16 units. */
const LIMIT = 2000;
const NEAR_LIMIT = 200;

/** @param {Context} context @param {string} draft */
export function createComposer(context, draft) {
  const { t, chat, announce, keepDraft } = context;
  const counter = h("p.counter", { id: "counter", hidden: true });
  const field = /** @type {HTMLTextAreaElement} */ (
    h("textarea.field", { id: "field", rows: 1, enterkeyhint: "send", autocomplete: "off",
      "aria-label": t("compose"), "aria-describedby": "keys counter", placeholder: t("placeholder") })
  );
  field.value = draft;
  const send = h("button.send", { type: "submit", "aria-label": t("send") }, icon("send"));
  const suggestions = createSuggestions(field, context, (question) => submit(question));
  const form = h("form.composer", { onsubmit }, suggestions.element,
    h("div.row", {}, field, send), counter, h("p.sr", { id: "keys" }, t("keys")));
  let maySuggest = true;

  const over = () => [...field.value.trim()].length - LIMIT;

  function grow() {
    keepDraft(field.value);
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight}px`;
    const excess = over();
    counter.hidden = excess < -NEAR_LIMIT;
    counter.classList.toggle("bad", excess > 0);
    field.setAttribute("aria-invalid", String(excess > 0));
    fill(counter, excess > 0 ? t("too_long", { count: excess }) : t("left", { count: -excess }));
    send.classList.toggle("idle", !field.value.trim() || excess > 0);
  }

  /** @param {string} value */
  function setText(value) {
    field.value = value;
    grow();
  }

  /** @param {string} text */
  function submit(text) {
    const asked = text.trim();
    if (!asked) return field.focus();
    if (over() > 0) return announce(counter.textContent ?? "");
    suggestions.close();
    setText("");
    void chat.ask(asked);
  }

  /** @param {Event} event */
  function onsubmit(event) {
    event.preventDefault();
    submit(field.value);
  }

  /** @param {Event} event */
  function onInput(event) {
    grow();
    if (field.value.trim()) chat.typing();
    if (maySuggest && !(/** @type {InputEvent} */ (event).isComposing)) suggestions.typed();
  }

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    // The Enter that ends a conversion; Safari sends it after compositionend, with this code.
    if (event.isComposing || event.keyCode === 229) return;
    if (suggestions.key(event)) return;
    if (event.key === "Enter" && !event.shiftKey) onsubmit(event);
  }

  field.addEventListener("input", onInput);
  field.addEventListener("compositionend", onInput);
  field.addEventListener("keydown", onKey);
  field.addEventListener("blur", () => suggestions.close());

  return {
    element: form,
    focus: () => field.focus(),
    text: () => field.value,
    grow,

    /** Give back a text to change it. @param {string} text */
    edit(text) {
      setText(field.value ? `${text}\n${field.value}` : text);
      field.focus();
    },

    /** @param {State} state */
    render({ desk, agentName }) {
      maySuggest = desk === "bot";
      const isAgent = desk === "agent" && agentName;
      field.placeholder = isAgent ? t("placeholder_agent", { name: agentName }) : t("placeholder");
    },
  };
}
