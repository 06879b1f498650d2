// @ts-check

/** Growing pauses in milliseconds: 0.5 s, 1 s, 2 s ... 30 s, each by up to a fifth shorter so that browsers spread out. */
export function createPauses(first = 500, longest = 30_000) {
  let next = first;
  return {
    take() {
      const pause = next * (0.8 + Math.random() * 0.2);
      next = Math.min(longest, next * 2);
      return pause;
    },
    reset() {
      next = first;
    },
  };
}
