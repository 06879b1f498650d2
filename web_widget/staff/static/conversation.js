// One conversation while it is open: it stays live, and its agent writes, releases and closes.

import { offerAnswers } from "./find_answer.js";
import { onKeys } from "./keys.js";
import { add, addPending, markFailed, markSending, takeBack, toEnd } from "./messages.js";
import { markRead } from "./read.js";
import { toText } from "./rich_text.js";
import { listen } from "./stream.js";
import { fill } from "./time.js";

/** @typedef {{state: string, label: string, agent_name: string, mine: boolean, unattended: boolean}} State */

const desk = byId("desk");
const announce = byId("announce");
const notice = byId("notice");
const composer = /** @type {HTMLFormElement} */ (byId("composer"));
const text = /** @type {HTMLTextAreaElement} */ (byId("text"));
const dialog = /** @type {HTMLDialogElement} */ (byId("close-dialog"));
const strings = JSON.parse(desk.dataset.strings ?? "{}");
const title = document.title;
const TYPING_LASTS = 6000;
const TYPING_EVERY = 3000;
let typingTimer = 0;
let toldTyping = 0;
let newest = Number(desk.dataset.after ?? 0);
let unread = 0;
/** Messages go out one after another, so that they arrive in the order they were written. */
let sending = Promise.resolve();

/**
 * Post a form to our own server.
 * @param {string} address
 * @param {Record<string, string>} fields
 * @returns {Promise<any>} the answer; rejects with a sentence that can be shown
 */
async function post(address, fields) {
  let response;
  try {
    response = await fetch(address, {
      method: "POST",
      headers: { Accept: "application/json", "X-CSRF-Token": desk.dataset.csrf ?? "" },
      body: new URLSearchParams(fields),
    });
  } catch {
    throw new Error(strings["script.conversation.offline"]);
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.error ?? strings["script.conversation.offline"]);
  return answer;
}

/** @param {State} state */
function showState(state) {
  const now = state.state === "agent" ? (state.mine ? "mine" : "theirs") : state.state;
  for (const element of desk.querySelectorAll("[data-when]")) {
    const when = (element.getAttribute("data-when") ?? "").split(" ");
    /** @type {HTMLElement} */ (element).hidden = !when.includes(now);
  }
  const badge = /** @type {HTMLElement} */ (byId("state-badge").firstElementChild);
  badge.className = `badge ${state.state}`;
  badge.textContent = state.label;
  byId("take-over").hidden = !state.unattended;
  const who = state.unattended
    ? strings["script.conversation.unattended"] : strings["script.conversation.theirs"];
  byId("theirs-note").textContent = fill(who, { name: state.agent_name });
}

/** @param {import("./messages.js").Message} message */
function received(message) {
  newest = Math.max(newest, message.seq);
  seen();
  if (!add(message) || message.sender !== "customer") return;
  byId("typing").hidden = true;
  if (document.hidden) showUnread(unread + 1);
  announce.textContent = fill(
    strings["script.conversation.said"], { who: message.who, text: toText(message.body) });
}

/** What is on the screen has been read. */
function seen() {
  if (document.hidden) return;
  markRead(desk.dataset.conversation ?? "", newest);
  showUnread(0);
}

/** @param {number} number messages that came while nobody looked */
function showUnread(number) {
  unread = number;
  document.title = number ? `(${number}) ${title}` : title;
}

/** @param {{from: string}} news */
function showTyping(news) {
  if (news.from !== "customer") return;
  byId("typing").hidden = false;
  clearTimeout(typingTimer);
  typingTimer = window.setTimeout(() => (byId("typing").hidden = true), TYPING_LASTS);
}

/** The customer sees that somebody is writing; without the sign she merely waits. */
function tellTyping() {
  if (Date.now() - toldTyping < TYPING_EVERY || !text.value.trim()) return;
  toldTyping = Date.now();
  post(`/staff/api/conversations/${desk.dataset.conversation}/typing`, {}).catch(() => {});
}

function send() {
  const words = text.value.trim();
  if (!words) return;
  const clientId = crypto.randomUUID ? crypto.randomUUID() : randomId();
  text.value = "";
  addPending(clientId, words, desk.dataset.myName ?? "", strings["script.conversation.sending"]);
  deliver(clientId, words, true);
  text.focus();
}

/**
 * @param {string} clientId the same for each try, so that a repeat is not a second message
 * @param {string} words
 * @param {boolean} check ask first when it is not in the customer's language
 */
function deliver(clientId, words, check) {
  const again = () => {
    markSending(clientId, strings["script.conversation.sending"]);
    deliver(clientId, words, false);
  };
  const change = () => {
    takeBack(clientId);
    text.value = words;
    text.focus();
  };
  sending = sending.then(async () => {
    try {
      const fields = { client_msg_id: clientId, text: words, check: check ? "1" : "" };
      const answer = await post(composer.action, fields);
      showNotice("");
      if (answer.message) return void add(answer.message);
      announce.textContent = answer.ask;
      markFailed(clientId, answer.ask, [
        [strings["script.conversation.edit"], change],
        [strings["script.conversation.anyway"], again],
      ]);
    } catch (error) {
      showNotice(/** @type {Error} */ (error).message);
      markFailed(clientId, strings["script.conversation.failed"],
        [[strings["script.conversation.again"], again]]);
    }
  });
}

/** @param {SubmitEvent} event */
async function act(event) {
  event.preventDefault();
  const form = /** @type {HTMLFormElement} */ (event.target);
  const button = /** @type {HTMLButtonElement | null} */ (event.submitter);
  if (button) button.disabled = true;
  const fields = /** @type {Record<string, string>} */ (Object.fromEntries(new FormData(form)));
  try {
    showState(await post(form.action, fields));
    showNotice("");
    if (form.dataset.action === "claim") text.focus();
  } catch (error) {
    showNotice(/** @type {Error} */ (error).message);
  } finally {
    if (button) button.disabled = false;
    if (form.dataset.action === "close") dialog.close();
  }
}

/**
 * Save which entry should have answered without leaving the page, where a reply may be half written.
 * @param {SubmitEvent} event
 */
async function judge(event) {
  event.preventDefault();
  const form = /** @type {HTMLFormElement} */ (event.target);
  const fields = /** @type {Record<string, string>} */ (
    Object.fromEntries(new FormData(form, event.submitter)));
  try {
    const answer = await post(form.action, fields);
    for (const button of desk.querySelectorAll("button.verdict")) {
      button.setAttribute("aria-pressed", String(button.getAttribute("value") === answer.entry));
    }
    byId("judge-said").textContent = answer.said;
  } catch (error) {
    byId("judge-said").textContent = /** @type {Error} */ (error).message;
  }
}

/** @param {string} sentence */
function showNotice(sentence) {
  notice.textContent = sentence;
  notice.hidden = !sentence;
  notice.classList.toggle("bad", Boolean(sentence));
}

/**
 * Enter sends, unless it only ends the conversion of Japanese input. Safari ends the composition
 * before the key arrives and marks that key with code 229.
 * @param {KeyboardEvent} event
 */
function keyInText(event) {
  const composing = event.isComposing || event.keyCode === 229;
  if (event.key !== "Enter" || event.shiftKey || composing) return;
  event.preventDefault();
  send();
}

function useDraft() {
  const draft = byId("use-draft").dataset.draft ?? "";
  text.value = text.value.trim() ? `${text.value.trimEnd()}\n${draft}` : draft;
  announce.textContent = strings["script.conversation.draft_used"];
  showPane("chat");
  text.focus();
}

/** @param {string} words */
function insert(words) {
  text.value = text.value.trim() ? `${text.value.trimEnd()}\n${words}` : words;
  announce.textContent = strings["script.conversation.inserted"];
  text.focus();
}

/** @param {string} name */
function showPane(name) {
  byId("desk-body").dataset.pane = name;
  for (const tab of desk.querySelectorAll("[data-show]")) {
    tab.setAttribute("aria-pressed", String(tab.getAttribute("data-show") === name));
  }
}

function randomId() {
  // Without HTTPS a browser offers no randomUUID.
  return [...crypto.getRandomValues(new Uint8Array(16))].map((n) => n.toString(16).padStart(2, "0")).join("");
}

/** Press what is there to be pressed. @param {string} selector */
function press(selector) {
  const buttons = /** @type {HTMLElement[]} */ ([...desk.querySelectorAll(selector)]);
  buttons.find((button) => button.offsetParent !== null)?.click();
}

/** @param {string} id */
function byId(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

composer.addEventListener("submit", (event) => {
  event.preventDefault();
  send();
});
text.addEventListener("keydown", keyInText);
text.addEventListener("input", tellTyping);
document.addEventListener("visibilitychange", seen);
for (const form of desk.querySelectorAll("form[data-action]")) {
  form.addEventListener("submit", (event) => act(/** @type {SubmitEvent} */ (event)));
}
for (const form of desk.querySelectorAll("form[data-judge]")) {
  form.addEventListener("submit", (event) => judge(/** @type {SubmitEvent} */ (event)));
}
document.getElementById("use-draft")?.addEventListener("click", useDraft);
byId("open-close").addEventListener("click", () => dialog.showModal());
byId("close-cancel").addEventListener("click", () => dialog.close());
for (const tab of desk.querySelectorAll("[data-show]")) {
  tab.addEventListener("click", () => showPane(tab.getAttribute("data-show") ?? "chat"));
}
offerAnswers(/** @type {HTMLInputElement} */ (byId("find")), byId("found"), {
  language: text.lang, conversation: desk.dataset.conversation ?? "", ready: desk.dataset.readyLabel ?? "",
}, insert);
onKeys({
  c: () => press('form[data-action="claim"] button'),
  d: () => press("#use-draft"),
  n: () => { showPane("packet"); document.getElementById("note")?.focus(); },
  r: () => press('form[data-action="release"] button'),
  b: () => press('form[data-action="give_back"] button'),
  x: () => press("#open-close"),
});
toEnd();
seen();
const query = new URLSearchParams({
  conversation: desk.dataset.conversation ?? "", after: desk.dataset.after ?? "0" });
listen(`/staff/events?${query}`, { message: received, state: showState, typing: showTyping });
