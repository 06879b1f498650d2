// @ts-check
/** The question at the end: one to five stars, then whether she would recommend the company, and a remark. */

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
  const grades = Array.from({ length: 11 }, (_, grade) =>
    h("label.grade", {}, h("input", { type: "radio", name: "nps", value: grade }), h("span", {}, String(grade))));
  const more = h("div.more", { hidden: true },
    h("fieldset", {}, h("legend", {}, t("nps")), h("div.grades", {}, ...grades),
      h("div.ends", { "aria-hidden": "true" }, h("span", {}, t("nps_low")), h("span", {}, t("nps_high")))),
    comment, h("button.primary", { type: "submit" }, t("survey_send")));

  /** @param {SubmitEvent} event */
  async function submit(event) {
    event.preventDefault();
    const given = new FormData(form);
    const nps = given.get("nps");
    const remark = comment.value.trim();
    const rating = {
      csat: Number(given.get("csat")), ...(nps ? { nps: Number(nps) } : {}), ...(remark ? { comment: remark } : {}),
    };
    if (await chat.survey(rating)) announce(t("surveyed"));
  }

  const form = /** @type {HTMLFormElement} */ (h("form.survey", { onsubmit: submit, onchange: () => more.removeAttribute("hidden") },
    h("fieldset", {}, h("legend.text", {}, question || t("survey")), h("div.stars", {}, ...stars)), more));
  return form;
}
