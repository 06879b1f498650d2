// @ts-check
/** The state of the widget: one object, replaced at every change; listeners run once for a burst of changes. */

/** @typedef {import("./types.js").Message} Message */
/** @typedef {import("./types.js").Pending} Pending */
/** @typedef {import("./types.js").State} State */

/** @returns {State} */
export function emptyState() {
  return {
    phase: "starting",
    language: "en",
    conversation: null,
    messages: [],
    pending: [],
    desk: "bot",
    position: null,
    waitMinutes: null,
    agentName: null,
    typing: false,
    banner: null,
    open: false,
    unread: 0,
    renewed: false,
    starters: [],
  };
}

/**
 * Messages in order of seq, each once.
 *
 * @param {Message[]} known @param {Message[]} more
 */
export function merge(known, more) {
  const bySeq = new Map(known.map((message) => [message.seq, message]));
  for (const message of more) bySeq.set(message.seq, message);
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq);
}

/** The highest seq up to which no message is missing: where a stream must resume. @param {Message[]} messages */
export function complete(messages) {
  let seq = 0;
  for (const message of messages) {
    if (message.seq !== seq + 1) break;
    seq = message.seq;
  }
  return seq;
}

export function createStore() {
  let state = emptyState();
  let scheduled = false;
  /** @type {Set<(state: State) => void>} */
  const listeners = new Set();

  function announce() {
    if (scheduled) return;
    scheduled = true;
    queueMicrotask(() => {
      scheduled = false;
      for (const listener of listeners) listener(state);
    });
  }

  /** @param {Partial<State>} change */
  function set(change) {
    state = { ...state, ...change };
    announce();
  }

  return {
    get: () => state,
    set,

    /** @param {(state: State) => void} listener */
    subscribe: (listener) => void listeners.add(listener),

    /** Add messages of the server; the customer's own replace their pending copies. @param {Message[]} more */
    add(more) {
      const confirmed = new Set(more.map((message) => message.client_msg_id));
      set({
        messages: merge(state.messages, more),
        pending: state.pending.filter((pending) => !confirmed.has(pending.client_msg_id)),
      });
    },

    /** @param {string} id @param {Partial<Pending> | null} change null removes it */
    changePending(id, change) {
      set({
        pending: state.pending.flatMap((pending) => {
          if (pending.client_msg_id !== id) return [pending];
          return change ? [{ ...pending, ...change }] : [];
        }),
      });
    },
  };
}

/** @typedef {ReturnType<typeof createStore>} Store */
