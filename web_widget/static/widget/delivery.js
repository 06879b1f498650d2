// @ts-check
/**
 * The way of the customer's messages to the server: shown at once, sent one after the other in order, kept over
 * a reload, tried again with the same client_msg_id until the server has confirmed it (so never twice).
 */

import { createPauses } from "./pause.js";

/** @typedef {import("./store.js").Store} Store */
/** @typedef {import("./types.js").Pending} Pending */
/** @typedef {import("./transport.js").ApiError} ApiError */

/** @param {ApiError} error @param {number} retryAt @returns {import("./types.js").Banner} */
export function bannerFor(error, retryAt) {
  if (error.status === 429) return { kind: "rate", retryAt };
  if (error.status === 503) return { kind: "busy", retryAt };
  return { kind: error.status === 0 ? "offline" : "trouble", retryAt };
}

/**
 * @param {object} parts
 * @param {Store} parts.store
 * @param {ReturnType<typeof import("./transport.js").createTransport>} parts.transport
 * @param {(pending: Pending[]) => void} parts.keep writes what is not yet sent where a reload finds it
 * @param {() => Promise<boolean>} parts.renew begins a new conversation in place of one that is gone
 * @param {() => void} parts.onSent a message was confirmed
 */
export function createDelivery({ store, transport, keep, renew, onSent }) {
  const pauses = createPauses(1000);
  let sending = false;
  /** @type {number | undefined} */
  let timer;

  /** @param {Pending} item */
  const body = ({ client_msg_id, text, choice }) =>
    choice === undefined ? { client_msg_id, text } : { client_msg_id, choice };

  /** @param {ApiError} error */
  function later(error) {
    const pause = error.retryAfter === null ? pauses.take() : error.retryAfter * 1000;
    store.set({ banner: bannerFor(error, Date.now() + pause) });
    clearTimeout(timer);
    timer = setTimeout(flush, pause);
  }

  /** @param {Pending} item @returns {Promise<boolean>} whether the next one may follow */
  async function sendOne(item) {
    const { conversation } = store.get();
    if (!conversation) return false;
    // Meanwhile she may have signed out, or begun anew: what was said before belongs to what was left.
    const isLeft = () => store.get().conversation?.id !== conversation.id;
    try {
      const { message } = await transport.send(conversation, body(item));
      store.changePending(item.client_msg_id, null);
      if (isLeft()) return true;
      store.add([message]);
      pauses.reset();
      store.set({ banner: null });
      onSent();
      return true;
    } catch (raw) {
      const error = /** @type {ApiError} */ (raw);
      if (error.isTemporary) {
        later(error);
        return false;
      }
      if (isLeft()) return true;
      if (error.isGone) return carryOver();
      // A choice can expire; its words never do.
      const isChoice = item.choice !== undefined;
      store.changePending(item.client_msg_id, isChoice ? { choice: undefined } : { problem: error.message });
      return true;
    } finally {
      keep(store.get().pending);
    }
  }

  /** A choice means something only where it was offered; in a new conversation its words are sent. */
  async function carryOver() {
    if (!(await renew())) return false;
    store.set({ pending: store.get().pending.map(({ choice, ...rest }) => rest) });
    return true;
  }

  async function flush() {
    if (sending) return;
    sending = true;
    clearTimeout(timer);
    try {
      for (;;) {
        const item = store.get().pending.find((pending) => pending.problem === undefined);
        if (!item || !(await sendOne(item))) return;
      }
    } finally {
      sending = false;
    }
  }

  return {
    flush,

    /** @param {string} text @param {string} [choice] */
    queue(text, choice) {
      const item = { client_msg_id: crypto.randomUUID(), text, at: new Date().toISOString() };
      const pending = [...store.get().pending, choice === undefined ? item : { ...item, choice }];
      store.set({ pending });
      keep(pending);
      return flush();
    },

    /** Try a refused message again. @param {string} id */
    again(id) {
      store.changePending(id, { problem: undefined });
      return flush();
    },

    /** @param {string} id */
    drop(id) {
      store.changePending(id, null);
      keep(store.get().pending);
    },
  };
}
