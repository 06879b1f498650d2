// @ts-check
/**
 * One event stream for all tabs of a conversation: a browser allows only six connections to a server over
 * HTTP/1.1. The tab that holds the lock reads the stream and passes everything on to the others; when it
 * closes, the next one takes over where it left off.
 */

import { createPauses } from "./pause.js";
import { ApiError } from "./transport.js";

/** @typedef {(type: string, data: any) => void} OnEvent */

const HELD = 5_000;
/** A tab that opened between two messages has heard neither: so often it is told where things stand. */
const BEAT = 5_000;

/**
 * Do something that no other tab does at the same time.
 *
 * @template T
 * @param {string} name @param {() => Promise<T>} work @returns {Promise<T>}
 */
export function alone(name, work) {
  return navigator.locks ? navigator.locks.request(name, work) : work();
}

/**
 * @param {string} name
 * @param {(signal: AbortSignal, emit: OnEvent) => Promise<void>} run reads the stream until aborted
 * @param {OnEvent} onEvent
 * @returns {() => void} stops
 */
function share(name, run, onEvent) {
  const stop = new AbortController();
  if (!navigator.locks || !window.BroadcastChannel) {
    void run(stop.signal, onEvent);
    return () => stop.abort();
  }
  const channel = new BroadcastChannel(name);
  channel.onmessage = ({ data }) => onEvent(data.type, data.data);
  /** @type {OnEvent} */
  const emit = (type, data) => {
    if (stop.signal.aborted) return;
    channel.postMessage({ type, data });
    onEvent(type, data);
  };
  navigator.locks
    .request(name, { signal: stop.signal }, () => run(stop.signal, emit))
    .catch(() => undefined);
  return () => {
    stop.abort();
    channel.close();
  };
}

/**
 * Keep the stream of a conversation open, with growing pauses after failures.
 *
 * @param {ReturnType<typeof import("./transport.js").createTransport>} transport
 * @param {{id: string, token: string}} key
 * @param {() => number} after the last seq known
 * @param {OnEvent} onEvent the server's events, "open", "down" (data: ApiError's status and pause), "gone", and "seq":
 *   the last message that the reading tab has
 */
export function keepLive(transport, key, after, onEvent) {
  const pauses = createPauses();
  let wake = () => {};

  /** Read the stream once, and keep the other tabs up while it is open. @param {AbortSignal} signal @param {OnEvent} emit */
  async function read(signal, emit) {
    /** @type {unknown} */
    let state = null;
    const beat = setInterval(() => {
      if (!state) return;
      emit("seq", after());
      emit("state", state);
    }, BEAT);
    try {
      await transport.stream(key, after(), signal, (type, data) => {
        if (type === "state") state = data;
        emit(type, data);
      });
    } finally {
      clearInterval(beat);
    }
  }

  /** @param {AbortSignal} signal @param {OnEvent} emit */
  async function run(signal, emit) {
    while (!signal.aborted) {
      let retryAfter = 0;
      const began = performance.now();
      try {
        await read(signal, emit);
      } catch (error) {
        if (signal.aborted) return;
        const failure = error instanceof ApiError ? error : new ApiError(0, "");
        if (failure.isGone) return emit("gone", null);
        retryAfter = (failure.retryAfter ?? 0) * 1000;
        emit("down", { status: failure.status });
      }
      // Only a stream that held is a success: one that opens and breaks at once must not be hammered.
      if (performance.now() - began > HELD) pauses.reset();
      const pause = Math.max(retryAfter, pauses.take());
      await new Promise((resolve) => {
        wake = () => resolve(undefined);
        setTimeout(wake, pause);
        signal.addEventListener("abort", wake, { once: true });
      });
    }
  }

  const stop = share(`kotae:${key.id}`, run, onEvent);
  return { stop, wake: () => wake() };
}
