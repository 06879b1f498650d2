// News from the server, as server-sent events. The browser reconnects by itself; when it gives up
// the session is over, and loading the page again leads to the sign-in.

/**
 * @param {string} address
 * @param {Record<string, (data: any) => void>} handlers by kind of event
 * @param {(connected: boolean) => void} [onState]
 * @returns {EventSource}
 */
export function listen(address, handlers, onState = () => {}) {
  const source = new EventSource(address);
  source.addEventListener("open", () => onState(true));
  source.addEventListener("error", () => {
    onState(false);
    if (source.readyState === EventSource.CLOSED) window.setTimeout(() => location.reload(), 3000);
  });
  for (const [kind, handle] of Object.entries(handlers)) {
    source.addEventListener(kind, (event) => {
      handle(JSON.parse(/** @type {MessageEvent} */ (event).data));
    });
  }
  // A page kept for the back button holds its stream open, and a browser allows only six.
  window.addEventListener("pagehide", () => source.close());
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
  return source;
}
