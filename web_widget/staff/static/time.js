// How long people have waited, kept right while the page is open. texts.py says the same.

/** @typedef {Record<string, string>} Strings */

/**
 * A sentence with its {placeholders} filled in.
 * @param {string} sentence
 * @param {Record<string, string | number>} values
 * @returns {string}
 */
export function fill(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/**
 * @param {number} milliseconds
 * @param {Strings} strings
 * @returns {string}
 */
export function duration(milliseconds, strings) {
  const minutes = Math.max(0, Math.floor(milliseconds / 60000));
  if (minutes < 1) return strings["duration.now"];
  if (minutes < 60) return fill(strings["duration.minutes"], { n: minutes });
  if (minutes < 48 * 60) {
    return fill(strings["duration.hours"], { n: Math.floor(minutes / 60), m: minutes % 60 });
  }
  return fill(strings["duration.days"], { n: Math.floor(minutes / (24 * 60)) });
}
