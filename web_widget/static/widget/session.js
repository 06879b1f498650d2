// @ts-check
/**
 * What the widget keeps in the browser, in the frame's own storage, which the host page cannot read:
 * for each site and language one conversation, shared by tabs; for each tab what is not yet sent.
 */

/** @typedef {import("./types.js").Conversation} Conversation */
/** @typedef {import("./types.js").Pending} Pending */

/** Storage that lives as long as the page, where the browser refuses a lasting one. */
function memoryStorage() {
  /** @type {Map<string, string>} */
  const kept = new Map();
  return {
    getItem: (/** @type {string} */ name) => kept.get(name) ?? null,
    setItem: (/** @type {string} */ name, /** @type {string} */ value) => void kept.set(name, value),
  };
}

/** @param {"localStorage" | "sessionStorage"} name */
function storage(name) {
  try {
    const found = window[name];
    found.setItem("kotae:probe", "1");
    found.removeItem("kotae:probe");
    return found;
  } catch {
    return memoryStorage();
  }
}

/** @param {string} site */
export function createSession(site) {
  const lasting = storage("localStorage");
  const ofTab = storage("sessionStorage");
  const key = `kotae:${site}`;

  /** @param {{getItem(name: string): string | null}} from @param {string} name */
  function read(from, name) {
    try {
      return JSON.parse(from.getItem(name) ?? "null");
    } catch {
      return null;
    }
  }

  /** @param {{setItem(name: string, value: string): void}} to @param {string} name @param {unknown} value */
  function write(to, name, value) {
    try {
      to.setItem(name, JSON.stringify(value));
    } catch {
      // Storage is full: the conversation goes on, only a reload will not find it.
    }
  }

  /** @returns {Record<string, Conversation>} */
  const all = () => read(lasting, key) ?? {};

  return {
    key,

    /** The conversation to show in a language: one with a person goes on in whatever language. @param {string} language */
    current(language) {
      const kept = all();
      return Object.values(kept).find((conversation) => conversation.live) ?? kept[language] ?? null;
    },

    /** @param {Conversation} conversation */
    keep(conversation) {
      write(lasting, key, { ...all(), [conversation.language]: conversation });
    },

    /** @param {Conversation} conversation */
    forget(conversation) {
      const kept = all();
      if (kept[conversation.language]?.id !== conversation.id) return;
      delete kept[conversation.language];
      write(lasting, key, kept);
    },

    /** Forget what belongs to a customer who was signed in. Returns whether there was something. */
    forgetKnown() {
      const kept = Object.entries(all());
      const others = kept.filter(([, conversation]) => !conversation.known);
      write(lasting, key, Object.fromEntries(others));
      return others.length < kept.length;
    },

    /** A name for this browser, made up here, by which the team's reports know a repeated contact. */
    visitor() {
      const known = read(lasting, "kotae:visitor");
      if (typeof known === "string") return known;
      const made = crypto.randomUUID();
      write(lasting, "kotae:visitor", made);
      return made;
    },

    sound: () => read(lasting, "kotae:sound") === true,
    /** @param {boolean} on */
    keepSound: (on) => write(lasting, "kotae:sound", on),

    /** What stands in the text field. @returns {string} */
    draft: () => read(ofTab, `${key}:draft`) ?? "",
    /** @param {string} text */
    keepDraft: (text) => write(ofTab, `${key}:draft`, text),

    /** @returns {Pending[]} */
    pending: () => read(ofTab, `${key}:pending`) ?? [],

    /** @param {Pending[]} pending */
    keepPending: (pending) => write(ofTab, `${key}:pending`, pending),

    /** The language the customer chose on pages of this language. @param {string} pageLanguage */
    chosenLanguage(pageLanguage) {
      const chosen = read(ofTab, `${key}:language`);
      return chosen?.page === pageLanguage ? /** @type {string} */ (chosen.language) : null;
    },

    /** @param {string} pageLanguage @param {string} language */
    chooseLanguage: (pageLanguage, language) =>
      write(ofTab, `${key}:language`, { page: pageLanguage, language }),
  };
}
