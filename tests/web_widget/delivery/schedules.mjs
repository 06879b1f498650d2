// Runs the widget's own modules through random schedules of a bad day, against a real server, and checks that
// every message arrived: complete, in order, once. Reads its orders from stdin, writes one line of JSON for each
// schedule that went wrong, and a last line that says how many ran and what befell them.

import { Browser, install, outside, pause, randomOf, real } from "./browser.mjs";

const orders = JSON.parse(await new Response(process.stdin).text());
const { origin, modules, first, count, parallel, speed } = orders;
install(speed);
const load = (name) => import(`${modules}/${name}.js`);
const [{ createChat }, { createSession }, { createStore }, { createTransport }] =
  await Promise.all(["chat", "session", "store", "transport"].map(load));

const befell = {};
const note = (what) => void (befell[what] = (befell[what] ?? 0) + 1);
const PATIENCE = 20_000;

// Reading a body may still set up one of Node's time-outs by a tab's fast clock. To the widget that is one more
// broken stream; the copy of the error that nobody waits for must not end the run.
process.on("unhandledRejection", (error) => {
  if (error?.cause?.code !== "UND_ERR_BODY_TIMEOUT") throw error;
});

/** One customer's day. Her requests come from an address of her own, as the server counts them by address. */
class Day {
  said = [];
  healthy = false;
  offlineUntil = 0;

  constructor(seed) {
    this.seed = seed;
    this.random = randomOf(seed);
    this.address = `10.${(seed >> 16) & 255}.${(seed >> 8) & 255}.${seed & 255}`;
    this.browser = new Browser(this.random, (...request) => this.network(...request));
  }

  chance(share) {
    return this.random() < share;
  }

  // The network

  async network(url, options, tab) {
    if (this.healthy) return this.send(url, options, tab);
    const luck = this.random();
    if (real.now() < this.offlineUntil || luck < 0.1) {
      note("request dropped");
      await pause(this.random() * 10);
      throw new TypeError("fetch failed");
    }
    if (luck < 0.2) {
      note("request late");
      await pause(this.random() * 60);
    }
    if (luck > 0.97) {
      note("bad gateway");
      return new Response("<h1>Bad gateway</h1>", { status: 502 });
    }
    const isPost = options.method === "POST" && !url.endsWith("/conversations");
    if (isPost && luck > 0.85) {
      note("request doubled");
      void pause(this.random() * 80).then(() => this.send(url, { ...options, signal: undefined }, tab)).catch(() => {});
    }
    const answer = await this.send(url, options, tab);
    if (this.chance(0.12)) {
      note("answer lost");
      await answer.body?.cancel();
      throw new TypeError("fetch failed");
    }
    if (this.chance(0.15)) {
      note("answer late");
      await pause(this.random() * 80);
    }
    return answer;
  }

  async send(url, options, tab) {
    const headers = { ...options.headers, "X-Forwarded-For": this.address };
    // Node's own time-outs are not the customer's.
    const answer = await outside(() => real.fetch(url, { ...options, headers }));
    return url.includes("/events") && answer.ok ? this.stream(answer, tab) : answer;
  }

  /** A stream in pieces of any size, that breaks or falls silent. */
  stream(answer, tab) {
    const broken = !this.healthy && this.chance(0.6);
    const silent = broken && this.chance(0.3);
    let left = broken ? Math.floor(this.random() * 1500) : Infinity;
    const cut = new TransformStream({
      transform: async (chunk, out) => {
        await tab.awake();
        if (!this.healthy) await pause(this.random() * 15);
        for (let at = 0; at < chunk.length; ) {
          const size = 1 + Math.floor(this.random() * 200);
          const piece = chunk.slice(at, Math.min(at + size, at + left));
          at += size;
          left -= piece.length;
          if (piece.length) out.enqueue(piece);
          if (left > 0) continue;
          if (left > -Infinity) note(silent ? "stream silent" : "stream cut");
          left = -Infinity;
          if (silent) return;
          throw new TypeError("terminated");
        }
      },
    });
    return new Response(answer.body.pipeThrough(cut), { status: 200 });
  }

  // What she does

  open(session) {
    const tab = this.browser.open(session);
    tab.runs(() => {
      const store = createStore();
      const keys = createSession("shop");
      const transport = createTransport(`${origin}/api`);
      const config = { site: "shop", page: "", isIdentified: false };
      const chat = createChat({ store, transport, session: keys, config, onReply() {}, onIdentity() {} });
      store.set({ language: "en", pending: keys.pending() });
      Object.assign(tab, { store, chat });
      tab.onStorage = (name) => name === keys.key && chat.follow();
      void chat.begin();
    });
    return tab;
  }

  any() {
    return this.browser.tabs[Math.floor(this.random() * this.browser.tabs.length)];
  }

  say(tab) {
    const text = `message ${this.said.length + 1}`;
    // A tab that sleeps has nobody before it who could write.
    if (tab.sleep) return;
    this.said.push({ text, by: tab.session });
    tab.runs(() => void tab.chat.ask(text));
  }

  reload(tab) {
    note("reload");
    tab.close();
    this.open(tab.session);
  }

  step() {
    const luck = this.random();
    if (luck < 0.5) this.say(this.any());
    else if (luck < 0.65) this.reload(this.any());
    else if (luck < 0.78) {
      note("sleep");
      this.any().fallAsleep(20 + this.random() * 150);
    } else if (luck < 0.9) {
      note("offline");
      this.offlineUntil = real.now() + this.random() * 120;
    } else if (this.browser.tabs.length < 3) {
      note("second tab");
      this.open();
    }
  }

  async run() {
    const tab = this.open();
    // Half of the customers write before the chat has opened.
    if (this.chance(0.5)) await this.within(1500, () => tab.store.get().phase === "ready");
    const steps = 3 + Math.floor(this.random() * 8);
    for (let step = 0; step < steps; step += 1) {
      this.step();
      await pause(this.random() * 60);
    }
    this.say(this.any());
    await this.within(700, () => this.browser.tabs.every((one) => !one.store.get().pending.length));
    this.healthy = true;
    const until = real.now() + PATIENCE;
    let wrong = "nothing was checked";
    while (wrong && real.now() < until) {
      await pause(25);
      wrong = await this.wrong();
    }
    for (const tab of [...this.browser.tabs]) tab.close();
    return wrong;
  }

  async within(ms, happened) {
    const until = real.now() + ms;
    while (!happened() && real.now() < until) await pause(10);
  }

  // What must hold at the end

  async wrong() {
    const states = this.browser.tabs.map((tab) => tab.store.get());
    if (states.some((state) => state.phase !== "ready")) return "a tab has no conversation";
    const ids = new Set(states.map((state) => state.conversation.id));
    if (ids.size > 1) return "tabs show different conversations";
    const left = states.flatMap((state) => state.pending);
    if (left.length) return `not sent: ${left.map((one) => one.text)}`;
    const { id, token } = states[0].conversation;
    const headers = { Authorization: `Bearer ${token}`, "X-Forwarded-For": this.address };
    // The check is no part of the bad day: where a kept connection has just been closed, it is asked again.
    const answer = await real.fetch(`${origin}/api/conversations/${id}/messages`, { headers }).catch(() => null);
    if (!answer?.ok) return "the messages could not be read";
    const { messages } = await answer.json();
    if (messages.some((message, at) => message.seq !== at + 1)) return "numbers with gaps";
    const arrived = messages.filter((message) => message.from === "customer").map((message) => message.text);
    const said = this.said.map(({ text }) => text);
    if ([...arrived].sort().join() !== [...said].sort().join()) return `said ${said}, arrived ${arrived}`;
    for (const by of new Set(this.said.map((one) => one.by))) {
      const own = this.said.filter((one) => one.by === by).map(({ text }) => text);
      const order = arrived.filter((text) => own.includes(text));
      if (own.join() !== order.join()) return `said in the order ${own}, arrived as ${order}`;
    }
    if (messages.at(-1).from === "customer") return "no reply yet";
    const whole = JSON.stringify(messages);
    if (states.some((state) => JSON.stringify(state.messages) !== whole)) return "a tab shows something else";
    return "";
  }
}

let next = first;
let wrong = 0;
let said = 0;

async function work() {
  while (next < first + count) {
    const day = new Day(next++);
    const sentence = await day.run();
    said += day.said.length;
    if (!sentence) continue;
    wrong += 1;
    console.log(JSON.stringify({ seed: day.seed, wrong: sentence }));
  }
}

await Promise.all(Array.from({ length: parallel }, work));
console.log(JSON.stringify({ schedules: count, wrong, said, befell }));
process.exit(0);
