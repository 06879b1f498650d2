// @ts-check
import { fill, h, icon } from "./dom.js";
import { fullName, shortName } from "./i18n.js";

/** @typedef {import("./view.js").Context} Context */
/** @typedef {import("./types.js").State} State */

/** @param {Context} context */
export function createHeader({ t, config, title: name, actions, canClose }) {
  const tagline = h("p.tagline");
  const languages = config.languages.map((language) =>
    h("button", { type: "button", lang: language, "data-language": language, "aria-label": fullName(language),
      onclick: () => actions.switchLanguage(language) }, shortName(language)),
  );
  const title = h("h1", { tabindex: -1 }, name);
  const close = h("button.round.close", { type: "button", "aria-label": t("close"), onclick: actions.close }, icon("close"));
  const element = h("header.head", {},
    h("span.mark", { "aria-hidden": "true" }, icon("mark")),
    h("div.names", {}, title, tagline),
    config.languages.length > 1 && h("div.languages", { role: "group", "aria-label": t("language") }, ...languages),
    canClose && close,
  );

  /** @param {State} state */
  function render({ language, desk, agentName }) {
    const key = desk === "agent" && agentName ? "tagline_agent" : desk === "waiting" ? "tagline_waiting" : "tagline";
    fill(tagline, t(key, { name: agentName ?? "" }));
    for (const button of languages) button.setAttribute("aria-pressed", String(button.dataset.language === language));
  }

  return { element, render, focus: () => title.focus() };
}
