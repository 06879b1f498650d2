// Keys of a page: Alt+Shift and a letter, so that no text field and no reader's own key is disturbed.

/** @param {Record<string, () => void>} actions by letter */
export function onKeys(actions) {
  document.addEventListener("keydown", (event) => {
    if (!event.altKey || !event.shiftKey || event.ctrlKey || event.metaKey) return;
    // By the place of the key: with Alt a Mac writes another letter.
    const letter = event.code.startsWith("Key") ? event.code.slice(3).toLowerCase() : "";
    const act = actions[letter];
    if (!act || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    act();
  });
}
