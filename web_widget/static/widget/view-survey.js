// @ts-check
/** The question after a conversation with a person: one to five stars and a remark. */

import { h, icon } from "./dom.js";

/** @typedef {import("./view.js").Context} Context */

/** @param {string} question @param {boolean} isDone @param {Context} context */
export function survey(question, isDone, { t, chat, announce }) {
  if (isDone) return h("p.helped.done", {}, icon("check"), t("surveyed"));
  const comment = /** @type {HTMLTextAreaElement} */ (
    h("textarea", { rows: 2, maxlength: 1000, "aria-label": t("survey_comment"), placeholder: t("survey_comment") })
  );
  const stars = [1, 2, 3, 4, 5].map((count) =>
    h("label.star", {},
      h("input", { type: "radio", name: "csat", value: count, "aria-label": t("star", { count }) }),
      icon("star")));
  const more = h("div.more", { hidden: true }, comment, h("button.primary", { type: "submit" }, t("survey_send")));

  /** @param {SubmitEvent} event */
  async function submit(event) {
    event.preventDefault();
    const picked = form.querySelector("input:checked");
    if (!(picked instanceof HTMLInputElement)) return;
    const remark = comment.value.trim();
    const rating = { csat: Number(picked.value), ...(remark ? { comment: remark } : {}) };
    if (await chat.survey(rating)) announce(t("surveyed"));
  }

  const form = h("form.survey", { onsubmit: submit, onchange: () => more.removeAttribute("hidden") },
    h("fieldset", {}, h("legend.text", {}, question || t("survey")), h("div.stars", {}, ...stars)), more);
  return form;
}
