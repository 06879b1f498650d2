// @ts-check
/** What stands below a message: its links, its choices, "Did that help?". */

import { h, icon } from "./dom.js";
import { link } from "./markdown.js";

/** @typedef {import("./view.js").Context} Context */
/** @typedef {import("./types.js").Message} Message */

/** @param {Message} message @param {Context} context */
export function links(message, { t }) {
  if (!message.links?.length) return null;
  return h("div.links", {},
    h("span.caption", {}, t("links")),
    h("ul", {}, ...message.links.map(({ title, url }) => {
      const anchor = link(url, icon("link"), h("span", {}, title));
      if (anchor.hasAttribute("target")) anchor.append(h("span.sr", {}, ` (${t("new_tab")})`));
      return h("li", {}, anchor);
    })),
  );
}

/**
 * @param {Message} message
 * @param {boolean} isOpen whether the customer may still choose
 * @param {string | null} chosen label of what she chose
 * @param {Context} context
 */
export function choices(message, isOpen, chosen, { t, chat }) {
  if (!message.choices?.length) return null;
  if (!isOpen) {
    const picked = message.choices.find((choice) => choice.label === chosen);
    return picked ? h("p.picked", {}, icon("check"), h("span.sr", {}, t("chosen", { label: picked.label })),
      h("span", { "aria-hidden": "true" }, picked.label)) : null;
  }
  return h("div.choices", { role: "group", "aria-label": t("pick") },
    ...message.choices.map((choice) =>
      h("button.choice", { type: "button", onclick: () => void chat.choose(choice) }, choice.label)));
}

/** @param {Message} message @param {boolean | undefined} rated @param {Context} context */
export function helped(message, rated, { t, chat, announce }) {
  if (message.kind !== "answer" || message.from !== "bot") return null;
  if (rated !== undefined) {
    return h("p.helped.done", {}, icon(rated ? "yes" : "no"), t(rated ? "rated_yes" : "rated_no"));
  }
  const labelId = `helped-${message.seq}`;
  // Not `disabled`, which would take the focus away from the button just pressed.
  let underWay = false;
  /** @param {boolean} helpful */
  async function rate(helpful) {
    if (underWay) return;
    underWay = true;
    if (await chat.rate(message.seq, helpful)) announce(t(helpful ? "rated_yes" : "rated_no"));
    underWay = false;
  }
  /** @param {"yes" | "no"} name */
  const button = (name) =>
    h("button.vote", { type: "button", onclick: () => void rate(name === "yes") }, icon(name), t(name));
  return h("div.helped", { role: "group", "aria-labelledby": labelId },
    h("span", { id: labelId }, t("helped")), button("yes"), button("no"));
}
