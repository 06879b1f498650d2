// @ts-check
/** Puts the parts of the frame together. */

import { createChat } from "./chat.js";
import { readConfig } from "./config.js";
import { createHost } from "./host.js";
import { createTexts, pickLanguage } from "./i18n.js";
import { createSession } from "./session.js";
import { createSound } from "./sound.js";
import { createStore } from "./store.js";
import { createTransport } from "./transport.js";
import { createView } from "./view.js";

const config = readConfig(document.documentElement.dataset, location);
const store = createStore();
const session = createSession(config.site);
const transport = createTransport(config.api);
const texts = createTexts();
const sound = createSound(session);
const chat = createChat({
  store, transport, session, config, onReply: sound.play, onIdentity: (error) => host.identity(error),
});
let hasBegun = false;
/** The page's word on who the customer is comes before the conversation is chosen; a page that forgets it loses nothing. */
let heard = () => {};
const word = new Promise((resolve) => {
  heard = () => resolve(null);
  if (config.isIdentified) setTimeout(resolve, 2000);
  else heard();
});
const host = createHost(config.hostOrigin, {
  onOpen() {
    chat.setOpen(true);
    view?.focus();
  },
  onClose: () => chat.setOpen(false),
  onLanguage(language) {
    const picked = pickLanguage(language, config.languages);
    if (picked) void useLanguage(picked);
  },
  onAsk: (text) => void chat.ask(text),
  onIdentify(token) {
    if (hasBegun) return void chat.identify(token);
    chat.useIdentity(token);
    heard();
  },
});

/** @type {ReturnType<typeof createView> | null} */
let view = null;
/** @type {string | null} */
let drawnIn = null;

/** Switches overtake each other when they are quick: the last one counts. @param {string} language */
async function useLanguage(language) {
  drawnIn = language;
  await texts.use(language);
  if (drawnIn !== language) return;
  document.documentElement.lang = language;
  const title = config.titles[language] ?? config.teamName;
  document.title = `${texts.t("title")} – ${title}`;
  const hadFocus = document.hasFocus() && document.activeElement !== document.body;
  const draft = view?.draft() ?? session.draft();
  view?.destroy();
  chat.switchLanguage(language);
  view = createView(/** @type {HTMLElement} */ (document.querySelector("#app")), {
    t: texts.t,
    chat,
    config,
    title,
    sound,
    keepDraft: session.keepDraft,
    canClose: host.isFramed,
    suggest: (q, signal) => transport.suggestions(q, store.get().language, signal),
    actions: {
      close: () => host.close(),
      switchLanguage(chosen) {
        session.chooseLanguage(config.pageLanguage, chosen);
        void useLanguage(chosen);
      },
    },
  }, draft);
  view.render(store.get());
  if (hadFocus) view.focus();
}

/** Fills take the page's colour; the text on them is the one of black and white that is easier to read. */
function useColor() {
  if (!config.color) return;
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(config.color.slice(at, at + 2), 16));
  const style = document.documentElement.style;
  style.setProperty("--accent", config.color);
  style.setProperty("--on-accent", r * 3 + g * 6 + b > 1400 ? "#111" : "#fff");
}

async function start() {
  useColor();
  const language = session.chosenLanguage(config.pageLanguage) ?? config.pageLanguage;
  store.set({ language, open: !host.isFramed, pending: session.pending() });
  await useLanguage(language);
  let told = { unread: 0, live: /** @type {boolean | undefined} */ (undefined) };
  store.subscribe((state) => {
    view?.render(state);
    const live = state.conversation?.live === true;
    if (state.unread !== told.unread) host.unread(state.unread);
    if (live !== told.live && state.phase === "ready") host.live(live);
    told = { unread: state.unread, live: state.phase === "ready" ? live : told.live };
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented && !event.isComposing) host.close();
  });
  window.addEventListener("online", () => chat.retry());
  window.addEventListener("storage", (event) => event.key === session.key && chat.follow());
  host.ready();
  await word;
  hasBegun = true;
  await chat.begin();
}

void start();
