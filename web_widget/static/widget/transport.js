// @ts-check
/** The HTTP API of Kotae: no DOM, no state. Every failure is an ApiError. */

import { createParser } from "./sse.js";

/** @typedef {import("./types.js").Message} Message */
/** @typedef {import("./types.js").DeskState} DeskState */
/** @typedef {{id: string, token: string}} Key */
/** @typedef {{state: DeskState, position: number | null, waitMinutes: number | null, agentName: string | null}} Desk */

const ANSWER_WITHIN = 15_000;
/** The server's heartbeat comes every 15 s: a stream silent for longer is dead without saying so. */
const STREAM_SILENCE = 40_000;

export class ApiError extends Error {
  /**
   * @param {number} status 0 when no answer arrived
   * @param {string} message a sentence of the server, may be empty
   * @param {number | null} retryAfter seconds
   */
  constructor(status, message, retryAfter = null) {
    super(message);
    this.status = status;
    this.retryAfter = retryAfter;
  }

  /** The conversation no longer exists for us. */
  get isGone() {
    return [401, 403, 404, 410].includes(this.status);
  }

  /** Sending the same again later can help. */
  get isTemporary() {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }
}

/** @param {Response} response */
async function problem(response) {
  const seconds = Number.parseFloat(response.headers.get("Retry-After") ?? "");
  let message = "";
  try {
    const body = await response.json();
    if (typeof body.error === "string") message = body.error;
  } catch {
    // A proxy's error page is no JSON; the status says enough.
  }
  return new ApiError(response.status, message, Number.isFinite(seconds) ? seconds : null);
}

/** The desk's state comes as a word or with position and agent. @param {any} raw @returns {Desk} */
export function readDesk(raw) {
  const body = raw && typeof raw.state === "object" && raw.state ? raw.state : raw;
  const word = typeof body === "string" ? body : body?.state;
  const state = ["waiting", "agent", "closed"].includes(word) ? word : "bot";
  return { state, position: body?.position ?? null, waitMinutes: body?.wait_minutes ?? null, agentName: body?.agent_name ?? null };
}

/** @param {string} base URL of the API, without a slash at its end */
export function createTransport(base) {
  /** @param {string} path @param {RequestInit} options */
  async function call(path, options) {
    let response;
    try {
      response = await fetch(base + path, { signal: AbortSignal.timeout(ANSWER_WITHIN), ...options });
    } catch (error) {
      if (options.signal?.aborted) throw error;
      throw new ApiError(0, "");
    }
    if (!response.ok) throw await problem(response);
    if (response.status === 204) return null;
    try {
      return await response.json();
    } catch {
      throw new ApiError(0, "");
    }
  }

  /** @param {Key} key @param {string} path */
  const at = (key, path) => `/conversations/${encodeURIComponent(key.id)}${path}`;
  /** @param {Key} key */
  const bearer = (key) => ({ Authorization: `Bearer ${key.token}` });
  /** @param {Key} key @param {string} path @param {object} body @param {string} method */
  const post = (key, path, body, method = "POST") =>
    call(at(key, path), {
      method,
      headers: { ...bearer(key), "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });

  return {
    /** @param {{site: string, language: string, identity: string, page?: string, identity_token?: string, resume?: boolean}} facts */
    start: (facts) =>
      call("/conversations", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(facts),
      }),

    /** @param {Key} key @param {object} body @returns {Promise<{message: Message}>} */
    send: (key, body) => post(key, "/messages", body),

    /** @param {Key} key @param {number} after @returns {Promise<{messages: Message[], desk: Desk}>} */
    async history(key, after) {
      const body = await call(at(key, `/messages?after=${after}`), { headers: bearer(key) });
      return { messages: body.messages, desk: readDesk(body) };
    },

    /** @param {Key} key @returns {Promise<Desk>} */
    askForPerson: async (key) => readDesk(await post(key, "/handoff", {})),

    /** @param {Key} key */
    cancelHandoff: (key) => post(key, "/handoff", {}, "DELETE"),

    /** @param {Key} key */
    typing: (key) => post(key, "/typing", {}),

    /** @param {Key} key @param {number} seq @param {boolean} helpful */
    feedback: (key, seq, helpful) => post(key, "/feedback", { message_seq: seq, helpful }),

    /** @param {Key} key @param {string} word @returns {Promise<{conversation_id: string, token?: string}>} */
    identify: (key, word) => post(key, "/identity", { identity_token: word }),

    /** @param {Key} key @param {{csat: number, nps?: number, comment?: string}} body */
    survey: (key, body) => post(key, "/survey", body),

    /** @param {string} q @param {string} language @param {AbortSignal} signal */
    async suggestions(q, language, signal) {
      const body = await call(`/suggestions?${new URLSearchParams({ q, language })}`, { signal });
      return /** @type {{faq_id: string, question: string}[]} */ (body.suggestions);
    },

    /** Questions to begin with. @param {string} site @param {string} language @returns {Promise<string[]>} */
    async starters(site, language) {
      const body = await call(`/suggestions?${new URLSearchParams({ site, language })}`, {});
      return body.suggestions.map((/** @type {{question: string}} */ found) => found.question);
    },

    /**
     * Read the event stream until it ends, breaks, or `signal` aborts.
     *
     * @param {Key} key
     * @param {number} after the last seq already known
     * @param {AbortSignal} signal
     * @param {(type: string, data: any) => void} onEvent "open" once, then the server's events
     */
    async stream(key, after, signal, onEvent) {
      const silence = new AbortController();
      let timer = setTimeout(() => silence.abort(), STREAM_SILENCE);
      try {
        const response = await fetch(base + at(key, "/events"), {
          headers: { ...bearer(key), Accept: "text/event-stream", "Last-Event-ID": String(after) },
          signal: AbortSignal.any([signal, silence.signal]),
          cache: "no-store",
        });
        if (!response.ok || !response.body) throw await problem(response);
        onEvent("open", null);
        const feed = createParser((event) => onEvent(event.type, parse(event.data)));
        const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
        for (;;) {
          const { done, value } = await reader.read();
          if (done) return;
          clearTimeout(timer);
          timer = setTimeout(() => silence.abort(), STREAM_SILENCE);
          feed(value);
        }
      } catch (error) {
        throw error instanceof ApiError ? error : new ApiError(0, "");
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

/** @param {string} text */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
