// @ts-check
/** What the server (attributes of the document) and the host page (the frame's address) tell the widget. */

import { pickLanguage } from "./i18n.js";

/** @param {string | null} text */
function originOf(text) {
  try {
    return new URL(text ?? "").origin;
  } catch {
    return "";
  }
}

/**
 * @param {DOMStringMap} attributes
 * @param {Location} location
 * @returns {import("./types.js").Config}
 */
export function readConfig(attributes, location) {
  const query = new URLSearchParams(location.search);
  const languages = (attributes.languages ?? "en").split(",");
  const color = query.get("color") ?? "";
  return {
    languages,
    teamName: attributes.team ?? "",
    titles: JSON.parse(attributes.titles ?? "{}"),
    site: query.get("site") || "default",
    page: (query.get("page") ?? "").slice(0, 500),
    pageLanguage: pickLanguage(query.get("language") ?? "", languages) ?? languages[0],
    hostOrigin: originOf(query.get("origin")),
    isIdentified: query.get("known") === "1",
    color: /^#[0-9a-f]{6}$/i.test(color) ? color : "",
    api: new URL("../api", location.href).href,
  };
}
