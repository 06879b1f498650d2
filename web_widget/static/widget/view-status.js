// @ts-check
/** The bars that say how things stand: trouble at the top, waiting or an agent above the composer. */

import { fill, h, icon } from "./dom.js";
import { survey } from "./view-survey.js";

/** @typedef {import("./view.js").Context} Context */
/** @typedef {import("./types.js").State} State */

/** Trouble with the network or the server, and when it is tried again. @param {Context} context */
export function createBanner({ t, chat, announce }) {
  const text = h("p");
  const retry = h("button.inline", { type: "button", onclick: () => chat.retry() }, t("again"));
  const element = h("aside.banner", { hidden: true, "aria-label": t("connection") }, icon("warn"), text, retry);
  /** @type {State["banner"]} */
  let banner = null;
  let announced = "";

  function draw() {
    element.hidden = !banner;
    if (!banner) return;
    const seconds = Math.ceil(((banner.retryAt ?? 0) - Date.now()) / 1000);
    const when = seconds > 0 ? t("seconds", { count: seconds }) : t("shortly");
    fill(text, t(banner.kind, { when }));
    if (announced !== banner.kind) announce(text.textContent ?? "");
    announced = banner.kind;
    // While the server asks for patience, trying by hand would only be refused again.
    retry.hidden = banner.kind === "rate" && seconds > 0;
  }

  const timer = setInterval(() => banner && draw(), 1000);

  return {
    element,
    destroy: () => clearInterval(timer),
    /** @param {State} state */
    render(state) {
      banner = state.banner;
      if (!banner) announced = "";
      draw();
    },
  };
}

/** Waiting for a person, with a person, closed, or leaving. @param {Context} context */
export function createStateBar(context) {
  const { t, chat, announce } = context;
  const element = h("div.bar", { hidden: true });
  let asking = false;
  /** What was unsent, and who answered, when she was asked whether to leave. */
  let askedAt = "";
  let drawn = "";
  /** @type {State | null} */
  let last = null;

  /** @param {string} label @param {() => unknown} onclick @param {string} kind */
  const button = (label, onclick, kind = "button.small") => h(kind, { type: "button", onclick }, label);

  /** @param {State} state */
  const going = ({ desk, pending, messages }) =>
    `${desk} ${pending.length + messages.filter((message) => message.from === "customer").length}`;

  const leave = () => {
    asking = false;
    void chat.startOver();
  };
  const stay = () => {
    asking = false;
    redraw();
  };

  /** @param {State} state @returns {{sign: string, text: string, icon: Parameters<typeof icon>[0], buttons: HTMLElement[], more?: HTMLElement} | null} */
  function content({ desk, position, waitMinutes, agentName, conversation }) {
    if (asking) {
      const isRated = conversation?.surveyed ?? false;
      return { sign: `asking ${isRated}`, text: t("start_over_sure"), icon: "again", more: survey("", isRated, context),
        buttons: [button(t("new"), leave, "button.small.strong"), button(t("keep"), stay)] };
    }
    if (desk === "waiting") {
      const place = position ? t("waiting", { position }) : t("waiting_soon");
      const time = waitMinutes ? t("waiting_time", { minutes: waitMinutes }) : "";
      return { sign: `waiting ${position} ${waitMinutes}`, icon: "clock", text: `${place} ${time}`.trim(),
        buttons: [button(t("cancel"), () => chat.cancelWaiting())] };
    }
    if (desk === "agent") {
      return { sign: `agent ${agentName}`, text: t("with_agent", { name: agentName ?? t("agent") }), icon: "person", buttons: [] };
    }
    if (desk === "closed") {
      return { sign: "closed", text: t("closed"), icon: "check", buttons: [button(t("new"), leave)] };
    }
    return null;
  }

  function redraw() {
    if (!last) return;
    const shown = content(last);
    const sign = shown?.sign ?? "";
    if (sign === drawn) return;
    drawn = sign;
    element.hidden = !shown;
    if (!shown) return;
    element.className = `bar ${sign.split(" ")[0]}`;
    fill(element, icon(shown.icon), h("p", {}, shown.text), h("div.buttons", {}, ...shown.buttons), shown.more);
    if (!asking) announce(shown.text);
  }

  return {
    element,

    /** Ask before leaving a conversation. */
    askToLeave() {
      asking = true;
      askedAt = last ? going(last) : "";
      redraw();
      element.querySelector("button")?.focus();
    },

    /** @param {State} state */
    render(state) {
      last = state;
      // Whoever asks on, or is answered by somebody else, has not left.
      if (asking && going(state) !== askedAt) asking = false;
      redraw();
    },
  };
}
