// As much of a browser as the widget's modules need without a page: tabs that share a storage, locks and channels,
// each with a network that misbehaves, and a clock that runs faster. Which tab is running is known by its context.

import { AsyncLocalStorage } from "node:async_hooks";

const context = new AsyncLocalStorage();
const real = { fetch, setTimeout, setInterval, now: performance.now.bind(performance), timeout: AbortSignal.timeout.bind(AbortSignal) };
const tab = () => context.getStore();
const never = new Promise(() => {});

export const pause = (ms) => new Promise((resolve) => real.setTimeout(resolve, ms));

/** Random numbers of a seed, so that a schedule can be run again. */
export function randomOf(seed) {
  let state = (seed * 2654435761) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

class Storage {
  constructor(kept, owner, onSet = () => {}) {
    Object.assign(this, { kept, owner, onSet });
  }
  getItem(name) {
    return this.kept.get(name) ?? null;
  }
  setItem(name, value) {
    if (!this.owner.isAlive) return;
    this.kept.set(name, String(value));
    this.onSet(name);
  }
  removeItem(name) {
    this.kept.delete(name);
  }
}

class Channel {
  onmessage = null;
  constructor(name) {
    this.name = name;
    this.owner = tab();
    this.owner.browser.channels.add(this);
  }
  postMessage(data) {
    for (const other of this.owner.browser.channels) {
      if (other === this || other.name !== this.name) continue;
      const copy = structuredClone(data);
      queueMicrotask(() => other.owner.runs(() => other.onmessage?.({ data: copy })));
    }
  }
  close() {
    this.owner.browser.channels.delete(this);
  }
}

/** navigator.locks of one browser, as far as the widget uses them: exclusive, first come first served. */
class Locks {
  queues = new Map();

  request(owner, name, ...rest) {
    const work = rest.pop();
    const { signal } = rest[0] ?? {};
    const queue = this.queues.get(name) ?? [];
    this.queues.set(name, queue);
    return new Promise((resolve, reject) => {
      const entry = { owner, start: () => owner.runs(() => Promise.resolve(work({ name })).then(resolve, reject).finally(() => this.leave(name, entry))) };
      signal?.addEventListener("abort", () => {
        if (queue[0] === entry || !queue.includes(entry)) return;
        queue.splice(queue.indexOf(entry), 1);
        reject(new DOMException("aborted", "AbortError"));
      });
      queue.push(entry);
      if (queue[0] === entry) entry.start();
    });
  }

  leave(name, entry) {
    const queue = this.queues.get(name);
    if (queue[0] === entry) {
      queue.shift();
      queue[0]?.start();
    } else if (queue.includes(entry)) queue.splice(queue.indexOf(entry), 1);
  }

  /** What a closed tab held or waited for. */
  release(owner) {
    for (const [name, queue] of this.queues) {
      for (const entry of queue.filter((one) => one.owner === owner)) this.leave(name, entry);
    }
  }
}

export class Browser {
  constructor(random, network) {
    Object.assign(this, { random, network, local: new Map(), channels: new Set(), locks: new Locks(), tabs: [] });
  }

  /** @param {Map<string, string>} session what a reload of the tab finds again */
  open(session = new Map()) {
    const opened = new Tab(this, session);
    this.tabs.push(opened);
    return opened;
  }
}

class Tab {
  isAlive = true;
  sleep = null;

  constructor(browser, session) {
    this.browser = browser;
    this.session = session;
    this.storages = {
      localStorage: new Storage(browser.local, this, (name) => {
        for (const other of browser.tabs) if (other !== this) other.runs(() => other.onStorage?.(name));
      }),
      sessionStorage: new Storage(session, this),
    };
  }

  /** Run something as this tab does: not at all once it is closed, and only after it has woken. */
  runs(work) {
    if (!this.isAlive) return never;
    if (this.sleep) return this.sleep.then(() => this.runs(work));
    return context.run(this, work);
  }

  /** Timers stand still and nothing arrives until it wakes. */
  fallAsleep(ms) {
    if (this.sleep || !this.isAlive) return;
    this.sleep = pause(ms).then(() => void (this.sleep = null));
  }

  close() {
    this.isAlive = false;
    this.browser.tabs.splice(this.browser.tabs.indexOf(this), 1);
    this.browser.locks.release(this);
    for (const channel of [...this.browser.channels]) if (channel.owner === this) channel.close();
    this.closing?.abort();
  }

  closing = new AbortController();

  async fetch(url, options = {}) {
    const signal = AbortSignal.any([this.closing.signal, ...(options.signal ? [options.signal] : [])]);
    try {
      await this.awake();
      const answer = await this.browser.network(url, { ...options, signal }, this);
      await this.awake();
      return answer;
    } catch (error) {
      await this.awake();
      throw error;
    }
  }

  async awake() {
    while (this.sleep) await this.sleep;
    if (!this.isAlive) await never;
  }
}

/** Put the browser's globals in place; its clock runs `speed` times as fast as the real one. */
export function install(speed) {
  const define = (name, value) => Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  define("window", {
    get localStorage() { return tab().storages.localStorage; },
    get sessionStorage() { return tab().storages.sessionStorage; },
    BroadcastChannel: Channel,
  });
  define("BroadcastChannel", Channel);
  define("navigator", { locks: { request: (...rest) => tab().browser.locks.request(tab(), ...rest) } });
  define("fetch", (url, options) => tab().fetch(url, options));
  define("performance", { now: () => real.now() * speed });
  define("setTimeout", (work, ms = 0, ...rest) => {
    const owner = tab();
    return owner ? real.setTimeout(() => owner.runs(() => work(...rest)), ms / speed) : real.setTimeout(work, ms, ...rest);
  });
  define("setInterval", (work, ms) => {
    const owner = tab();
    return owner ? real.setInterval(() => owner.isAlive && owner.runs(work), ms / speed) : real.setInterval(work, ms);
  });
  AbortSignal.timeout = (ms) => real.timeout(ms / speed);
}

/** Do something as nobody's tab: what it sets up for later goes by the real clock. */
export function outside(work) {
  return context.exit(work);
}

export { real };
