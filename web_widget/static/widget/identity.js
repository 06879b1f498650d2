// @ts-check
/**
 * Who the customer is, by the signed word of the site's own server. The word stays in memory: it is short-lived,
 * and the page says it anew on every visit.
 */

import { ApiError } from "./transport.js";

/** @typedef {import("./types.js").Conversation} Conversation */

/**
 * @param {object} parts
 * @param {ReturnType<typeof import("./transport.js").createTransport>} parts.transport
 * @param {ReturnType<typeof import("./session.js").createSession>} parts.session
 * @param {() => void} parts.forgetUnsent what another customer had written must not be sent for this one
 * @param {(error: string) => void} parts.tell the page's developer whether the word was taken: "" or why not
 */
export function createIdentity({ transport, session, forgetUnsent, tell }) {
  /** @type {string | null} */
  let word = null;

  /** @param {Conversation} conversation */
  function leave(conversation) {
    session.forget(conversation);
    forgetUnsent();
  }

  return {
    /** @param {string | null} token null when nobody is signed in any more */
    use(token) {
      word = token;
      if (!token && session.forgetKnown()) forgetUnsent();
    },

    /** Another tab has forgotten the customer: what this page once said of her counts no more. */
    drop: () => void (word = null),

    /** What to begin a conversation with. @param {boolean} fresh not an earlier one */
    facts: (fresh) => (word ? { identity_token: word, resume: !fresh } : {}),

    /** Whether an error means that the word was not taken; the chat goes on without it. @param {unknown} error */
    refused(error) {
      if (!word || !(error instanceof ApiError) || error.status !== 403) return false;
      word = null;
      tell(error.message);
      return true;
    },

    taken: () => tell(""),

    /**
     * The conversation to go on with in place of one that this browser kept: the same one, an earlier one of this
     * customer, or null when it was another customer's.
     *
     * @param {Conversation} kept
     * @returns {Promise<Conversation | null>}
     */
    async check(kept) {
      if (!word) return kept;
      try {
        const { conversation_id: id, token } = await transport.identify(kept, word);
        tell("");
        const own = token ? { ...kept, id, token, rated: {}, surveyed: false } : kept;
        const known = { ...own, known: true };
        session.keep(known);
        return known;
      } catch (error) {
        if (error instanceof ApiError && error.status === 409) {
          leave(kept);
          return null;
        }
        if (!this.refused(error)) throw error;
        if (!kept.known) return kept;
        leave(kept);
        return null;
      }
    },
  };
}
