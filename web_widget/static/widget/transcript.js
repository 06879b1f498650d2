// @ts-check
/** The conversation as text to keep: on the clipboard, or as a file where the browser refuses that. */

import { h } from "./dom.js";

/** @typedef {import("./types.js").State} State */

/** @param {State} state @param {string} title @param {import("./i18n.js").Translate} t */
export function transcript({ messages, language }, title, t) {
  const clock = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
  const parts = messages.map(({ at, from, text, agent_name, links = [] }) => {
    const name = from === "customer" ? t("you") : from === "agent" ? agent_name ?? t("agent") : from === "bot" ? t("bot") : "";
    const lines = links.map(({ title: label, url }) => `${label}: ${url}`);
    return [`[${clock.format(new Date(at))}] ${name}`, text, ...lines].join("\n");
  });
  return `${[title, ...parts].join("\n\n")}\n`;
}

/** @param {string} text @returns {Promise<"copied" | "saved">} */
export async function keepText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return "copied";
  } catch {
    const href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
    h("a", { href, download: "chat.txt" }).click();
    setTimeout(() => URL.revokeObjectURL(href), 10_000);
    return "saved";
  }
}
