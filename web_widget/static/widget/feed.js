// @ts-check
/** What comes from the server into the store: messages, the desk's state, the sign that someone is typing. */

import { bannerFor } from "./delivery.js";
import { complete } from "./store.js";
import { ApiError, readDesk } from "./transport.js";

/** @typedef {import("./types.js").Conversation} Conversation */
/** @typedef {import("./types.js").Message} Message */
/** @typedef {import("./transport.js").Desk} Desk */

/** A stream that is back within this time is nobody's concern. */
const SHOW_DOWN_AFTER = 4_000;
/** Where a proxy holds the stream back, the reply is fetched. */
const LOOK_FOR_REPLY = [4_000, 8_000, 16_000];
const TYPING_LASTS = 6_000;

/**
 * @param {object} parts
 * @param {import("./store.js").Store} parts.store
 * @param {ReturnType<typeof import("./transport.js").createTransport>} parts.transport
 * @param {(part: Partial<Conversation>) => void} parts.change notes something with the conversation
 * @param {() => void} parts.onOpen the stream is open
 * @param {() => void} parts.onGone the server no longer knows the conversation
 * @param {() => void} parts.onReply something arrived that the customer has not written
 */
export function createFeed({ store, transport, change, onOpen, onGone, onReply }) {
  /** @type {number[]} */
  let looks = [];
  /** @type {number | undefined} */
  let downTimer;
  /** @type {number | undefined} */
  let typingTimer;

  /** @param {Desk} desk */
  function setDesk(desk) {
    const { state, ...more } = desk;
    store.set({ desk: state, ...more });
    const isLive = desk.state === "waiting" || desk.state === "agent";
    if (Boolean(store.get().conversation?.live) !== isLive) change({ live: isLive });
  }

  /** @param {number} howLong */
  function showTyping(howLong) {
    store.set({ typing: true });
    clearTimeout(typingTimer);
    typingTimer = setTimeout(() => store.set({ typing: false }), howLong);
  }

  /** @param {Message[]} messages */
  function receive(messages) {
    const { open, unread, messages: known } = store.get();
    const seen = new Set(known.map((message) => message.seq));
    const fresh = messages.filter((message) => !seen.has(message.seq));
    if (!fresh.length) return;
    store.add(fresh);
    const replies = fresh.filter((message) => message.from !== "customer");
    if (!replies.length) return;
    looks.forEach(clearTimeout);
    store.set({ typing: false, unread: open ? 0 : unread + replies.length });
    onReply();
  }

  /** Fetch what is missing. */
  async function catchUp() {
    const { conversation, messages } = store.get();
    if (!conversation) return;
    try {
      const missed = await transport.history(conversation, complete(messages));
      if (store.get().conversation?.id !== conversation.id) return;
      receive(missed.messages);
      setDesk(missed.desk);
    } catch {
      // The stream's own retry brings it.
    }
  }

  function showDown() {
    store.set({ banner: store.get().banner ?? bannerFor(new ApiError(0, ""), 0) });
  }

  function isUp() {
    clearTimeout(downTimer);
    downTimer = undefined;
  }

  /** @type {Record<string, (data: any) => void>} */
  const on = {
    open() {
      if (store.get().banner?.kind !== "rate") store.set({ banner: null });
      onOpen();
    },
    message(data) {
      if (!Number.isInteger(data?.seq)) return;
      const hasGap = data.seq > complete(store.get().messages) + 1;
      receive([data]);
      if (hasGap) void catchUp();
    },
    seq(data) {
      if (data > complete(store.get().messages)) void catchUp();
    },
    state(data) {
      if (data) setDesk(readDesk(data));
    },
    typing(data) {
      if (data?.from !== "customer") showTyping(TYPING_LASTS);
    },
    gone: onGone,
  };

  return {
    setDesk,
    catchUp,

    /** The customer's message has arrived: the bot's reply is due, unless it was faster than this word. */
    expectReply() {
      if (store.get().desk !== "bot" || store.get().messages.at(-1)?.from !== "customer") return;
      showTyping(LOOK_FOR_REPLY[2]);
      looks.forEach(clearTimeout);
      looks = LOOK_FOR_REPLY.map((after) => setTimeout(catchUp, after));
    },

    /** @param {string} type @param {any} data */
    onEvent(type, data) {
      if (type === "down") {
        downTimer ??= setTimeout(showDown, SHOW_DOWN_AFTER);
        return;
      }
      isUp();
      on[type]?.(data);
    },

    stop() {
      isUp();
      looks.forEach(clearTimeout);
    },
  };
}
