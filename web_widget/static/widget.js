// @ts-check
// The launcher. Styles go through the CSSOM into a shadow root: no policy or page style reaches them.
(() => {
  const script = /** @type {HTMLScriptElement} */ (document.currentScript);
  if ("Kotae" in window || !script) return;

  const SHEET = `
button,iframe{position:fixed;inset-inline:var(--i);z-index:2147483000;box-sizing:border-box}
button{inset-block-end:20px;display:flex;align-items:center;gap:8px;min-height:56px;padding:0 22px 0 16px;border:1px solid transparent;border-radius:28px;cursor:pointer;
background:var(--c);color:var(--on);font:600 16px Arial,"Hiragino Sans",Meiryo,sans-serif;box-shadow:0 8px 48px rgb(0 0 0/.3)}
button:focus-visible{outline:3px solid #fff;outline-offset:-5px;box-shadow:0 0 0 3px #1a56c4}
button.on{padding:0 16px}
.on span,[hidden]{display:none}
svg{width:24px;fill:none;stroke:currentColor;stroke-width:1.8;stroke-linecap:round;stroke-linejoin:round}
b{position:absolute;inset-block-start:-6px;inset-inline-end:-4px;min-width:24px;border-radius:12px;background:#c0262d;color:#fff;font-size:13px;line-height:24px;text-align:center}
iframe{inset-block-end:90px;width:400px;height:min(660px,100vh - 110px);border:1px solid #8884;border-radius:18px;background:Canvas;color-scheme:light dark;box-shadow:0 8px 48px rgb(0 0 0/.3);
visibility:hidden;opacity:0;transition:opacity .16s}
iframe.on{visibility:visible;opacity:1}
@media (max-width:520px),(max-height:480px){button.on{display:none}iframe{inset:0;width:100%;height:var(--h);border:0;border-radius:0}}
@media (prefers-reduced-motion:reduce){iframe{transition:none}}
@media print{button,iframe{display:none}}`;

  const { src, dataset } = script;
  const home = new URL(src).origin;
  const base = src.split("widget.js")[0] + "widget/";
  const site = dataset.site || "default";
  /** @type {{color?: string | null, position?: string, languages: string[]}} */
  let known = { languages: ["en", "ja"] };
  let color = "";
  const memory = `kotae:${site}`;
  const root = document.documentElement;
  const host = document.createElement("kotae-widget");
  const shadow = host.attachShadow({ mode: "open" });
  const launcher = document.createElement("button");
  const label = document.createElement("span");
  const badge = document.createElement("b");
  const svg = "http://www.w3.org/2000/svg";
  const icon = document.createElementNS(svg, "svg");
  const line = document.createElementNS(svg, "path");
  /** @type {Record<string, ((detail?: unknown) => void)[]>} */
  const listeners = { ready: [], open: [], close: [], unread: [], identity: [] };
  /** @type {string[]} */
  const asked = [];
  let frame = /** @type {HTMLIFrameElement | null} */ (null);
  let isOpen = false;
  let frameIsReady = false;
  let unread = 0;
  /** A signed word on who the customer is, null for nobody. */
  let identity = /** @type {string | null | undefined} */ (undefined);

  function language() {
    const tag = dataset.language || root.lang || navigator.language;
    return known.languages.find((name) => RegExp(`^${name}\\b`, "i").test(tag)) || known.languages[0];
  }
  /** @param {string} name @param {string} value */
  const set = (name, value) => host.style.setProperty(name, value);
  /** @param {string} name @param {unknown} [detail] */
  const emit = (name, detail) => listeners[name].forEach((listener) => listener(detail));
  /** @param {string} type @param {object} [more] */
  const tell = (type, more) => {
    if (frameIsReady) frame?.contentWindow?.postMessage({ kotae: 1, type, ...more }, home);
  };

  function draw() {
    const [help, open, close, news] = /^ja/i.test(language())
      ? ["お問い合わせ", "チャットを開く", "チャットを閉じる", "新着メッセージ"]
      : ["Help", "open the chat", "Close the chat", "new messages"];
    label.textContent = help;
    badge.textContent = String(unread);
    badge.hidden = !unread;
    line.setAttribute("d", isOpen ? "m5 9 7 7 7-7" : "M21 12a8 8 0 0 1-8 8H4l1.6-3.2A8 8 0 1 1 21 12ZM9 11h8m-8 4h5");
    launcher.ariaLabel = (isOpen ? close : `${help} – ${open}` + (unread ? ` (${news}: ${unread})` : ""));
    launcher.ariaExpanded = String(isOpen);
    launcher.className = isOpen ? "on" : "";
    if (!frame) return;
    frame.className = launcher.className;
    frame.title = help;
  }

  function createFrame() {
    // Without its query string, which may hold secrets of the host page.
    const { origin, pathname } = location;
    const facts = { site, language: language(), page: origin + pathname, origin, color, known: identity === undefined ? "" : "1" };
    frame = document.createElement("iframe");
    frame.allow = "clipboard-write";
    frame.src = `${base}frame?${new URLSearchParams(facts)}`;
    shadow.append(frame);
    draw();
  }

  function open() {
    if (isOpen) return;
    if (!frame) createFrame();
    isOpen = true;
    draw();
    fit();
    frame?.focus();
    tell("open");
    emit("open");
  }

  function close() {
    if (!isOpen) return;
    const hadFocus = shadow.activeElement;
    isOpen = false;
    draw();
    tell("close");
    if (hadFocus) launcher.focus();
    emit("close");
  }

  /** Ask on the customer's behalf, as a button "Where is my order?" of the page does. @param {string} text */
  function ask(text) {
    if (!text?.trim?.()) throw new TypeError("Kotae.ask(text): text is empty");
    asked.push(text);
    open();
    flush();
  }

  function flush() {
    if (frameIsReady) for (const text of asked.splice(0)) tell("ask", { text });
  }

  /** @param {string | null} token a JWT of the site's own server; null when the customer signs out */
  function identify(token) {
    identity = token || null;
    tell("identify", { token: identity });
  }

  // What a phone's keyboard leaves of the screen.
  const fit = () => set("--h", `${window.visualViewport?.height || innerHeight}px`);

  // A person was asked for: her reply must show on the next page too.
  /** @param {boolean} [live] */
  function wasLive(live) {
    try {
      if (live !== undefined) sessionStorage[memory] = live ? 1 : "";
      return sessionStorage[memory];
    } catch {}
  }

  /** @param {string} name @param {() => void} listener */
  function on(name, listener) {
    if (!Object.hasOwn(listeners, name) || typeof listener !== "function") {
      throw new TypeError(`Kotae.on(name, function): name is one of ${Object.keys(listeners)}`);
    }
    listeners[name].push(listener);
  }

  /** Its site's settings, by a script: a strict policy lets nothing else in. */
  function start() {
    const more = document.createElement("script");
    more.src = `${base}site.js?site=${encodeURIComponent(site)}`;
    more.nonce = script.nonce;
    more.onload = more.onerror = () => {
      known = /** @type {any} */ (more).kotae || known;
      more.remove();
      show();
    };
    document.head.append(more);
  }

  function show() {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(SHEET);
    shadow.adoptedStyleSheets = [sheet];
    host.style.cssText = "all:initial!important";
    color = dataset.color || known.color || "#24477a";
    const [r, g, b] = [1, 3, 5].map((at) => +`0x${color.substr(at, 2)}`);
    set("--c", color);
    set("--i", (dataset.position || known.position) === "left" ? "20px auto" : "auto 20px");
    set("--on", r * 3 + g * 6 + b > 1400 ? "#111" : "#fff");
    icon.setAttribute("viewBox", "0 0 24 24");
    icon.append(line);
    launcher.append(icon, label, badge);
    launcher.onclick = () => (isOpen ? close() : open());
    launcher.onkeydown = ({ key }) => void (key === "Escape" && close());
    shadow.append(launcher);
    document.body.append(host);
    draw();
    window.visualViewport?.addEventListener("resize", fit);
    new MutationObserver(() => {
      draw();
      tell("language", { language: language() });
    }).observe(root, { attributeFilter: ["lang"] });
    if (wasLive()) createFrame();
    document.dispatchEvent(new Event("kotae:ready", { bubbles: true }));
    emit("ready");
  }

  addEventListener("message", ({ origin, source, data }) => {
    if (origin !== home || !frame || source !== frame.contentWindow || data?.kotae !== 1) return;
    if (data.type === "ready") {
      frameIsReady = true;
      if (isOpen) frame.focus();
      if (identity !== undefined) identify(identity);
      tell(isOpen ? "open" : "close");
      flush();
    }
    if (data.type === "identity") {
      if (data.error) console.warn(`Kotae.identify: ${data.error}`);
      emit("identity", { ok: !data.error, error: data.error });
    }
    if (data.type === "close") close();
    if (data.type === "live") wasLive(data.live);
    if (data.type === "unread") {
      unread = +data.count;
      draw();
      emit("unread", unread);
    }
  });

  Object.defineProperty(window, "Kotae", { value: Object.freeze({ open, close, ask, identify, on }) });
  if (document.body) start();
  else addEventListener("DOMContentLoaded", start);
})();
