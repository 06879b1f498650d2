// @ts-check
/** The list of messages: each element is built once and kept until what it shows changes. */

import { fill, h, icon } from "./dom.js";
import { markdown, plain } from "./markdown.js";
import { choices, helped, links } from "./view-answer.js";
import { survey } from "./view-survey.js";

/** @typedef {import("./view.js").Context} Context */
/** @typedef {import("./types.js").Message} Message */
/** @typedef {import("./types.js").Pending} Pending */
/** @typedef {import("./types.js").State} State */
/** @typedef {{key: string, from: string, at: string, sign: string, build: () => HTMLElement}} Item */

/** Messages of one sender within this time stand under one heading. */
const GROUP = 5 * 60_000;
const NEAR_END = 80;

/** @param {Message} message @param {Context} context */
function nameOf(message, { t }) {
  if (message.from === "bot") return t("bot");
  return message.from === "agent" ? message.agent_name || t("agent") : "";
}

/** @param {string} at @param {string} language */
function clock(at, language) {
  const when = new Date(at);
  const isToday = when.toDateString() === new Date().toDateString();
  const day = isToday ? {} : /** @type {const} */ ({ month: "short", day: "numeric" });
  const text = new Intl.DateTimeFormat(language, { ...day, hour: "numeric", minute: "2-digit" }).format(when);
  return h("time", { datetime: at }, text);
}

/** @param {Context} context */
export function createMessages(context) {
  const { t, chat } = context;
  const list = h("ol.messages", { role: "list" });
  const typing = h("div.typing", { hidden: true }, h("span.sr"), h("i"), h("i"), h("i"));
  const opening = h("p.note", {}, t("loading"));
  const renewed = h("p.note", {}, t("renewed"));
  const starters = h("div.choices.starters", { role: "group", "aria-label": t("starters"), hidden: true });
  const element = h("main.scroll", { tabindex: 0, "aria-label": t("conversation") }, opening, renewed, list, starters, typing);
  /** @type {Map<string, {sign: string, node: HTMLElement}>} */
  let shown = new Map();

  /** Whether its choices can still be taken, and which one was. @param {number} at @param {State} state */
  function standing(at, { messages, pending, desk }) {
    const later = messages.slice(at + 1);
    const next = later.find((other) => other.from === "customer") ?? pending[0];
    const overtaker = later.find((other) => other.choices || other.from === "customer");
    const isOvertaken = Boolean(overtaker) || pending.length > 0;
    // What she says next is an answer to the choices offered last, not to those before them.
    const chosen = overtaker?.choices ? null : next?.text ?? null;
    // A handoff's own choice is to stop waiting, which the bar above the composer offers all the while.
    const mayChoose = !isOvertaken && messages[at].kind !== "handoff" && (desk === "bot" || desk === "waiting");
    return { mayChoose, chosen };
  }

  /** @param {Message} message @param {number} at @param {State} state @returns {Item} */
  function messageItem(message, at, state) {
    const { conversation, language } = state;
    const { mayChoose, chosen } = message.choices ? standing(at, state) : { mayChoose: false, chosen: null };
    const rated = conversation?.rated[message.seq];
    const surveyed = conversation?.surveyed ?? false;
    return {
      key: message.client_msg_id ?? `s${message.seq}`,
      from: message.from + (message.agent_name ?? ""),
      at: message.at,
      sign: JSON.stringify([message.seq, rated, surveyed, message.choices && [mayChoose, chosen]]),
      build() {
        if (message.from === "system" && message.kind !== "survey") {
          return h("li.item.system", {}, h("p.text", {}, message.text));
        }
        const text = message.from === "bot" ? markdown(message.text) : plain(message.text);
        const name = message.from === "customer" ? h("span.sr", {}, t("you")) : h("span.name", {}, nameOf(message, context));
        return h(`li.item.${message.from}`, { "data-seq": message.seq, "data-kind": message.kind },
          h("div.meta", {}, name, clock(message.at, language)),
          message.kind === "survey"
            ? survey(message.text, surveyed, context)
            : h("div.bubble", {}, h("div.text", {}, text), links(message, context)),
          choices(message, mayChoose, chosen, context),
          helped(message, rated, context),
        );
      },
    };
  }

  /** @param {Pending} pending @param {State} state @returns {Item} */
  function pendingItem(pending, { banner, language }) {
    const refused = pending.problem !== undefined;
    const note = banner ? t("queued") : t("sending");
    return {
      key: pending.client_msg_id,
      from: "customer",
      at: pending.at,
      sign: JSON.stringify(["pending", pending.problem, note]),
      build: () =>
        h(refused ? "li.item.customer.pending.refused" : "li.item.customer.pending", {},
          h("div.meta", {}, h("span.sr", {}, t("you")), clock(pending.at, language)),
          h("div.bubble", {}, h("div.text", {}, plain(pending.text))),
          refused ? refusal(pending, language) : h("p.state", {}, icon("clock"), note)),
    };
  }

  /** The server gives its reasons in English. @param {Pending} pending @param {string} language */
  function refusal({ client_msg_id, text, problem }, language) {
    const reason = language.startsWith("en") ? problem : "";
    return h("p.state.bad", {}, icon("warn"), `${t("not_sent")} ${reason} `,
      h("button.inline", { type: "button", onclick: () => void chat.again(client_msg_id) }, t("again")),
      h("button.inline", { type: "button", onclick: () => {
        chat.drop(client_msg_id);
        context.edit(text);
      } }, t("edit")));
  }

  /** @param {Item[]} items */
  function sync(items) {
    const next = new Map();
    /** @type {HTMLElement[]} */
    const added = [];
    items.forEach((item, at) => {
      const before = items[at - 1];
      const isFirst = !before || before.from !== item.from || Date.parse(item.at) - Date.parse(before.at) > GROUP;
      const old = shown.get(item.key);
      const node = old?.sign === item.sign ? old.node : item.build();
      if (!old) added.push(node);
      node.classList.toggle("first", isFirst);
      node.classList.toggle("new", !old && shown.size > 0);
      if (list.children[at] !== node) list.insertBefore(node, list.children[at] ?? null);
      if (old && old.node !== node) old.node.remove();
      next.set(item.key, { sign: item.sign, node });
    });
    while (list.children.length > items.length) list.lastElementChild?.remove();
    shown = next;
    return added;
  }

  const end = () => element.scrollHeight - element.clientHeight;
  let atEnd = true;

  function toEnd() {
    atEnd = true;
    element.scrollTop = end();
  }

  const jump = h("button.jump", { type: "button", "aria-label": t("latest"), hidden: true, onclick: () => {
    toEnd();
    element.focus({ preventScroll: true });
  } }, icon("down"));

  element.addEventListener("scroll", () => {
    atEnd = end() - element.scrollTop < NEAR_END;
    jump.hidden = atEnd;
  });

  // Whoever reads the end keeps seeing it when the bars, the composer or a form change their height.
  const sizes = new ResizeObserver(() => {
    if (atEnd) toEnd();
    jump.hidden = atEnd;
  });
  for (const part of [element, list, typing]) sizes.observe(part);

  /** @type {string[] | null} */
  let offered = null;

  /** Questions to begin with, for as long as nothing was asked. @param {State} state */
  function drawStarters({ starters: questions, messages, pending, desk }) {
    const isNew = !pending.length && desk === "bot" && !messages.some((message) => message.from === "customer");
    starters.hidden = !isNew || !questions.length;
    if (offered === questions) return;
    offered = questions;
    fill(starters, ...questions.map((question) =>
      h("button.choice", { type: "button", onclick: () => void chat.ask(question) }, question)));
  }

  /** The end of the list, but never past the beginning of what is new. @param {HTMLElement} firstNew */
  function scrollTo(firstNew) {
    const top = Math.min(end(), firstNew.offsetTop - 16);
    atEnd = top >= end() - 1;
    element.scrollTop = top;
  }

  /** @param {State} state */
  function render(state) {
    const items = [
      ...state.messages.map((message, at) => messageItem(message, at, state)),
      ...state.pending.map((pending) => pendingItem(pending, state)),
    ];
    const isFresh = shown.size === 0;
    const added = sync(items);
    drawStarters(state);
    opening.hidden = state.phase !== "starting" || items.length > 0;
    renewed.hidden = !state.renewed;
    typing.hidden = !state.typing;
    const typist = state.desk === "agent" && state.agentName ? t("typing_agent", { name: state.agentName }) : t("typing");
    fill(/** @type {Element} */ (typing.firstElementChild), typist);
    const isOwn = added.some((node) => node.classList.contains("customer"));
    if (isFresh) toEnd();
    else if (added.length && (atEnd || isOwn)) scrollTo(added[0]);
  }

  return {
    element,
    jump,
    render,
    toEnd,
    /** What a message says, for the live region. @param {Message} message */
    spoken(message) {
      const node = shown.get(message.client_msg_id ?? `s${message.seq}`)?.node;
      const text = node?.querySelector(".text")?.textContent ?? message.text;
      const name = nameOf(message, context);
      return name ? t("says", { name, text }) : text;
    },
  };
}
