// The inbox while it is open: rows come, change and go; waiting times go on; arrows move the focus.

import { isUnread } from "./read.js";
import { listen } from "./stream.js";
import { duration, fill } from "./time.js";

/**
 * @typedef {{conversation_id: string, state: string, state_label: string, question: string,
 *   language: string, reason_label: string, facts_label: string, since: string,
 *   since_label: string, contact_label: string,
 *   last_seq: number, mine: boolean}} Row
 * @typedef {{name: string, rows: Row[]}} Queue
 * @typedef {{name: string, state: string, label: string}} Colleague
 */

const page = /** @type {HTMLElement} */ (document.getElementById("inbox"));
const announce = /** @type {HTMLElement} */ (document.getElementById("announce"));
const liveState = /** @type {HTMLElement} */ (document.getElementById("live-state"));
const template = /** @type {HTMLTemplateElement} */ (document.getElementById("row"));
const strings = JSON.parse(page.dataset.strings ?? "{}");
const longWait = Number(page.dataset.longMinutes) * 60000;
let known = waitingIds();

/** @param {Queue[]} queues */
function show(queues) {
  const focused = focusedId();
  for (const queue of queues) {
    const section = sectionOf(queue.name);
    const list = /** @type {HTMLElement} */ (section.querySelector("ul"));
    const before = new Map([...list.children].map((item) => [idOf(item), item]));
    list.replaceChildren(...queue.rows.map((row) => fillRow(before.get(row.conversation_id), row)));
    list.hidden = queue.rows.length === 0;
    part(section, "count").textContent = String(queue.rows.length);
    if (queue.name === "waiting") part(section, "empty").hidden = queue.rows.length > 0;
    else section.hidden = queue.rows.length === 0;
  }
  if (focused && focusedId() !== focused) linkOf(focused)?.focus();
  tellNew(queues);
  tick();
}

/**
 * @param {Element | undefined} existing
 * @param {Row} row
 * @returns {HTMLElement}
 */
function fillRow(existing, row) {
  const item = /** @type {HTMLElement} */ (
    existing ?? /** @type {Element} */ (template.content.firstElementChild).cloneNode(true));
  item.dataset.conversation = row.conversation_id;
  const link = /** @type {HTMLAnchorElement} */ (item.querySelector("a"));
  link.setAttribute("href", `/staff/inbox/${encodeURIComponent(row.conversation_id)}`);
  const question = /** @type {HTMLElement} */ (item.querySelector(".row-question"));
  question.textContent = row.question || strings["inbox.no_question"];
  question.lang = row.language;
  const state = part(item, "state");
  state.className = `badge ${row.state}`;
  item.dataset.seq = String(row.last_seq);
  state.textContent = isUnread(row.conversation_id, row.last_seq, row.mine)
    ? `${row.state_label} · ${strings["script.inbox.written"]}` : row.state_label;
  part(item, "reason").textContent = row.reason_label;
  part(item, "facts").textContent = row.facts_label;
  part(item, "contact").textContent = row.contact_label;
  const wait = /** @type {HTMLTimeElement} */ (item.querySelector("time"));
  wait.dateTime = wait.dataset.since = row.since;
  wait.title = row.since_label;
  return item;
}

/** @param {Queue[]} queues */
function tellNew(queues) {
  const waiting = queues.find((queue) => queue.name === "waiting")?.rows ?? [];
  const fresh = waiting.filter((row) => !known.has(row.conversation_id));
  known = new Set(waiting.map((row) => row.conversation_id));
  document.title = waiting.length ? `(${waiting.length}) ${page.dataset.title}` : page.dataset.title ?? "";
  if (!fresh.length) return;
  for (const row of fresh) linkOf(row.conversation_id)?.classList.add("row-new");
  announce.textContent = fresh.map((row) => (row.question
    ? fill(strings["script.inbox.new"], { question: row.question })
    : strings["script.inbox.new_without_question"])).join(" ");
  if (document.hidden && mayNotify()) notify(fresh[fresh.length - 1]);
}

/** @param {Colleague[]} team */
function showTeam(team) {
  const list = /** @type {HTMLElement} */ (document.getElementById("team"));
  list.replaceChildren(...team.map((each) => {
    const item = document.createElement("li");
    item.dataset.presence = each.state;
    const name = document.createElement("strong");
    name.textContent = each.name;
    const label = document.createElement("span");
    label.className = "muted small";
    label.textContent = each.label;
    item.append(name, " ", label);
    return item;
  }));
}

/** Who is away does not want to be called. */
function mayNotify() {
  return !("away" in page.dataset) && "Notification" in window && Notification.permission === "granted";
}

/** One for all that come while nobody looks: the newest takes the place of the one before. @param {Row} row */
function notify(row) {
  const shown = new Notification(strings["script.inbox.new_without_question"], {
    body: row.question, lang: row.language, tag: "kotae-inbox",
  });
  shown.onclick = () => {
    window.focus();
    shown.close();
  };
}

function offerNotices() {
  const button = /** @type {HTMLButtonElement} */ (document.getElementById("notify"));
  button.hidden = !("Notification" in window) || Notification.permission !== "default";
  button.addEventListener("click", async () => {
    await Notification.requestPermission();
    button.hidden = Notification.permission !== "default";
    announce.textContent = mayNotify() ? strings["script.inbox.notified"] : "";
  });
}

function tick() {
  for (const wait of page.querySelectorAll("time[data-since]")) {
    const element = /** @type {HTMLTimeElement} */ (wait);
    const passed = Date.now() - Date.parse(element.dataset.since ?? "");
    element.textContent = duration(passed, strings);
    const waits = element.closest("[data-queue]")?.getAttribute("data-queue") === "waiting";
    element.classList.toggle("long", waits && passed >= longWait);
  }
}

/** @param {KeyboardEvent} event */
function move(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const links = /** @type {HTMLElement[]} */ ([...page.querySelectorAll("li a.row")]);
  const at = links.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  if (!step || at < 0) return;
  event.preventDefault();
  links[Math.min(links.length - 1, Math.max(0, at + step))].focus();
}

/** @param {{conversation_id: string}} news */
function markWritten(news) {
  const item = page.querySelector(`li[data-conversation="${CSS.escape(news.conversation_id)}"]`);
  if (!item) return;
  const state = part(item, "state");
  const word = strings["script.inbox.written"];
  if (!state.textContent?.endsWith(word)) state.textContent += ` · ${word}`;
}

/** @param {string} name */
function sectionOf(name) {
  return /** @type {HTMLElement} */ (page.querySelector(`[data-queue="${name}"]`));
}

/**
 * @param {Element} element
 * @param {string} name
 */
function part(element, name) {
  return /** @type {HTMLElement} */ (element.querySelector(`[data-part="${name}"]`));
}

/** @param {Element} item */
function idOf(item) {
  return item.getAttribute("data-conversation") ?? "";
}

function waitingIds() {
  return new Set([...sectionOf("waiting").querySelectorAll("li[data-conversation]")].map(idOf));
}

function focusedId() {
  return document.activeElement?.closest("li")?.getAttribute("data-conversation") ?? null;
}

/** @param {string} id */
function linkOf(id) {
  const item = page.querySelector(`li[data-conversation="${CSS.escape(id)}"]`);
  return /** @type {HTMLElement | null} */ (item?.querySelector("a") ?? null);
}

page.addEventListener("keydown", move);
offerNotices();
window.setInterval(tick, 15000);
document.title = known.size ? `(${known.size}) ${page.dataset.title}` : page.dataset.title ?? "";
/** @param {{queues: Queue[], team: Colleague[]}} news */
function showAll(news) {
  show(news.queues);
  showTeam(news.team);
}

listen("/staff/events", { inbox: showAll, written: markWritten }, (on) => {
  liveState.classList.toggle("on", on);
  liveState.textContent = (on ? liveState.dataset.on : liveState.dataset.off) ?? "";
});
