// @ts-check
/** What is always at hand below the composer: a person, the text of the conversation, the sound, a new beginning. */

import { h, icon, setAttributes } from "./dom.js";
import { keepText, transcript } from "./transcript.js";

/** @typedef {import("./view.js").Context} Context */
/** @typedef {import("./types.js").State} State */

/** @param {Context} context @param {() => void} startOver @param {() => void} toEnd */
export function createTools({ t, chat, sound, title, announce }, startOver, toEnd) {
  /** @type {State | null} */
  let state = null;

  function talk() {
    toEnd();
    void chat.talkToPerson();
  }

  async function keep() {
    if (!state) return;
    const done = t(await keepText(transcript(state, title, t)));
    announce(done);
    setAttributes(copy, { "data-done": done });
    setTimeout(() => copy.removeAttribute("data-done"), 2500);
  }

  function toggleSound() {
    sound.toggle();
    drawSound();
  }

  /** @param {string} name @param {Parameters<typeof icon>[0]} sign @param {() => unknown} onclick */
  const small = (name, sign, onclick) =>
    h(`button.tool.${sign}`, { type: "button", title: name, "aria-label": name, onclick }, icon(sign));
  const person = h("button.tool.person", { type: "button", onclick: talk }, icon("person"), t("person"));
  const copy = small(t("copy"), "copy", keep);
  const ear = small(t("sound"), "sound", toggleSound);
  const over = h("button.tool.over", { type: "button", onclick: startOver }, icon("again"), t("start_over"));

  const drawSound = () => setAttributes(ear, { "aria-pressed": String(sound.isOn()) });
  drawSound();

  return {
    element: h("div.tools", {}, person, h("span.gap"), copy, ear, over),

    /** @param {State} now */
    render(now) {
      state = now;
      const { desk, messages, pending } = now;
      const withPerson = desk === "waiting" || desk === "agent";
      const hasAsked = messages.some((message) => message.from === "customer");
      person.hidden = withPerson;
      copy.hidden = !hasAsked;
      over.hidden = withPerson || !(pending.length || hasAsked);
    },
  };
}
