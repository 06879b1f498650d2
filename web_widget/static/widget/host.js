// @ts-check
/** The bridge to the host page: exact origins both ways, and words only (open, close, ask, identify, unread, live, language). */

/**
 * @param {string} hostOrigin empty when the page stands alone
 * @param {{onOpen: () => void, onClose: () => void, onLanguage: (language: string) => void,
 *   onAsk: (text: string) => void, onIdentify: (token: string | null) => void}} on
 */
export function createHost(hostOrigin, on) {
  const isFramed = window.parent !== window && hostOrigin !== "";

  /** @param {string} type @param {object} [more] */
  function tell(type, more) {
    if (isFramed) window.parent.postMessage({ kotae: 1, type, ...more }, hostOrigin);
  }

  window.addEventListener("message", ({ source, origin, data }) => {
    if (!isFramed || source !== window.parent || origin !== hostOrigin || data?.kotae !== 1) return;
    if (data.type === "open") on.onOpen();
    else if (data.type === "close") on.onClose();
    else if (data.type === "language" && typeof data.language === "string") on.onLanguage(data.language);
    else if (data.type === "ask" && typeof data.text === "string") on.onAsk(data.text);
    else if (data.type === "identify") on.onIdentify(typeof data.token === "string" ? data.token : null);
  });

  return {
    isFramed,
    ready: () => tell("ready"),
    close: () => tell("close"),
    /** @param {number} count */
    unread: (count) => tell("unread", { count }),
    /** @param {boolean} live */
    live: (live) => tell("live", { live }),
    /** @param {string} error why the site's word on the customer was not taken, else "" */
    identity: (error) => tell("identity", { error }),
  };
}
