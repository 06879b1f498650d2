// @ts-check
/** What a customer can do, as verbs. Knows the store and the transport, no DOM. */

import { bannerFor, createDelivery } from "./delivery.js";
import { createFeed } from "./feed.js";
import { createIdentity } from "./identity.js";
import { alone, keepLive } from "./live.js";
import { createPauses } from "./pause.js";
import { complete } from "./store.js";
import { ApiError } from "./transport.js";

/** @typedef {import("./types.js").Config} Config */
/** @typedef {import("./types.js").Conversation} Conversation */
/** @typedef {import("./types.js").Message} Message */
/** @typedef {import("./transport.js").Desk} Desk */

/** Messages that one page of history may hold at least; fewer mean that it was the last page. */
const PAGE = 200;
const TYPING_EVERY = 3_000;
/** @type {Desk} */
const WITH_BOT = { state: "bot", position: null, waitMinutes: null, agentName: null };

/**
 * @param {object} parts
 * @param {import("./store.js").Store} parts.store
 * @param {ReturnType<typeof import("./transport.js").createTransport>} parts.transport
 * @param {ReturnType<typeof import("./session.js").createSession>} parts.session
 * @param {Config} parts.config
 * @param {() => void} parts.onReply something arrived that the customer has not written
 * @param {(error: string) => void} parts.onIdentity the site's word on the customer was taken (""), or why not
 */
export function createChat({ store, transport, session, config, onReply, onIdentity }) {
  const pauses = createPauses(1000);
  /** @type {ReturnType<typeof keepLive> | null} */
  let live = null;
  /** @type {number | undefined} */
  let beginTimer;
  let run = 0;
  let toldTyping = 0;

  const feed = createFeed({
    store, transport, change, onReply, onOpen: () => void delivery.flush(), onGone: () => void renew(),
  });
  const delivery = createDelivery({
    store, transport, keep: session.keepPending, renew, onSent: feed.expectReply,
  });
  const identity = createIdentity({ transport, session, tell: onIdentity, forgetUnsent });

  function forgetUnsent() {
    store.set({ pending: [] });
    session.keepPending([]);
  }

  /** @param {Partial<Conversation>} part */
  function change(part) {
    const { conversation } = store.get();
    if (!conversation) return;
    const changed = { ...conversation, ...part };
    store.set({ conversation: changed });
    session.keep(changed);
  }

  /** @param {Conversation} conversation @param {Message[]} messages @param {Desk} desk */
  function adopt(conversation, messages, desk) {
    store.set({ phase: "ready", conversation, messages: [], banner: null, typing: false });
    store.add(messages);
    feed.setDesk(desk);
    live = keepLive(transport, conversation, () => complete(store.get().messages), (type, data) => {
      if (store.get().conversation?.id === conversation.id) feed.onEvent(type, data);
    });
    void delivery.flush();
    void offerStarters(conversation);
  }

  /** @param {Conversation} conversation */
  async function offerStarters({ id, language }) {
    if (store.get().messages.some((message) => message.from === "customer")) return;
    // Only a help to begin with: without them the customer just types.
    const starters = await transport.starters(config.site, language).catch(() => []);
    if (store.get().conversation?.id === id) store.set({ starters });
  }

  /** @param {Conversation} conversation */
  async function resume(conversation) {
    /** @type {Message[]} */
    const messages = [];
    for (;;) {
      const page = await transport.history(conversation, messages.at(-1)?.seq ?? 0);
      messages.push(...page.messages);
      if (page.messages.length < PAGE) return { conversation, messages, desk: page.desk };
    }
  }

  /** @param {boolean} [fresh] not an earlier conversation of this customer */
  async function start(fresh = false) {
    const { language } = store.get();
    const page = config.page ? { page: config.page } : {};
    const facts = { site: config.site, language, identity: session.visitor(), ...page };
    const started = await transport.start({ ...facts, ...identity.facts(fresh) }).catch((error) => {
      if (!identity.refused(error)) throw error;
      return transport.start(facts);
    });
    if (started.identified) identity.taken();
    /** @type {Conversation} */
    const conversation = {
      id: started.conversation_id, token: started.token, language, rated: {}, surveyed: false, known: started.identified,
    };
    session.keep(conversation);
    if (started.resumed) return resume(conversation);
    return { conversation, messages: /** @type {Message[]} */ (started.greeting), desk: WITH_BOT };
  }

  /** @param {boolean} fresh */
  async function resumeOrStart(fresh) {
    const known = session.current(store.get().language);
    if (!known) return start(fresh);
    try {
      const own = await identity.check(known);
      return own ? await resume(own) : start();
    } catch (error) {
      if (!(error instanceof ApiError) || !error.isGone) throw error;
      session.forget(known);
      store.set({ renewed: true });
      return start();
    }
  }

  function stop() {
    live?.stop();
    live = null;
    feed.stop();
    clearTimeout(beginTimer);
  }

  /** Show the conversation this browser knows, or begin one. Returns whether there is one now. */
  async function begin(fresh = false) {
    const mine = ++run;
    stop();
    store.set({ phase: "starting", conversation: null, messages: [], desk: "bot", typing: false, starters: [] });
    try {
      // Two tabs that open together must not begin two conversations.
      const { conversation, messages, desk } = await alone(`${session.key}:begin`, () => resumeOrStart(fresh));
      if (mine !== run) return false;
      adopt(conversation, messages, desk);
      pauses.reset();
      return true;
    } catch (error) {
      if (mine === run) beginLater(asApiError(error));
      return false;
    }
  }

  /** @param {ApiError} error */
  function beginLater(error) {
    const pause = error.retryAfter === null ? pauses.take() : error.retryAfter * 1000;
    store.set({ phase: "failed", banner: bannerFor(error, error.isTemporary ? Date.now() + pause : 0) });
    if (error.isTemporary) beginTimer = setTimeout(() => void begin(), pause);
  }

  /** The conversation is gone on the server: begin a new one, keep what was not sent. */
  function renew() {
    const { conversation } = store.get();
    if (conversation) session.forget(conversation);
    store.set({ renewed: true });
    return begin();
  }

  /**
   * Run a call that the customer can repeat by hand; its failure is shown. Returns whether it went well.
   *
   * @template T
   * @param {(key: Conversation) => Promise<T>} call
   * @param {(result: T) => unknown} then what to do with its result, unless the conversation was left meanwhile
   */
  async function attempt(call, then) {
    const { conversation } = store.get();
    if (!conversation) return false;
    try {
      const result = await call(conversation);
      if (store.get().conversation?.id === conversation.id) await then(result);
      return true;
    } catch (raw) {
      const error = asApiError(raw);
      if (error.isGone && error.status !== 403) void renew();
      else store.set({ banner: bannerFor(error, error.retryAfter ? Date.now() + error.retryAfter * 1000 : 0) });
      return false;
    }
  }

  function startOver() {
    const { conversation } = store.get();
    if (conversation) session.forget(conversation);
    forgetUnsent();
    store.set({ renewed: false, banner: null });
    return begin(true);
  }

  /** @param {string | null} token of the site's server; null when the customer has signed out */
  async function identify(token) {
    const { conversation } = store.get();
    identity.use(token);
    if (conversation && token) {
      const own = await identity.check(conversation).catch(() => null);
      if (own?.id === conversation.id) return change({ known: own.known });
    } else if (conversation && !conversation.known) return;
    await begin();
  }

  return {
    begin,
    identify,
    /** Before the first `begin`. */
    useIdentity: identity.use,
    /** @param {string} text */
    ask: (text) => delivery.queue(text),
    /** @param {import("./types.js").Choice} choice */
    choose: (choice) => delivery.queue(choice.label, choice.id),
    again: delivery.again,
    drop: delivery.drop,

    typing() {
      const { conversation, desk } = store.get();
      if (!conversation || desk !== "agent" || Date.now() - toldTyping < TYPING_EVERY) return;
      toldTyping = Date.now();
      // Only a sign: without it the agent merely waits.
      void transport.typing(conversation).catch(() => {});
    },

    talkToPerson: () => attempt(transport.askForPerson, feed.setDesk),

    cancelWaiting: () => attempt(transport.cancelHandoff, feed.catchUp),

    /** @param {number} seq @param {boolean} helpful */
    rate: (seq, helpful) =>
      attempt((key) => transport.feedback(key, seq, helpful),
        () => change({ rated: { ...store.get().conversation?.rated, [seq]: helpful } })),

    /** @param {{csat: number, nps?: number, comment?: string}} rating */
    survey: (rating) => attempt((key) => transport.survey(key, rating), () => change({ surveyed: true })),

    startOver,

    /** Each language has its own conversation; with a person, only the interface changes. @param {string} language */
    switchLanguage(language) {
      if (language === store.get().language) return;
      store.set({ language, renewed: false });
      if (!store.get().conversation?.live) void begin();
    },

    /** Another tab began a new conversation, or left one because the customer has signed out there. */
    follow() {
      const { conversation, language, phase } = store.get();
      const kept = session.current(language);
      if (phase !== "ready" || kept?.id === conversation?.id) return;
      if (!kept) identity.drop();
      void begin();
    },

    /** The network is back, or the customer asks to try again. */
    retry() {
      store.set({ banner: null });
      if (store.get().phase !== "ready") return void begin();
      live?.wake();
      void delivery.flush();
      void feed.catchUp();
    },

    /** @param {boolean} open */
    setOpen: (open) => store.set(open ? { open, unread: 0 } : { open }),
  };
}

/** @param {unknown} error */
function asApiError(error) {
  return error instanceof ApiError ? error : new ApiError(0, "");
}

/** @typedef {ReturnType<typeof createChat>} Chat */
