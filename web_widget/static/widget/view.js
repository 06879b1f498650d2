// @ts-check
/** The whole face of the widget, built once for a language and drawn anew at every change of the state. */

import { h } from "./dom.js";
import { createComposer } from "./view-composer.js";
import { createHeader } from "./view-header.js";
import { createMessages } from "./view-messages.js";
import { createBanner, createStateBar } from "./view-status.js";
import { createTools } from "./view-tools.js";

/** @typedef {import("./types.js").State} State */
/**
 * What every part of the view works with.
 *
 * @typedef {object} Context
 * @property {import("./i18n.js").Translate} t
 * @property {import("./chat.js").Chat} chat
 * @property {import("./types.js").Config} config
 * @property {{close: () => void, switchLanguage: (language: string) => void}} actions
 * @property {string} title                what stands at the top: the site's own title, or the team's name
 * @property {ReturnType<typeof import("./sound.js").createSound>} sound
 * @property {(text: string) => void} keepDraft
 * @property {boolean} canClose
 * @property {(q: string, signal: AbortSignal) => Promise<{faq_id: string, question: string}[]>} suggest
 * @property {(text: string) => void} announce says it in the one live region
 * @property {(text: string) => void} edit puts text into the composer
 */

/** A live region that keeps what is said within a moment together. @param {HTMLElement} region */
function createVoice(region) {
  /** @type {string[]} */
  let waiting = [];
  return (/** @type {string} */ text) => {
    if (!waiting.length) {
      setTimeout(() => {
        region.textContent = waiting.join("\n");
        waiting = [];
      }, 60);
    }
    waiting.push(text);
  };
}

/**
 * @param {HTMLElement} root
 * @param {Omit<Context, "announce" | "edit">} given
 * @param {string} draft text already in the composer
 */
export function createView(root, given, draft) {
  const region = h("div.sr", { role: "status", "aria-live": "polite" });
  /** @type {Context} */
  const context = { ...given, announce: createVoice(region), edit: (text) => composer.edit(text) };
  const header = createHeader(context);
  const banner = createBanner(context);
  const messages = createMessages(context);
  const bar = createStateBar(context);
  const composer = createComposer(context, draft);
  const tools = createTools(context, bar.askToLeave, messages.toEnd);
  root.replaceChildren(header.element, banner.element, messages.element,
    h("footer.foot", {}, messages.jump, bar.element, composer.element, tools.element), region);
  composer.grow();
  /** @type {string | null} */
  let heardIn = null;
  let heard = 0;

  /** @param {State} state */
  function speak({ conversation, messages: all, open }) {
    if (!conversation) return;
    const last = all.at(-1)?.seq ?? 0;
    // A conversation found again after a reload has been heard before; a new one begins with its greeting.
    if (heardIn !== conversation.id) heard = all.some((message) => message.from === "customer") ? last : 0;
    heardIn = conversation.id;
    if (!open) return;
    for (const message of all) {
      if (message.seq > heard && message.from !== "customer") context.announce(messages.spoken(message));
    }
    heard = last;
  }

  function focus() {
    // On a touch screen the field would bring up the keyboard, over what there is to read.
    if (matchMedia("(pointer: coarse)").matches) header.focus();
    else composer.focus();
  }

  return {
    focus,
    draft: composer.text,
    destroy: banner.destroy,

    /** @param {State} state */
    render(state) {
      const focused = document.activeElement;
      for (const part of [header, banner, messages, bar, composer, tools]) part.render(state);
      speak(state);
      const isLost = focused && focused !== document.body
        && (!focused.isConnected || focused.closest("[hidden]"));
      if (isLost && state.open) focus();
    },
  };
}
