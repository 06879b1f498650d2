// @ts-check
/**
 * The small part of Markdown that approved answers use, built as DOM nodes: bold, emphasis, code, lists, line
 * breaks, links. Anything else, markup included, is the text that it is.
 */

import { h } from "./dom.js";

const SAFE = new Set(["http:", "https:", "mailto:", "tel:"]);
const LIST_ITEM = /^\s*(?:[-*•・]|(\d{1,3})[.)、．])\s+(.*)$/;
/** A bare address ends before the first character outside ASCII, such as 。 or 」. */
const INLINE = new RegExp(
  [
    String.raw`\*\*(?=\S)(.+?)\*\*`,
    String.raw`(?<![\w*])\*(?=[^\s*])([^*]+?)\*(?![\w*])`,
    "`([^`]+)`",
    String.raw`\[([^\]\n]+)\]\(([^()\s]+(?:\([^()\s]*\)[^()\s]*)*)\)`,
    String.raw`(https?:\/\/[\w\-.~:/?#@!$&'()*+,;=%[\]]+)`,
  ].join("|"),
  "g",
);

/** The address when it is safe to follow, else null. @param {string} url */
export function safeUrl(url) {
  try {
    const parsed = new URL(url);
    return SAFE.has(parsed.protocol) ? parsed.href : null;
  } catch {
    return null;
  }
}

/** @param {string} url @param {...(Node | string)} label */
export function link(url, ...label) {
  const href = safeUrl(url);
  if (href === null) return h("span", {}, ...label);
  const isPage = href.startsWith("http");
  return h("a", { href, ...(isPage ? { target: "_blank", rel: "noopener noreferrer" } : {}) }, ...label);
}

/** An address in running text, without the punctuation of its sentence. @param {string} found */
function bareLink(found) {
  let url = found.replace(/[.,;:!?'*\]]+$/, "");
  if (url.endsWith(")") && !url.includes("(")) url = url.slice(0, -1).replace(/[.,;:!?']+$/, "");
  return [link(url, url), found.slice(url.length)];
}

/** @param {RegExpMatchArray} match @returns {(Node | string)[]} */
function mark(match) {
  const [, bold, emphasis, code, label, target, bare] = match;
  if (bold !== undefined) return [h("strong", {}, ...inline(bold))];
  if (emphasis !== undefined) return [h("em", {}, ...inline(emphasis))];
  if (code !== undefined) return [h("code", {}, code)];
  if (label !== undefined) return [link(target, label)];
  return bareLink(bare);
}

/** @param {string} text @returns {(Node | string)[]} */
function inline(text) {
  /** @type {(Node | string)[]} */
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(INLINE)) {
    nodes.push(text.slice(end, match.index), ...mark(match));
    end = match.index + match[0].length;
  }
  return [...nodes, text.slice(end)].filter((node) => node !== "");
}

/** Lines of a paragraph with breaks between them. @param {string[]} lines */
function paragraph(lines) {
  return h("p", {}, ...lines.flatMap((line, at) => [...(at ? [h("br")] : []), ...inline(line)]));
}

/** @param {{number: string | undefined, text: string}[]} items */
function list(items) {
  const ordered = items[0].number !== undefined;
  const start = ordered && items[0].number !== "1" ? { start: items[0].number } : {};
  return h(ordered ? "ol" : "ul", start, ...items.map((item) => h("li", {}, ...inline(item.text))));
}

/** @param {string} text @returns {DocumentFragment} */
export function markdown(text) {
  const out = document.createDocumentFragment();
  /** @type {string[]} */
  let lines = [];
  /** @type {{number: string | undefined, text: string}[]} */
  let items = [];

  function flush() {
    if (lines.length) out.append(paragraph(lines));
    if (items.length) out.append(list(items));
    lines = [];
    items = [];
  }

  for (const raw of text.replace(/\r\n?/g, "\n").split("\n")) {
    const item = LIST_ITEM.exec(raw);
    if (!raw.trim()) flush();
    else if (item) {
      const isSameKind = items.length > 0 && (items[0].number === undefined) === (item[1] === undefined);
      if (lines.length || !isSameKind) flush();
      items.push({ number: item[1], text: item[2] });
    } else if (items.length && /^\s{2,}/.test(raw)) items[items.length - 1].text += ` ${raw.trim()}`;
    else {
      if (items.length) flush();
      lines.push(raw.trim());
    }
  }
  flush();
  return out;
}

/** Text as a person typed it, with its addresses as links. @param {string} text */
export function plain(text) {
  const out = document.createDocumentFragment();
  let end = 0;
  for (const match of text.matchAll(/https?:\/\/[\w\-.~:/?#@!$&'()*+,;=%[\]]+/g)) {
    out.append(text.slice(end, match.index), ...bareLink(match[0]));
    end = match.index + match[0].length;
  }
  out.append(text.slice(end));
  return out;
}
