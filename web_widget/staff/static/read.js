// What this person has had on her screen of each conversation, remembered by her browser.

const PREFIX = "kotae.read.";

/**
 * @param {string} conversation
 * @param {number} seq the newest message she has seen
 */
export function markRead(conversation, seq) {
  if (seq > readUpTo(conversation)) localStorage.setItem(PREFIX + conversation, String(seq));
}

/**
 * Whether something was written since; only of what she has opened before or has taken.
 * @param {string} conversation
 * @param {number} seq the newest message there is
 * @param {boolean} mine
 */
export function isUnread(conversation, seq, mine) {
  const read = readUpTo(conversation);
  return seq > read && (mine || read > 0);
}

/** @param {string} conversation */
function readUpTo(conversation) {
  return Number(localStorage.getItem(PREFIX + conversation) ?? 0);
}
