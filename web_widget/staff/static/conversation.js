// One conversation while it is open: it stays live, and its agent writes, releases and closes.

import { offerAnswers } from "./find_answer.js";
import { add, addPending, markFailed, markSending, toEnd } from "./messages.js";
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
  if (!add(message) || message.sender !== "customer") return;
  announce.textContent = fill(
    strings["script.conversation.said"], { who: message.who, text: toText(message.body) });
}

function send() {
  const words = text.value.trim();
  if (!words) return;
  const clientId = crypto.randomUUID ? crypto.randomUUID() : randomId();
  text.value = "";
  addPending(clientId, words, desk.dataset.myName ?? "", strings["script.conversation.sending"]);
  deliver(clientId, words);
  text.focus();
}

/**
 * @param {string} clientId the same for each try, so that a repeat is not a second message
 * @param {string} words
 */
function deliver(clientId, words) {
  sending = sending.then(async () => {
    try {
      const answer = await post(composer.action, { client_msg_id: clientId, text: words });
      add(answer.message);
      showNotice("");
    } catch (error) {
      showNotice(/** @type {Error} */ (error).message);
      markFailed(
        clientId, strings["script.conversation.failed"], strings["script.conversation.again"],
        () => {
          markSending(clientId, strings["script.conversation.sending"]);
          deliver(clientId, words);
        });
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

/** @param {string} id */
function byId(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

composer.addEventListener("submit", (event) => {
  event.preventDefault();
  send();
});
text.addEventListener("keydown", keyInText);
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
offerAnswers(/** @type {HTMLInputElement} */ (byId("find")), byId("found"), text.lang, insert);
toEnd();
const query = new URLSearchParams({
  conversation: desk.dataset.conversation ?? "", after: desk.dataset.after ?? "0" });
listen(`/staff/events?${query}`, { message: received, state: showState });
