// The transcript: each message once and in order, one's own at once.

import { linkTo, toNodes } from "./rich_text.js";

/**
 * @typedef {{seq: number, at: string, at_label: string, sender: string, who: string,
 *   body: import("./rich_text.js").Block[], links: {title: string, url: string}[],
 *   choices: string[], source: string, client_msg_id: string | null}} Message
 */

const list = /** @type {HTMLElement} */ (document.getElementById("messages"));
const scroll = /** @type {HTMLElement} */ (document.getElementById("chat-scroll"));
const template = /** @type {HTMLTemplateElement} */ (document.getElementById("message"));

/**
 * Show a message that the server has stored.
 * @param {Message} message
 * @returns {boolean} false when it was shown before
 */
export function add(message) {
  if (list.querySelector(`[data-seq="${Number(message.seq)}"]`)) return false;
  const pending = message.client_msg_id ? pendingItem(message.client_msg_id) : null;
  const item = pending ?? newItem();
  fillItem(item, message);
  const stay = atEnd();
  list.insertBefore(item, firstAfter(message.seq));
  if (stay || pending) toEnd();
  return pending === null;
}

/**
 * Show one's own message before the server has it.
 * @param {string} clientId
 * @param {string} text
 * @param {string} who
 * @param {string} state what its foot says meanwhile
 */
export function addPending(clientId, text, who, state) {
  const item = newItem();
  item.className = "message agent pending";
  item.dataset.clientId = clientId;
  part(item, ".message-who").textContent = who;
  part(item, ".bubble").textContent = text;
  setState(item, state);
  list.append(item);
  toEnd();
}

/**
 * Say why a message was not sent, with what can be done about it.
 * @param {string} clientId
 * @param {string} sentence
 * @param {[string, () => void][]} choices buttons: what each says and does
 */
export function markFailed(clientId, sentence, choices) {
  const item = pendingItem(clientId);
  if (!item) return;
  item.classList.add("failed");
  setState(item, sentence);
  for (const [label, act] of choices) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button quiet small-button";
    button.textContent = label;
    button.addEventListener("click", act);
    part(item, ".message-state").append(" ", button);
  }
  toEnd();
}

/**
 * Take back a message that was not sent.
 * @param {string} clientId
 */
export function takeBack(clientId) {
  pendingItem(clientId)?.remove();
}

/**
 * @param {string} clientId
 * @param {string} state
 */
export function markSending(clientId, state) {
  const item = pendingItem(clientId);
  if (!item) return;
  item.classList.remove("failed");
  setState(item, state);
}

export function toEnd() {
  scroll.scrollTop = scroll.scrollHeight;
  if (!scrollsItself()) list.lastElementChild?.scrollIntoView({ block: "nearest" });
}

function atEnd() {
  return scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 120;
}

function scrollsItself() {
  return scroll.scrollHeight > scroll.clientHeight;
}

/** @returns {HTMLElement} */
function newItem() {
  const pattern = /** @type {Element} */ (template.content.firstElementChild);
  return /** @type {HTMLElement} */ (pattern.cloneNode(true));
}

/**
 * @param {HTMLElement} item
 * @param {Message} message
 */
function fillItem(item, message) {
  item.className = `message ${message.sender}`;
  item.dataset.seq = String(message.seq);
  item.dataset.clientId = message.client_msg_id ?? "";
  part(item, ".message-who").textContent = message.who;
  const time = /** @type {HTMLTimeElement} */ (item.querySelector("time"));
  time.dateTime = message.at;
  time.textContent = message.at_label;
  part(item, ".bubble").replaceChildren(toNodes(message.body));
  fillList(part(item, ".message-links"), message.links.map((link) => {
    const node = linkTo(link.url);
    node.textContent = link.title;
    return node;
  }));
  fillList(part(item, ".message-choices"), message.choices);
  const source = part(item, ".message-source");
  source.textContent = message.source;
  source.hidden = !message.source;
  setState(item, "");
}

/**
 * @param {HTMLElement} element
 * @param {(Node | string)[]} contents
 */
function fillList(element, contents) {
  element.replaceChildren(...contents.map((content) => {
    const item = document.createElement("li");
    item.append(content);
    return item;
  }));
  element.hidden = contents.length === 0;
}

/**
 * @param {HTMLElement} item
 * @param {string} sentence
 */
function setState(item, sentence) {
  const state = part(item, ".message-state");
  state.textContent = sentence;
  state.hidden = !sentence;
}

/** @param {string} clientId */
function pendingItem(clientId) {
  const found = list.querySelector(`.pending[data-client-id="${CSS.escape(clientId)}"]`);
  return /** @type {HTMLElement | null} */ (found);
}

/**
 * Where a message with this number belongs; those on their way stay last.
 * @param {number} seq
 */
function firstAfter(seq) {
  for (const item of list.children) {
    const other = /** @type {HTMLElement} */ (item).dataset.seq;
    if (!other || Number(other) > seq) return item;
  }
  return null;
}

/**
 * @param {Element} item
 * @param {string} selector
 */
function part(item, selector) {
  return /** @type {HTMLElement} */ (item.querySelector(selector));
}
