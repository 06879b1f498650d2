// @ts-check
/** A short tone for what arrives. Off until the customer turns it on. */

/** @param {ReturnType<typeof import("./session.js").createSession>} session */
export function createSound(session) {
  /** @type {AudioContext | null} */
  let audio = null;

  function play() {
    if (!session.sound()) return;
    audio ??= new AudioContext();
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    const now = audio.currentTime;
    tone.frequency.value = 660;
    volume.gain.setValueAtTime(0.12, now);
    volume.gain.exponentialRampToValueAtTime(0.001, now + 0.25);
    tone.connect(volume).connect(audio.destination);
    tone.start();
    tone.stop(now + 0.25);
  }

  return {
    play,
    isOn: session.sound,
    /** Turned on, it is heard at once: a browser lets a page sound only after a press. */
    toggle() {
      session.keepSound(!session.sound());
      play();
    },
  };
}
