// @ts-check
/** The little that moves in the demo shop: a basket that counts, and a button that opens the help chat. */

const basket = document.querySelector("#basket");

for (const button of document.querySelectorAll("[data-add]")) {
  button.addEventListener("click", () => {
    if (basket) basket.textContent = String(Number(basket.textContent) + 1);
  });
}

document.querySelector("[data-help]")?.addEventListener("click", () => {
  const { Kotae } = /** @type {{Kotae?: {open: () => void}}} */ (/** @type {unknown} */ (window));
  Kotae?.open();
});
