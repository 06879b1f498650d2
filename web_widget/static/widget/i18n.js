// @ts-check
/** Texts of the interface: one JSON file for each language, English where there is none. */

/** @typedef {(key: string, values?: Record<string, string | number>) => string} Translate */

const NAMES = { ja: "日本語", zh: "中文", ko: "한국어", en: "EN" };

/** The first of the offered languages that fits a tag such as ja-JP, else null. @param {string} tag @param {string[]} offered */
export function pickLanguage(tag, offered) {
  const wanted = tag.toLowerCase();
  const base = wanted.split("-")[0];
  return offered.find((name) => name.toLowerCase() === wanted) ?? offered.find((name) => name.split("-")[0] === base) ?? null;
}

/** A language's name in itself, short. @param {string} language */
export function shortName(language) {
  return NAMES[/** @type {keyof typeof NAMES} */ (language)] ?? language.toUpperCase();
}

/** A language's name in itself. @param {string} language */
export function fullName(language) {
  return new Intl.DisplayNames([language], { type: "language" }).of(language) ?? language;
}

export function createTexts() {
  /** @type {Map<string, Promise<Record<string, string>>>} */
  const loaded = new Map();
  /** @type {Record<string, string>} */
  let texts = {};

  /** @param {string} language @returns {Promise<Record<string, string>>} */
  async function fetchTexts(language) {
    const response = await fetch(new URL(`strings/${language}.json`, import.meta.url));
    if (response.ok) return response.json();
    loaded.delete(language);
    return language === "en" ? {} : load("en");
  }

  /** @param {string} language */
  function load(language) {
    const found = loaded.get(language) ?? fetchTexts(language);
    loaded.set(language, found);
    return found;
  }

  return {
    /** @param {string} language */
    async use(language) {
      try {
        texts = await load(language);
      } catch {
        // Not reachable: the texts at hand are better than none, and the next switch tries again.
        loaded.delete(language);
      }
    },

    /** @type {Translate} */
    t: (key, values = {}) =>
      (texts[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole)),
  };
}
